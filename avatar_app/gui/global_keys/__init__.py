"""Keys that work in every program, where the system has a way for it."""
