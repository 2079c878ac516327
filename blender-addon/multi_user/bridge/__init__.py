"""The tie to the agent process: starts it, calls it, and shares memory with it. Never imports bpy.

It has no thread and never waits: Blender's Python must have one thread only (decision 0020). What takes a while goes
on by steps, at each tick. The contract is docs/bridge.md.
"""
