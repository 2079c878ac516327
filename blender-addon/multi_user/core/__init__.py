"""Plain logic and data of the add-on: never imports bpy, py4j or sockets; any thread."""
