"""What the independent walk leaves out, by name, each with its reason. Plain Python, no bpy.

A key is "Type.property"; Type is an RNA identifier and counts for the types derived from it; "*" stands for every type.
Everything that is not named here is compared.
"""

from __future__ import annotations

_RUNTIME = "made by Blender while it runs, not part of the data"
_DERIVED = "follows from other properties that are compared"
_SELECTION = "selection is each artist's own"
_UI = "how one artist's window shows it"
_PER_USER = "each artist's own place in the session"

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
    "ID.name_full": "part of the key",
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
    # Objects
    "Object.mode": _PER_USER,
    "Object.active_material": _UI,
    "Object.active_material_index": _UI,
    "Object.active_shape_key": _UI,
    "Object.active_shape_key_index": _UI,
    "Object.is_from_instancer": _RUNTIME,
    "Object.is_from_set": _RUNTIME,
    "Object.motion_path": "a cache that each artist calculates",
    "Object.animation_visualization": "how motion paths are shown while they are calculated",
    "Object.bound_box": _DERIVED,
    "Object.dimensions": _DERIVED,
    "Object.soft_body": "physics come with their own issue",
    "Object.collision": "physics come with their own issue",
    "Object.field": "physics come with their own issue",
    "Object.rigid_body": "physics come with their own issue",
    "Object.rigid_body_constraint": "physics come with their own issue",
    "Object.particle_systems": "particles come with their own issue",
    "Object.pose": "armatures and poses come with their own issue",
    "Modifier.execution_time": _RUNTIME,
    "Modifier.is_override_data": _RUNTIME,
    "Modifier.persistent_uid": _RUNTIME,
    "Modifier.use_pin_to_last": _UI,
    "NodesModifier.node_warnings": _RUNTIME,
    "NodesModifier.panels": _UI,
    "NodesModifier.open_output_attributes_panel": _UI,
    "NodesModifier.open_manage_panel": _UI,
    "NodesModifier.open_bake_panel": _UI,
    "NodesModifier.open_named_attributes_panel": _UI,
    "NodesModifier.open_warnings_panel": _UI,
    "NodesModifier.bake_directory": "baked caches come with the files' own issue",
    "NodesModifier.bakes": "baked caches come with the files' own issue",
    "Constraint.error_location": _RUNTIME,
    "Constraint.error_rotation": _RUNTIME,
    "Constraint.is_valid": _RUNTIME,
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
    "Scene.sequence_editor": "the sequencer comes with its own issue",
    "Scene.sequencer_colorspace_settings": "the sequencer comes with its own issue",
    "Scene.rigidbody_world": "physics come with their own issue",
    "Scene.keying_sets": "each artist's own tools",
    "Scene.keying_sets_all": "each artist's own tools",
    "Scene.active_clip": "movie clips come with their own issue",
    "Scene.timeline_markers": "markers come with their own issue",
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
    "NodeSocket.inferred_structure_type": _DERIVED,
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
    "AnimData.last_slot_identifier": _RUNTIME,
    "AnimData.action_suitable_slots": _DERIVED,
    "AnimData.use_tweak_mode": _PER_USER,
    "AnimData.action_tweak_storage": _PER_USER,
    "AnimData.action_slot_handle_tweak_storage": _PER_USER,
    "AnimData.nla_tracks": "NLA comes with its own issue",
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

# Compared only where the property named here has this value: otherwise Blender keeps leftovers that nothing uses.
ONLY_WHERE: dict[str, tuple[str, object]] = {
    # Found by Blender from the geometry, and kept until something asks for it anew: each may show an older figure.
    "Mesh.texspace_location": ("use_auto_texspace", False),
    "Mesh.texspace_size": ("use_auto_texspace", False),
    "ColorManagedViewSettings.curve_mapping": ("use_curve_mapping", True),
    "Action.frame_start": ("use_frame_range", True),
    "Action.frame_end": ("use_frame_range", True),
    "Action.frame_range": ("use_frame_range", True),
    "ImageFormatSettings.view_settings": ("color_management", "OVERRIDE"),
    "ImageFormatSettings.display_settings": ("color_management", "OVERRIDE"),
    "ImageFormatSettings.linear_colorspace_settings": ("color_management", "OVERRIDE"),
}

UNORDERED: dict[str, str] = {
    "Collection.objects": "the order of objects in a collection means nothing",
    "ActionKeyframeStrip.channelbags": "each belongs to a slot; their order means nothing",
    "ActionChannelbag.fcurves": "each belongs to what it animates; their order means nothing",
    "Action.fcurves": "each belongs to what it animates; their order means nothing",
    "ActionChannelbag.groups": "a group stands where its curves stand",
    "Action.groups": "a group stands where its curves stand",
    "ActionGroup.channels": "each belongs to what it animates; their order means nothing",
    "Mesh.attributes": "the order of UV maps and of colours is compared in their own lists",
    "NodeTree.links": "the order of links means nothing",
    "NodeTree.nodes": "the order of nodes is that of drawing, and follows the selection",
    "CollectionObjects": "light linking has no order",
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


def excluded(type_chain: tuple[str, ...], name: str) -> bool:
    """Whether the property ``name`` of a struct with these RNA types (its own and its bases) is left out."""
    if name.startswith(("multi_user", "multiuser")) or f"*.{name}" in EXCLUDED:
        return True
    return any(f"{identifier}.{name}" in EXCLUDED for identifier in type_chain)


# A mesh without edges and corners has these arrays or has them not, empty, as it was made.
TOPOLOGY = frozenset({".edge_verts", ".corner_vert", ".corner_edge"})


def attribute_excluded(attribute) -> bool:
    """Whether this mesh attribute is left out."""
    if attribute.name in TOPOLOGY and len(attribute.data) == 0:
        return True
    return attribute.name.startswith(tuple(ATTRIBUTE_PREFIXES))


def custom_excluded(name: str) -> bool:
    """Whether a custom property of this name is left out."""
    return name.startswith(tuple(CUSTOM_PREFIXES))


def unused(struct, type_name: str, name: str) -> bool:
    """Whether a property is a leftover that nothing uses now (ONLY_WHERE)."""
    condition = ONLY_WHERE.get(f"{type_name}.{name}")
    return condition is not None and getattr(struct, condition[0]) != condition[1]
