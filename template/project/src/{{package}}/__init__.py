"""A REST API built with FastAPI."""
