"""The tie to the agent process: starts it, calls it, and shares memory with it. Never imports bpy.

Everything that touches Py4J or waits for a process runs on the worker thread of ``client.AgentClient``;
Blender's main thread puts requests into a queue and takes results out of another. The contract is
docs/bridge.md.
"""
