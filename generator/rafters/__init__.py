"""Rafters: scaffolds FastAPI back ends that are verified before you get them."""

__version__ = "0.1.0"
