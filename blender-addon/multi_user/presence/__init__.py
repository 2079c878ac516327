"""Where the artists are: samples this one, draws the others. Main thread only; never imports py4j."""
