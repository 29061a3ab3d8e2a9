"""Runs Rafters as `python -m rafters`."""

from rafters.main import main

if __name__ == "__main__":
    main()
