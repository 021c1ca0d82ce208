"""Make the pictures of the guide: pages of the program, with few colours so that they stay small.

python assets/render/guide_pictures.py          # into assets/docs/pictures
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "docs" / "pictures"
WIDEST = 960
PAGES = "main,live,graph,problem,wizard,library"
WANTED = {
    "main-live": "window",
    "import-good": "import",
    "import-consent-agreed": "consent",
    "wizard-neutral": "calibration",
    "main-graph": "delay",
    "main-problem": "message",
}
"""What pages.py calls a picture → what the guide calls it."""


def main() -> None:
    """Take all pages, keep those that the guide shows."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(HERE / "pages.py"), folder, "--only", PAGES]
        subprocess.run(command, check=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        for page, name in WANTED.items():
            with Image.open(Path(folder, f"{page}.png")) as picture:
                small = picture.convert("RGB")
                small.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
                few = small.quantize(256, dither=Image.Dither.NONE)
                few.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
