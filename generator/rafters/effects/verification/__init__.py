"""Verifies templates: renders them, and runs what verifies what they render."""
