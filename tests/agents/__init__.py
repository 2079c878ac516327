"""Tests of real agents and a real server without any Blender. Run by ``./multi-user test``."""
