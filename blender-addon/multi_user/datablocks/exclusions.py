"""Which RNA properties are not replicated, and why. Data only.

An entry holds for a type and for all types that inherit from it; ``ANY`` holds everywhere. Read-only scalars
need no entry:
they are never read. Whoever finds a property here that artists share takes it out; nothing else has to change.
"""

from __future__ import annotations

ANY = "*"

UI = "state of one artist's user interface"
RUNTIME = "runtime state that Blender makes itself"
DERIVED = "follows from properties that are replicated"
USER = "belongs to one artist, shown to others as presence"
MACHINE = "belongs to one machine"
REGISTRATION = "part of the class's registration, not of the data"
OWN_MODULE = "read and written by the type's own module"
OPERATORS_ONLY = (
    "Blender lets only its operators make it, and none that works without a window; the artist is told"
)
NOT_IN_PYTHON = "Blender does not let Python set it; the artist is told"
NEVER_HELD = (
    "Python that rendering runs, with no place where it could be held until the artist trusts the session; the artist "
    "is told"
)

UI_PREFIXES = ("active_", "open_")
REGISTRATION_PREFIXES = ("bl_",)

KEPT = {
    ("Scene", "active_clip"),  # the clip that constraints and nodes without their own use
    ("Node", "active_preview"),
    ("KeyingSet", "bl_label"),
    ("KeyingSet", "bl_description"),
    ("DynamicPaintSurface", "is_active"),  # whether it takes part
}

CACHES = ("data", "noise", "mesh", "particles", "guide")  # of a fluid
LIQUID_SYSTEMS = ("flip", "spray", "bubble", "foam", "tracer")  # each is a particle system of the domain

_STRIP = {
    **dict.fromkeys(("frame_duration", "content_duration", "content_end"), DERIVED),
    **dict.fromkeys(("frame_final_duration", "duration"), DERIVED),
    **dict.fromkeys(("use_cache_raw", "use_cache_preprocessed", "use_cache_composite"), MACHINE),
    **dict.fromkeys(("override_cache_settings", "use_proxy", "proxy"), MACHINE),
    **dict.fromkeys(("select_left_handle", "select_right_handle", "show_retiming_keys"), UI),
    **dict.fromkeys(("retiming_keys", "connections"), OPERATORS_ONLY),
    **dict.fromkeys(("strips", "sequences"), DERIVED),
}

EXCLUDED: dict[str, dict[str, str]] = {
    ANY: {
        "rna_type": RUNTIME,
        "active": UI,
        "select": UI,
        "show_expanded": UI,
        "is_active": UI,
        "is_active_render": UI,
        "show_in_outliner": UI,
    },
    "ID": {
        "tag": RUNTIME,
        "original": RUNTIME,
        "use_extra_user": RUNTIME,
        "is_runtime_data": RUNTIME,
        "is_library_indirect": RUNTIME,
        "library": OWN_MODULE,
        "library_weak_reference": RUNTIME,
        "override_library": "overrides have a handler of their own, and a tree of another form",
        "preview": RUNTIME,
    },
    "Object": {
        "bound_box": DERIVED,
        "dimensions": DERIVED,
        "matrix_world": DERIVED,
        "matrix_local": DERIVED,
        "matrix_basis": DERIVED,
        "use_mesh_mirror_x": DERIVED,
        "use_mesh_mirror_y": DERIVED,
        "use_mesh_mirror_z": DERIVED,
        "motion_path": RUNTIME,
        "particle_systems": DERIVED,
        "selection_sets": UI,
        "show_only_shape_key": UI,
        "use_shape_key_edit_mode": UI,
    },
    "Collection": {
        "all_objects": DERIVED,
        "collection_objects": OWN_MODULE,
        "collection_children": OWN_MODULE,
        "exporters": MACHINE,
    },
    "Scene": {
        "objects": DERIVED,
        "frame_current": USER,
        "frame_subframe": USER,
        "frame_float": USER,
        "cursor": USER,
        "tool_settings": USER,
        "transform_orientation_slots": USER,
        "keying_sets_all": DERIVED,
        "show_keys_from_selected_only": UI,
        "sync_mode": USER,
        "is_nla_tweakmode": RUNTIME,
    },
    "SequenceEditor": {
        "strips": DERIVED,
        "sequences": DERIVED,
        "meta_stack": UI,
        **dict.fromkeys(("proxy_storage", "proxy_dir", "use_prefetch", "use_cache_raw"), MACHINE),
        **dict.fromkeys(("use_cache_preprocessed", "use_cache_composite", "use_cache_final"), MACHINE),
        **dict.fromkeys(("show_overlay_frame", "use_overlay_frame_lock", "overlay_frame"), UI),
        **dict.fromkeys(("show_missing_media", "show_cache", "show_cache_final_out"), UI),
        **dict.fromkeys(("show_cache_raw", "show_cache_preprocessed", "show_cache_composite"), UI),
    },
    "Sequence": _STRIP,
    "Strip": _STRIP,
    "TextStrip": {"textbox_state": UI},
    "SequencerCompositorModifierData": {"show_group_selector": UI},
    "RenderSettings": {
        "stereo_views": DERIVED,
        "threads": MACHINE,
        "threads_mode": MACHINE,
    },
    "CyclesRenderSettings": {"denoiser": MACHINE},
    "ColorManagedViewSettings": {"white_balance_whitepoint": DERIVED},
    "View3DShading": {"selected_studio_light": DERIVED, "cycles": UI, "wireframe_color_type": UI},
    "ViewLayer": {"objects": DERIVED, "depsgraph": RUNTIME},
    "LayerCollection": {"collection": DERIVED},
    "FreestyleSettings": {"modules": NEVER_HELD},
    "FreestyleLineStyle": {"panel": UI},
    "Camera": {"angle": DERIVED, "angle_x": DERIVED, "angle_y": DERIVED},
    "Material": {
        "texture_paint_images": DERIVED,
        "texture_paint_slots": DERIVED,
        "paint_active_slot": UI,
        "paint_clone_slot": UI,
        "blend_method": DERIVED,
    },
    "World": {},
    "Modifier": {"is_override_data": RUNTIME, "execution_time": RUNTIME},
    "NodesModifier": {
        "panels": UI,
        "node_warnings": RUNTIME,
        "show_group_selector": UI,
        "show_manage_panel": UI,
        "bake_directory": MACHINE,
    },
    "NodesModifierBake": {
        "directory": MACHINE,
        "use_custom_path": MACHINE,
        "data_blocks": RUNTIME,
        "node": DERIVED,
    },
    "ParticleSystem": {
        "particles": DERIVED,
        "child_particles": DERIVED,
    },
    "ParticleSettings": {"material_slot": DERIVED},
    "MaskSplinePoint": {"parent": OWN_MODULE, "feather_points": OPERATORS_ONLY},
    "Text": {
        "filepath": MACHINE,
        "current_line_index": UI,
        "current_character": UI,
        "select_end_line_index": UI,
        "select_end_character": UI,
        "current_line": UI,
        "select_end_line": UI,
    },
    "DynamicPaintModifier": {"ui_type": UI},
    "DynamicPaintSurface": {"effect_ui": UI, "image_output_path": MACHINE},
    "FluidDomainSettings": {
        "cache_directory": MACHINE,
        **dict.fromkeys([f"cache_frame_pause_{what}" for what in CACHES], MACHINE),
        **dict.fromkeys([f"use_{what}_particles" for what in LIQUID_SYSTEMS], DERIVED),
    },
    "ClothModifier": {"solver_result": RUNTIME},
    "PointCache": {
        **dict.fromkeys(("name", "filepath", "index", "compression", "point_caches"), MACHINE),
        **dict.fromkeys(("use_disk_cache", "use_external", "use_library_path"), MACHINE),
    },
    "Constraint": {"is_override_data": RUNTIME},
    "CurveMapping": {"active": UI},
    "CurveMapPoint": {"select": UI},
    "ImageUser": {"frame_current": RUNTIME},
    "ColorRampElement": {"alpha": DERIVED},
    "CurveProfile": {"segments": DERIVED, "preset": UI},
    "TextCurve": {"edit_format": UI, "has_selection": UI},
    "Armature": {
        "edit_bones": OWN_MODULE,
        "collections": OWN_MODULE,
        "is_editmode": RUNTIME,
    },
    "Bone": {
        "name": OWN_MODULE,
        "parent": OWN_MODULE,
        "children": DERIVED,
        "use_inherit_scale": DERIVED,
        "select_head": UI,
        "select_tail": UI,
    },
    "BoneCollection": {
        "is_expanded": UI,
        "bones": DERIVED,
        "bones_recursive": DERIVED,
        "children": DERIVED,
        "child_number": DERIVED,
    },
    "PoseBone": {
        "name": OWN_MODULE,
        "bone": DERIVED,
        "parent": DERIVED,
        "child": DERIVED,
        "bbone_custom_handle_start": DERIVED,
        "bbone_custom_handle_end": DERIVED,
        "matrix": DERIVED,
        "matrix_basis": DERIVED,
        "motion_path": RUNTIME,
        "bone_group_index": DERIVED,
    },
    "Curves": {
        "curves": OWN_MODULE,
        "points": DERIVED,
        "color_attributes": DERIVED,
        "position_data": DERIVED,
        "curve_offset_data": DERIVED,
        "normals": DERIVED,
        "selection_domain": USER,
        "use_sculpt_selection": USER,
    },
    "PointCloud": {"points": DERIVED, "color_attributes": DERIVED},
    **{
        name: {
            "root_nodes": DERIVED,
            "attributes": OWN_MODULE,
            "color_attributes": DERIVED,
            "use_stroke_edit_mode": USER,
            "use_multiedit": USER,
            "use_curve_edit": USER,
        }
        for name in ("GreasePencil", "GreasePencilv3")
    },
    **{
        name: {"segment_active_index": UI}
        for name in (
            "DashGpencilModifierData",
            "TimeGpencilModifier",
            "GreasePencilDashModifierData",
            "GreasePencilTimeModifier",
        )
    },
    "GPencilFrame": {"frame_number": OWN_MODULE, "is_edited": RUNTIME},
    "AnnotationFrame": {"frame_number": OWN_MODULE},
    "GreasePencilFrame": {"drawing": OWN_MODULE},
    **{
        name: {
            "next_node": DERIVED,
            "prev_node": DERIVED,
            "parent_group": OWN_MODULE,
            "children": DERIVED,
            "is_expanded": UI,
        }
        for name in ("GreasePencilLayer", "GreasePencilLayerGroup")
    },
    "Volume": {"grids": DERIVED, "packed_file": NOT_IN_PYTHON},
    "Sound": {"packed_file": OWN_MODULE},
    "VectorFont": {"packed_file": NOT_IN_PYTHON},
    "CacheFile": {"object_paths": DERIVED, "active_index": UI},
    "MovieClip": {"use_proxy": MACHINE, "use_proxy_custom_directory": MACHINE, "proxy": MACHINE},
    "MovieTracking": {
        "tracks": DERIVED,
        "plane_tracks": DERIVED,
        "reconstruction": DERIVED,
        "dopesheet": UI,
    },
    "MovieTrackingObject": {"plane_tracks": OPERATORS_ONLY, "reconstruction": OPERATORS_ONLY},
    "MovieTrackingTrack": {
        "bundle": DERIVED,
        **dict.fromkeys(("select_anchor", "select_pattern", "select_search"), UI),
    },
    "MovieTrackingStabilization": {
        "tracks": OPERATORS_ONLY,
        "rotation_tracks": OPERATORS_ONLY,
        "show_tracks_expanded": UI,
    },
    "MovieTrackingCamera": {
        "focal_length": DERIVED,
        "principal_point_pixels": DERIVED,
    },
    "NodeTree": {
        "view_center": UI,
        "type": DERIVED,
    },
    "Node": {
        "dimensions": RUNTIME,
        "location_absolute": DERIVED,
        "internal_links": DERIVED,
        "panel_states": UI,
        "show_preview": UI,
        "parent": OWN_MODULE,
        "inputs": OWN_MODULE,
        "outputs": OWN_MODULE,
        "interface": DERIVED,
        "paired_output": OWN_MODULE,
        "enum_definition": DERIVED,
        "color_tag": DERIVED,
        "textbox_state": UI,
    },
    "NodeReroute": {"width": DERIVED},
    "NodeTreeInterfaceItem": {"parent": OWN_MODULE, "interface_items": DERIVED},
    "NodeSocket": {
        "hide_value": DERIVED,
        "node": DERIVED,
        "display_shape": DERIVED,
        "type": DERIVED,
        "link_limit": DERIVED,
        "description": DERIVED,
        "enabled": DERIVED,
        "name": DERIVED,
    },
    "KeyingSet": {"type_info": RUNTIME},
    "TimelineMarker": {},
}


def reasons(type_names: list[str]) -> dict[str, str]:
    """Property -> why it is left alone, in a type that is given with all its bases."""
    merged: dict[str, str] = {}
    for type_name in (*reversed(type_names), ANY):
        merged.update(EXCLUDED.get(type_name, {}))
    for type_name, name in KEPT:
        if type_name in type_names:
            merged[name] = ""
    return merged


def reason(name: str, merged: dict[str, str]) -> str | None:
    """Why the property is left alone, by what ``reasons`` gave for its type; None if it is replicated."""
    found = merged.get(name)
    if found is not None:
        return found or None
    if name.startswith(UI_PREFIXES):
        return UI
    if name.startswith(REGISTRATION_PREFIXES):
        return REGISTRATION
    return None
