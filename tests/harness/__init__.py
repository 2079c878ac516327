"""Real servers, agents and Blenders for tests, each ended in any case. Standard library only; runs outside Blender."""
