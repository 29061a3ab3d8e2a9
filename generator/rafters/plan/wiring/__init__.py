"""Registers a resource in code that is there: lines are inserted, none is rewritten. Pure."""
