"""Operators and panels. Main thread only; never imports py4j."""
