"""Touches the world: files, processes, copier, git."""
