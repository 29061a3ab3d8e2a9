"""Runs Rafters as `python -m rafters`."""

from rafters.cli import main

if __name__ == "__main__":
    main()
