"""End-to-end tests: real Blenders, real agents, a real server over sockets. Run by ``./multi-user test``."""
