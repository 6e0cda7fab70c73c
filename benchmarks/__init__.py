"""Measurements of the running bot; each script says in its docstring what it measures and how to run it."""
