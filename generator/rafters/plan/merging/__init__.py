"""Lays what Rafters changes over what a person has edited. Pure."""
