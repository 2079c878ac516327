"""What the independent walk leaves out, by name, each with its reason. Plain Python, no bpy.

A key is "Type.property"; Type is an RNA identifier and counts for the types derived from it; "*" stands for every type.
Everything that is not named here is compared.
"""

from __future__ import annotations

import functools
from typing import Any, Callable

_RUNTIME = "made by Blender while it runs, not part of the data"
_DERIVED = "follows from other properties that are compared"
_SELECTION = "selection is each artist's own"
_UI = "how one artist's window shows it"
_PER_USER = "each artist's own place in the session"
_MACHINE = "proxies and caches belong to each machine"
_CACHES = ("data", "noise", "mesh", "particles", "guide")  # of a fluid


def _strips(*names: str, reason: str) -> dict[str, str]:
    """The same property of strips as they are called now and before Blender 4.4."""
    return {f"{kind}.{name}": reason for kind in ("Strip", "Sequence") for name in names}


EXCLUDED: dict[str, str] = {
    "*.rna_type": _RUNTIME,
    "ID.session_uid": _RUNTIME,
    "ID.session_uuid": _RUNTIME,
    "ID.users": "counts references, which are compared where they stand",
    "ID.use_extra_user": _RUNTIME,
    "ID.is_evaluated": _RUNTIME,
    "ID.is_missing": _RUNTIME,
    "ID.is_runtime_data": _RUNTIME,
    "ID.is_library_indirect": _RUNTIME,
    "ID.is_editable": _RUNTIME,
    "ID.is_linked_packed": _RUNTIME,
    "ID.original": _RUNTIME,
    "ID.tag": _RUNTIME,
    "ID.preview": "a thumbnail that Blender renders by itself",
    "ID.library": "part of the key",
    "ID.library_weak_reference": "where a local copy once came from",
    "BoneCollection.is_local_override": "Blender's own mark for overrides; some files have it set without any",
    "IDOverrideLibraryPropertyOperation.subitem_reference_index": "the name beside it counts",
    "IDOverrideLibraryPropertyOperation.subitem_local_index": "the name beside it counts",
    "IDOverrideLibraryPropertyOperation.flag": "follows from what the values are; 3.4 cannot show it",
    "IDOverrideLibraryPropertyOperation.subitem_local_name": "what an item was called when it was noted; it is "
    "compared where it stands",
    "ID.name_full": "part of the key",
    "AssetMetaData.catalog_simple_name": "a name that Blender noted for its catalog; the catalog itself is compared",
    "AssetMetaData.active_tag": _UI,
    "*.select": _SELECTION,
    "*.select_head": _SELECTION,
    "*.select_tail": _SELECTION,
    "*.select_control_point": _SELECTION,
    "*.select_left_handle": _SELECTION,
    "*.select_right_handle": _SELECTION,
    "*.use_selected": _SELECTION,
    "*.is_selected": _SELECTION,
    "*.show_expanded": _UI,
    "*.is_expanded": _UI,
    "*.expanded": _UI,
    "*.show_expanded_graph": _UI,
    "*.show_group_selected": _UI,
    "*.ui_expand_channels": _UI,
    "*.active": _UI,
    "*.active_index": _UI,
    "*.is_active": _UI,
    "*.active_input_index": _UI,
    "*.active_output_index": _UI,
    "*.textbox_state": _UI,
    # Objects
    "Object.mode": _PER_USER,
    "Object.active_material": _UI,
    "Object.active_material_index": _UI,
    "Object.active_shape_key": _UI,
    "Object.active_shape_key_index": _UI,
    "Object.is_from_instancer": _RUNTIME,
    "Object.is_from_set": _RUNTIME,
    "Object.motion_path": "a cache that each artist calculates",
    "Object.bound_box": _DERIVED,
    "Object.dimensions": _DERIVED,
    "Modifier.execution_time": _RUNTIME,
    "Modifier.is_override_data": _RUNTIME,
    "NlaTrack.is_override_data": "which of an override's tracks are the library's its operations say",
    "Modifier.persistent_uid": _RUNTIME,
    "Modifier.use_pin_to_last": _UI,
    "NodesModifier.node_warnings": _RUNTIME,
    "NodesModifier.panels": _UI,
    "NodesModifier.open_output_attributes_panel": _UI,
    "NodesModifier.open_manage_panel": _UI,
    "NodesModifier.open_bake_panel": _UI,
    "NodesModifier.open_named_attributes_panel": _UI,
    "NodesModifier.open_warnings_panel": _UI,
    "SubsurfModifier.open_advanced_panel": _UI,
    "SubsurfModifier.open_adaptive_subdivision_panel": _UI,
    **dict.fromkeys(
        ("NodesModifier.bake_directory", "NodesModifierBake.directory", "NodesModifierBake.use_custom_path"),
        _MACHINE,
    ),
    "NodesModifierBake.bake_id": "a number by chance; the node is compared",
    "NodesModifierBake.data_blocks": "what was baked on this machine refers to",
    "AnimVizMotionPaths.has_motion_paths": "a cache that each artist calculates",
    "Constraint.error_location": _RUNTIME,
    "Constraint.error_rotation": _RUNTIME,
    "Constraint.is_valid": _RUNTIME,
    # Particles
    "ParticleSystem.particles": _DERIVED,
    "ParticleSystem.child_particles": _DERIVED,
    "ParticleSystem.dt_frac": _RUNTIME,
    "ParticleSystem.is_edited": "Blender cannot be given combed hair; the artist is told",
    "ParticleSystem.is_editable": _RUNTIME,
    "ParticleSystem.has_multiple_caches": _RUNTIME,
    "ParticleSystem.active_particle_target": _UI,
    "ParticleSystem.active_particle_target_index": _UI,
    "ParticleSettings.material_slot": "another view of material",
    "ParticleSettings.active_texture": _UI,
    "ParticleSettings.active_texture_index": _UI,
    "ParticleSettings.active_instanceweight": _UI,
    "ParticleSettings.active_instanceweight_index": _UI,
    "BoidSettings.active_boid_state": _UI,
    "BoidSettings.active_boid_state_index": _UI,
    "BoidState.active_boid_rule": _UI,
    "BoidState.active_boid_rule_index": _UI,
    "ClothModifier.solver_result": _RUNTIME,
    **dict.fromkeys(
        (
            *("PointCache.name", "PointCache.filepath", "PointCache.index", "PointCache.compression"),
            *("PointCache.use_disk_cache", "PointCache.use_external", "PointCache.use_library_path"),
            *("PointCache.point_caches", "PointCache.info", "PointCache.is_baked", "PointCache.is_baking"),
            *("PointCache.is_outdated", "PointCache.is_frame_skip"),
            *("DynamicPaintSurface.image_output_path", "FluidDomainSettings.cache_directory"),
            *(f"FluidDomainSettings.cache_frame_pause_{what}" for what in _CACHES),
            *(f"FluidDomainSettings.is_cache_baking_{what}" for what in (*_CACHES, "any")),
            *(f"FluidDomainSettings.has_cache_baked_{what}" for what in (*_CACHES, "any")),
        ),
        _MACHINE,
    ),
    "DynamicPaintModifier.ui_type": _UI,
    "DynamicPaintSurface.effect_ui": _UI,
    **dict.fromkeys(
        [
            f"FluidDomainSettings.{kind}_grid"
            for kind in ("density", "velocity", "flame", "color", "heat", "temperature")
        ]
        + [f"FluidDomainSettings.{name}" for name in ("start_point", "cell_size", "domain_resolution")],
        "what the simulation has come to on this machine",
    ),
    # Textures, texts, masks, line styles
    "FreestyleSettings.modules": "Python that rendering runs; the artist is told",
    "FreestyleLineStyle.active_texture": _UI,
    "FreestyleLineStyle.active_texture_index": _UI,
    "FreestyleLineStyle.panel": _UI,
    "Text.filepath": "where one artist keeps a file of it; the lines are compared",
    "Text.is_dirty": _RUNTIME,
    "Text.is_modified": _RUNTIME,
    "Text.is_in_memory": _RUNTIME,
    "Text.current_line": _PER_USER,
    "Text.current_character": _PER_USER,
    "Text.current_line_index": _PER_USER,
    "Text.select_end_line": _PER_USER,
    "Text.select_end_line_index": _PER_USER,
    "Text.select_end_character": _PER_USER,
    "Mask.active_layer_index": _UI,
    "MaskSplines.active_point": _UI,
    "MaskSplinePoint.feather_points": "Blender lets only its operators add them; the artist is told",
    "MaskParent.id_type": "a clip, or nothing was ever chosen",
    "MaskSplinePoint.select_left_handle": _SELECTION,
    "MaskSplinePoint.select_right_handle": _SELECTION,
    "MaskSplinePoint.select_single_handle": _SELECTION,
    # Grease pencil
    "GreasePencil.use_stroke_edit_mode": _PER_USER,
    "GreasePencil.is_stroke_paint_mode": _PER_USER,
    "GreasePencil.is_stroke_sculpt_mode": _PER_USER,
    "GreasePencil.is_stroke_weight_mode": _PER_USER,
    "GreasePencil.is_stroke_vertex_mode": _PER_USER,
    "GreasePencil.use_multiedit": _PER_USER,
    "GreasePencil.use_curve_edit": _PER_USER,
    "GreasePencil.root_nodes": "layers and groups, each with the group it stands in, are compared",
    "GreasePencil.color_attributes": "another view of the attributes",
    "GreasePencilv3.color_attributes": "another view of the attributes",
    "GPencilLayer.active_frame": _DERIVED,
    "AnnotationLayer.active_frame": _DERIVED,
    "GPencilLayer.matrix_layer": _DERIVED,
    "GPencilLayer.matrix_inverse_layer": _DERIVED,
    "GPencilFrame.is_edited": _RUNTIME,
    "GPencilStroke.bound_box_min": _DERIVED,
    "GPencilStroke.bound_box_max": _DERIVED,
    "GPencilStroke.triangles": _DERIVED,
    "GPencilStroke.select_index": _SELECTION,
    "GPencilStroke.edit_curve": "Blender lets only its operators make it; the artist is told",
    "GPencilStroke.has_edit_curve": "Blender lets only its operators make it; the artist is told",
    "GreasePencilMaskLayers.active_mask_index": _UI,
    "GreasePencilLayerMasks.active_mask_index": _UI,
    "GreasePencilLayer.matrix_local": _DERIVED,
    "GreasePencilLayer.next_node": _DERIVED,
    "GreasePencilLayer.prev_node": _DERIVED,
    "GreasePencilLayerGroup.next_node": _DERIVED,
    "GreasePencilLayerGroup.prev_node": _DERIVED,
    "GreasePencilLayerGroup.children": _DERIVED,
    "GreasePencilDrawing.color_attributes": "another view of the attributes",
    "GreasePencilDrawing.user_count": "frames that show the same drawing are compared by what is drawn",
    "DashGpencilModifierData.segment_active_index": _UI,
    "TimeGpencilModifier.segment_active_index": _UI,
    "GreasePencilDashModifierData.segment_active_index": _UI,
    "GreasePencilTimeModifier.segment_active_index": _UI,
    # Meshes
    "Mesh.total_vert_sel": _SELECTION,
    "Mesh.total_edge_sel": _SELECTION,
    "Mesh.total_face_sel": _SELECTION,
    "Mesh.is_editmode": _PER_USER,
    "Mesh.loop_triangles": "a cache, filled on demand",
    "Mesh.loop_triangle_polygons": "a cache, filled on demand",
    "Mesh.corner_normals": _DERIVED,
    "Mesh.vertex_normals": _DERIVED,
    "Mesh.polygon_normals": _DERIVED,
    "Mesh.vertex_colors": "another view of the colour attributes",
    "Mesh.auto_texspace": _RUNTIME,
    "MeshPolygon.vertices": "the vertices of its loops, which are compared",
    "Attribute.storage_type": "how Blender stores the same values in memory",
    "MeshLoop.normal": "a cache, filled on demand",
    "MeshLoop.tangent": "a cache, filled on demand",
    "MeshLoop.bitangent": "a cache, filled on demand",
    "MeshLoop.bitangent_sign": "a cache, filled on demand",
    "MeshUVLoopLayer.active": _UI,
    "MeshUVLoopLayer.vertex_selection": _SELECTION,
    "MeshUVLoopLayer.edge_selection": _SELECTION,
    "MeshUVLoopLayer.uv": "another view of the same layer's data",
    "MeshUVLoop.select_edge": _SELECTION,
    "MeshUVLoop.pin_uv": "another view of an attribute that is compared",
    "Mesh.uv_layer_clone": _UI,
    "Mesh.uv_layer_clone_index": _UI,
    "Mesh.uv_layer_stencil": _UI,
    "Mesh.uv_layer_stencil_index": _UI,
    # Armatures
    "Armature.is_editmode": _PER_USER,
    "Armature.edit_bones": "the bones, while their armature is in edit mode",
    "PoseBone.motion_path": "a cache that each artist calculates",
    "PoseBone.matrix": _DERIVED,
    "PoseBone.matrix_channel": _DERIVED,
    "PoseBone.head": _DERIVED,
    "PoseBone.tail": _DERIVED,
    "PoseBone.length": _DERIVED,
    "PoseBone.is_in_ik_chain": _DERIVED,
    "PoseBone.bone_group_index": "the group itself is compared",
    # Hair curves, point clouds, volumes
    "Curves.curve_offset_data": "another view of the curves",
    "CurveSlice.points": "another view of the attributes",
    "Curves.points": "another view of the attributes",
    "Curves.position_data": "another view of an attribute",
    "Curves.normals": _DERIVED,
    "Curves.color_attributes": "another view of the attributes",
    "Curves.selection_domain": _SELECTION,
    "Curves.use_sculpt_selection": _SELECTION,
    "PointCloud.points": "another view of the attributes",
    "PointCloud.color_attributes": "another view of the attributes",
    "Volume.grids": "what the volume's file holds",
    "Volume.packed_file": "Blender packs a volume only along with all other files; the artist is told",
    "Volume.velocity_x_grid": _DERIVED,
    "Volume.velocity_y_grid": _DERIVED,
    "Volume.velocity_z_grid": _DERIVED,
    # Scenes
    "View3DShading.wireframe_color_type": "of viewports alone; files hold values of it that Blender has no name for",
    "Scene.cursor": _PER_USER,
    "Scene.tool_settings": "each artist's own tools",
    "Scene.frame_current": _PER_USER,
    "Scene.frame_subframe": _PER_USER,
    "Scene.frame_float": _PER_USER,
    "Scene.frame_current_final": _PER_USER,
    "Scene.is_nla_tweakmode": _PER_USER,
    "Scene.sync_mode": "how one artist's machine plays back",
    "Scene.show_subframe": _UI,
    "Scene.objects": _DERIVED,
    "Scene.simulation_frame_start": _RUNTIME,
    "Scene.transform_orientation_slots": "each artist's own tools",
    "Scene.uvedit_aspect": _RUNTIME,
    "Scene.keying_sets_all": "those of the scene and Blender's own",
    "SceneEEVEE.gi_cache_info": _RUNTIME,
    "RenderSettings.compositor_device": "belongs to a machine",
    "RenderSettings.compositor_precision": "belongs to a machine",
    "UDIMTile.is_generated_tile": _RUNTIME,
    "RenderSettings.threads": "belongs to a machine",
    "RenderSettings.threads_mode": "belongs to a machine",
    "RenderSettings.has_multiple_engines": _RUNTIME,
    "RenderSettings.is_movie_format": _DERIVED,
    "RenderSettings.file_extension": _DERIVED,
    "ViewLayer.depsgraph": _RUNTIME,
    "ViewLayer.objects": _DERIVED,
    "ViewLayer.active_layer_collection": _PER_USER,
    "ViewLayer.has_export_collections": _RUNTIME,
    "LayerCollection.is_visible": _DERIVED,
    "LayerCollection.hide_viewport": _PER_USER,
    "LayerCollection.has_objects": _DERIVED,
    "LayerCollection.collection_children": _DERIVED,
    "Collection.all_objects": _DERIVED,
    "Collection.collection_objects": "compared with the members that they are of, under '$unlit'",
    "Collection.collection_children": "compared with the members that they are of, under '$unlit'",
    # The sequencer
    "SequenceEditor.strips_all": "another view of the strips",
    "SequenceEditor.sequences_all": "another view of the strips",
    "SequenceEditor.meta_stack": _UI,
    "SequenceEditor.active_strip": _UI,
    "SequenceEditor.selected_retiming_keys": _SELECTION,
    "SequenceEditor.show_overlay_frame": _UI,
    "SequenceEditor.use_overlay_frame_lock": _UI,
    "SequenceEditor.overlay_frame": _UI,
    "SequenceEditor.show_missing_media": _UI,
    "SequenceEditor.show_cache": _UI,
    "SequenceEditor.show_cache_final_out": _UI,
    "SequenceEditor.show_cache_raw": _UI,
    "SequenceEditor.show_cache_preprocessed": _UI,
    "SequenceEditor.show_cache_composite": _UI,
    "SequenceEditor.proxy_storage": _MACHINE,
    "SequenceEditor.proxy_dir": _MACHINE,
    "SequenceEditor.use_prefetch": _MACHINE,
    "SequenceEditor.use_cache_raw": _MACHINE,
    "SequenceEditor.use_cache_preprocessed": _MACHINE,
    "SequenceEditor.use_cache_composite": _MACHINE,
    "SequenceEditor.use_cache_final": _MACHINE,
    "SequenceEditor.cache_raw_size": _RUNTIME,
    "SequenceEditor.cache_final_size": _RUNTIME,
    **_strips("select_left_handle", "select_right_handle", reason=_SELECTION),
    **_strips("show_retiming_keys", reason=_UI),
    **_strips("use_proxy", "proxy", "override_cache_settings", reason=_MACHINE),
    **_strips("use_cache_raw", "use_cache_preprocessed", "use_cache_composite", reason=_MACHINE),
    **_strips("retiming_keys", "connections", reason="Blender cannot be given them; the artist is told"),
    **dict.fromkeys(
        (
            *("MetaStrip.content_start", "MetaStrip.frame_start", "MetaStrip.content_end"),
            *("MetaStrip.left_handle_offset", "MetaStrip.frame_offset_start"),
            *("MetaStrip.right_handle_offset", "MetaStrip.frame_offset_end"),
            *("MetaStrip.content_duration", "MetaStrip.frame_duration"),
            *("MetaSequence.frame_start", "MetaSequence.frame_offset_start", "MetaSequence.frame_offset_end"),
            *("MetaSequence.frame_duration",),
        ),
        "follows from the strips in it, and Blender finds it anew only now and then",
    ),
    **dict.fromkeys(
        [
            f"{kind}Element.orig_{what}"
            for kind in ("Strip", "Sequence")
            for what in ("width", "height", "fps")
        ],
        "what Blender last saw in the file, and garbage until then",
    ),
    "StripModifier.is_active": _UI,
    "SequencerCompositorModifierData.show_group_selector": _UI,
    # Sounds, clips, fonts
    "VectorFont.packed_file": "Blender reads a font when it makes it, and then from a file; the artist is told",
    "CacheFile.object_paths": "what is in the file",
    "CacheFile.active_index": _UI,
    "MovieClip.proxy": _MACHINE,
    "MovieClip.use_proxy": _MACHINE,
    "MovieClip.use_proxy_custom_directory": _MACHINE,
    "MovieTracking.tracks": "those of the camera, which are compared among the objects",
    "MovieTracking.plane_tracks": "those of the camera, among the objects",
    "MovieTracking.reconstruction": "that of the camera, among the objects",
    "MovieTrackingObject.plane_tracks": "only operators can make them; the artist is told",
    "MovieTrackingObject.reconstruction": "only operators can make it; the artist is told",
    "MovieTrackingTrack.has_bundle": "part of what was reconstructed",
    "MovieTrackingTrack.bundle": "part of what was reconstructed",
    "MovieTrackingTrack.average_error": "part of what was reconstructed",
    "MovieTrackingTrack.select_anchor": _SELECTION,
    "MovieTrackingTrack.select_pattern": _SELECTION,
    "MovieTrackingTrack.select_search": _SELECTION,
    "MovieTracking.active_object_index": _UI,
    "MovieTracking.dopesheet": _UI,
    "MovieTrackingStabilization.tracks": "only operators can choose them; the artist is told",
    "MovieTrackingStabilization.rotation_tracks": "only operators can choose them; the artist is told",
    "MovieTrackingStabilization.active_track_index": _UI,
    "MovieTrackingStabilization.active_rotation_track_index": _UI,
    "MovieTrackingStabilization.show_tracks_expanded": _UI,
    "MovieTrackingCamera.focal_length": "follows from the length in pixels",
    # Nodes
    "NodeSocket.identifier": "Blender numbers sockets itself, in each file; they are compared by place and name",
    "NodeSocketInterface.identifier": "as NodeSocket.identifier",
    "NodeTreeInterfaceSocket.bl_socket_idname": "follows from socket_type and subtype, which are compared",
    "NodeTreeInterfaceSocket.identifier": "as NodeSocket.identifier",
    "NodeTreeInterfacePanel.identifier": "as NodeSocket.identifier",
    "NodeTreeInterfacePanel.persistent_uid": "as NodeSocket.identifier",
    "NodeTree.name": "part of the key; an embedded tree is named by Blender",
    "NodeTree.view_center": _UI,
    "NodeTree.active_input": _UI,
    "NodeTree.active_output": _UI,
    "NodeTree.debug_lazy_function_graph": _RUNTIME,
    "Material.paint_active_slot": _UI,
    "Material.paint_clone_slot": _UI,
    "Material.texture_paint_images": _DERIVED,
    "Material.texture_paint_slots": _DERIVED,
    "NodePanelState.is_collapsed": _UI,
    "Node.internal_links": _DERIVED,
    "NodeReroute.width": "a reroute is drawn as a dot; old files have widths that Blender cannot be given",
    "Node.dimensions": _RUNTIME,
    "Node.location_absolute": _DERIVED,
    "Node.show_preview": _UI,
    "Node.show_texture": _UI,
    "Node.debug_zone_body_lazy_function_graph": _RUNTIME,
    "Node.debug_zone_lazy_function_graph": _RUNTIME,
    "Node.active_item": _UI,
    "Node.active_input": _UI,
    "NodeSocket.is_linked": _DERIVED,
    "NodeSocket.is_icon_visible": _RUNTIME,
    "NodeSocket.is_inactive": _DERIVED,
    # Blender's own startup file of 4.3 holds an older answer than Blender gives for the same node.
    "NodeSocket.is_unavailable": "follows from the node's settings, when Blender updates the node next",
    "NodeSocket.enabled": "the same as is_unavailable",
    "NodeSocket.inferred_structure_type": _DERIVED,
    "NodeSocket.display_shape": "drawn from the inferred structure type",
    "IndexSwitchItem.identifier": "as NodeSocket.identifier",
    "NodeLink.is_valid": _DERIVED,
    # Images
    "Image.bindcode": _RUNTIME,
    "Image.has_data": _RUNTIME,
    "Image.is_dirty": _RUNTIME,
    "Image.is_float": _DERIVED,
    "Image.pixels": "compared as an array of their own where they are not in a file",
    "Image.frame_duration": _DERIVED,
    "Image.render_slots": _UI,
    "Image.filepath": "the same as filepath_raw",
    "Image.filepath_raw": "compared by the file's contents, under 'file'",
    "Image.packed_file": "compared by its bytes, under 'packed'",
    "Image.size": _DERIVED,
    "Image.depth": _DERIVED,
    "Image.channels": _DERIVED,
    "Image.resolution": _DERIVED,
    "Image.display_aspect": _UI,
    "Image.packed_files": "compared by their bytes, under 'packed'",
    "Image.type": _DERIVED,
    "ImageUser.frame_current": _RUNTIME,
    "UDIMTile.size": _DERIVED,
    "UDIMTile.channels": _DERIVED,
    "UDIMTile.generated_color": "used only while a tile is made",
    "UDIMTile.generated_type": "used only while a tile is made",
    "UDIMTile.generated_width": "used only while a tile is made",
    "UDIMTile.generated_height": "used only while a tile is made",
    "UDIMTile.use_generated_float": "used only while a tile is made",
    # Animation
    "AnimData.action_slot_handle": "a number that differs in each file; the slot itself is compared",
    "NlaStrip.action_slot_handle": "a number that differs in each file; the slot itself is compared",
    "AnimData.last_slot_identifier": _RUNTIME,
    "AnimData.action_suitable_slots": _DERIVED,
    "AnimData.use_tweak_mode": _PER_USER,
    "AnimData.action_tweak_storage": _PER_USER,
    "AnimData.action_slot_handle_tweak_storage": _PER_USER,
    "AnimData.use_pin": _UI,
    "ActionSlot.handle": "a number that differs in each file; the slot's identifier is compared",
    "ActionSlot.active": _UI,
    "ActionSlot.target_id_type_icon": _DERIVED,
    "ActionChannelbag.slot_handle": "a number that differs in each file; the slot itself is compared",
    "Action.fcurves": "in layered actions another view of the channel bags",
    "Action.groups": "in layered actions another view of the channel bags",
    "Action.curve_frame_range": _DERIVED,
    "FCurve.is_valid": _RUNTIME,
    "FCurve.is_empty": _DERIVED,
    "Driver.is_valid": _RUNTIME,
    "Driver.is_simple_expression": _DERIVED,
    "DriverVariable.is_name_valid": _DERIVED,
    "ShapeKey.frame": _DERIVED,
    "Key.id_data": _DERIVED,
}

LEFTOVER = "a leftover that nothing uses as the scene is set"


def _is(name: str, value: object) -> Callable[[Any], bool]:
    return lambda struct: getattr(struct, name) == value


def _in_stack(settings) -> bool:
    """Whether cloth settings are those of a modifier of the artist's, and not of hair."""
    return any(
        getattr(it, "settings", None) == settings for it in settings.id_data.modifiers if it.type == "CLOTH"
    )


def _is_kept(cache) -> bool:
    """Whether Blender leaves the frames of a cache alone; it finds those of particles that move by itself."""
    systems = getattr(cache.id_data, "particle_systems", ())
    return not any(it.point_cache == cache and it.settings.type != "HAIR" for it in systems)


def _not_keyed(name: str) -> Callable[[Any], bool]:
    """Whether no curve of an NLA strip sets this, where it plays."""

    def rests(strip) -> bool:
        curve = strip.fcurves.find(name)
        return curve is None or curve.mute or not len(curve.keyframe_points)

    return rests


# Compared only where this says so of the owner: otherwise Blender keeps leftovers that nothing uses.
ONLY_WHERE: dict[str, Callable[[Any], bool]] = {
    # Found by Blender from the geometry, and kept until something asks for it anew: each may show an older figure.
    "Mesh.texspace_location": _is("use_auto_texspace", False),
    "Mesh.texspace_size": _is("use_auto_texspace", False),
    "ColorManagedViewSettings.curve_mapping": _is("use_curve_mapping", True),
    "Action.frame_start": _is("use_frame_range", True),
    "Action.frame_end": _is("use_frame_range", True),
    "Action.frame_range": _is("use_frame_range", True),
    "ParticleSettings.clump_curve": _is("use_clump_curve", True),
    "ParticleSettings.roughness_curve": _is("use_roughness_curve", True),
    "ParticleSettings.twist_curve": _is("use_twist_curve", True),
    "ParticleSettings.boids": _is("physics_type", "BOIDS"),
    "ParticleSettings.fluid": _is("physics_type", "FLUID"),
    "ParticleSystem.cloth": _is("use_hair_dynamics", True),
    # Those of a hair system are the system's and its settings' own, and Blender points to them when it simulates.
    "ClothModifier.point_cache": lambda it: _in_stack(it.settings),
    "ClothSettings.effector_weights": _in_stack,
    "NlaStrip.influence": _not_keyed("influence"),
    "NlaStrip.strip_time": _not_keyed("strip_time"),
    "PointCache.frame_start": _is_kept,
    "PointCache.frame_end": _is_kept,
    "Object.field": lambda it: it.field is not None and it.field.type != "NONE",
    "Object.collision": lambda it: it.collision is not None and it.collision.use,
    "ImageFormatSettings.view_settings": _is("color_management", "OVERRIDE"),
    "ImageFormatSettings.display_settings": _is("color_management", "OVERRIDE"),
    "ImageFormatSettings.linear_colorspace_settings": _is("color_management", "OVERRIDE"),
}

# Found by Blender from other properties, but for objects that no view layer shows: those keep what they had last.
WHERE_SHOWN = frozenset({"Object.matrix_world", "Object.matrix_local"})

UNORDERED: dict[str, str] = {
    "IDOverrideLibrary.properties": "what is overridden is found by its path",
    "IDOverrideLibraryProperty.operations": "they name the items, whose order is compared where they stand",
    "Collection.objects": "the order of objects in a collection means nothing",
    "ActionKeyframeStrip.channelbags": "each belongs to a slot; their order means nothing",
    "ActionChannelbag.fcurves": "each belongs to what it animates; their order means nothing",
    "Action.fcurves": "each belongs to what it animates; their order means nothing",
    "ActionChannelbag.groups": "a group stands where its curves stand",
    "Action.groups": "a group stands where its curves stand",
    "AnimData.drivers": "each belongs to what it drives; their order means nothing",
    "ActionGroup.channels": "each belongs to what it animates; their order means nothing",
    "Armature.bones": "the order of bones means nothing",
    "Bone.children": "the order of bones means nothing",
    "Bone.collections": "in which collections a bone is, has no order",
    "BoneCollection.bones": "the order of bones means nothing",
    "BoneCollection.bones_recursive": "the order of bones means nothing",
    "Pose.bones": "the order of bones means nothing",
    "Pose.bone_groups": "the order of bone groups means nothing",
    "Curves.attributes": "Blender changes their order with the geometry",
    "PointCloud.attributes": "the order of attributes means nothing",
    "GreasePencilDrawing.attributes": "the order of attributes means nothing",
    "GPencilLayer.mask_layers": "the order of masks means nothing",
    "GreasePencilLayer.mask_layers": "the order of masks means nothing",
    "Mesh.attributes": "the order of UV maps and of colours is compared in their own lists",
    "MovieTracking.objects": "what is tracked is found by its name",
    "MovieTrackingObject.tracks": "tracks are found by their names",
    "Object.particle_systems": "Blender keeps them as they were made; their modifiers' order is compared",
    "SequenceEditor.strips": "strips stand where their channel and frame say",
    "SequenceEditor.sequences": "strips stand where their channel and frame say",
    "MetaStrip.strips": "strips stand where their channel and frame say",
    "MetaSequence.sequences": "strips stand where their channel and frame say",
    "NodeTree.links": "the order of links means nothing",
    "NodeTree.nodes": "the order of nodes is that of drawing, and follows the selection",
    "Scene.keying_sets": "each is found by its name",
    "GreasePencil.attributes": "the order of attributes means nothing",
    "GreasePencilv3.attributes": "the order of attributes means nothing",
    "NodesModifier.bakes": "Blender orders them by numbers by chance",
}

# Datablocks that are left out: the collections of bpy.data.
DATABLOCKS: dict[str, str] = {
    "brushes": "each artist's own tools",
    "paint_curves": "strokes of an artist's own brush",
    "screens": "each artist's own windows",
    "workspaces": "each artist's own windows",
    "window_managers": "each artist's own windows",
    "libraries": "where linked data comes from: it is compared itself",
    "all_ids": "another view of all others",
}

ATTRIBUTE_PREFIXES: dict[str, str] = {
    ".select": _SELECTION,
    ".vs.": _SELECTION,
    ".es.": _SELECTION,
    ".uv_select": _SELECTION,
    ".a_": "an internal layer of Blender",
}

CUSTOM_PREFIXES: dict[str, str] = {
    "multi_user": "the add-on's own stamp",
    "multiuser": "the add-on's own stamp",
    "_RNA_UI": "an outdated description of custom properties",
    "cycles": "an add-on's group, compared as the property of that name",
}


@functools.lru_cache(maxsize=None)
def reason(type_chain: tuple[str, ...], name: str) -> str | None:
    """Why the property ``name`` of a struct with these RNA types (its own and its bases) is left out, None if not."""
    if name.startswith(("multi_user", "multiuser")):
        return CUSTOM_PREFIXES["multi_user"]
    keys = (f"{identifier}.{name}" for identifier in ("*", *type_chain))
    return next((EXCLUDED[key] for key in keys if key in EXCLUDED), None)


def excluded(type_chain: tuple[str, ...], name: str) -> bool:
    """Whether the property ``name`` of a struct with these RNA types is left out."""
    return reason(type_chain, name) is not None


# Geometry without elements has these arrays or has them not, empty, as it was made.
TOPOLOGY = frozenset({".edge_verts", ".corner_vert", ".corner_edge", "position"})


def attribute_excluded(attribute) -> bool:
    """Whether this attribute is left out."""
    if attribute.name in TOPOLOGY and len(attribute.data) == 0:
        return True
    return attribute.name.startswith(tuple(ATTRIBUTE_PREFIXES))


def custom_excluded(name: str) -> bool:
    """Whether a custom property of this name is left out."""
    return name.startswith(tuple(CUSTOM_PREFIXES))


def unused(struct, type_name: str, name: str) -> bool:
    """Whether a property is a leftover that nothing uses now (ONLY_WHERE, WHERE_SHOWN)."""
    if f"{type_name}.{name}" in WHERE_SHOWN:
        layers = [layer for scene in struct.users_scene for layer in scene.view_layers]
        return not any(struct.visible_get(view_layer=layer) for layer in layers)
    condition = ONLY_WHERE.get(f"{type_name}.{name}")
    return condition is not None and not condition(struct)
