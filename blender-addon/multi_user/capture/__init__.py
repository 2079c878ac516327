"""From Blender to the agent: which datablocks changed, and what they hold. Main thread only; never imports
py4j."""
