"""From the agent to Blender: carries out the changes of others. Main thread only; never imports py4j."""
