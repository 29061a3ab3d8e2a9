"""Runs Rafters: as `rafters`, and as `python -m rafters`."""

import gc
import os
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line of this process and end it with the code of what happened."""
    gc.disable()  # nothing that one command makes is worth looking for garbage in
    from rafters.main import main as run

    os._exit(run())  # all is flushed and closed; to free it piece by piece would take 50 ms


if __name__ == "__main__":
    main()
