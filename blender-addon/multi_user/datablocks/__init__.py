"""What each datablock type captures and applies (contract.py), and the generic serialiser that serves them all."""
