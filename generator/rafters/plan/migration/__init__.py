"""Migrations from one blueprint to another, with no database at hand. Pure."""
