"""Records the README's picture from a real run of `rafters new shop`.

    python tests/record_run.py

Writes .github/rafters-new.svg.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[1] / ".github" / "rafters-new.svg"
COLUMNS = 72

# A live display goes up and rubs out what it drew before; what follows the last time stays.
RUB_OUT = re.compile(r"\r?\x1b\[2K(?:\x1b\[1A\x1b\[2K)*")
FONT_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def main() -> None:
    """Run the command, take what stays on the terminal, and draw it."""
    rafters = Path(sys.executable).parent / "rafters"
    env = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    env["PATH"] = f"{rafters.parent}{os.pathsep}{env['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        argv = [str(rafters), "new", "shop"]
        done = subprocess.run(
            argv,
            cwd=folder,
            env=env,
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    shown = RUB_OUT.split(done.stdout)[-1].replace("\x1b[?25h", "").replace("\x1b[?25l", "")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"\x1b[1m$ rafters new shop\x1b[0m\n{shown.rstrip()}"))
    PICTURE.parent.mkdir(exist_ok=True)
    # fonts of the reader's own: a picture should fetch nothing
    svg = FONT_FACE.sub("", console.export_svg(title="rafters", unique_id="rafters-new"))
    PICTURE.write_text(
        "\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
