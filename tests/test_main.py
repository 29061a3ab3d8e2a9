"""How a command line ends."""

import subprocess
import sys
from pathlib import Path

from rafters.errors import INTERRUPTED
from rafters.options import Access
from rafters.spec.resource import ACCESS


def test_interrupted_within_an_exec_it_still_ends_with_its_code(tmp_path: Path) -> None:
    """Python itself would end by the signal, had it come while an import makes a dataclass."""
    module = "from rafters import main\n\nmain.run = lambda _: exec('raise KeyboardInterrupt')\n"
    (tmp_path / "stopped.py").write_text(f"{module}main.main()\n")
    argv = [sys.executable, "-m", "stopped"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == INTERRUPTED
    assert done.stderr == "error: interrupted: nothing was changed\n"


def test_the_command_line_offers_every_kind_of_access() -> None:
    """Its choices stand apart so that help is quick; they are those of the specification."""
    assert tuple(Access) == ACCESS
