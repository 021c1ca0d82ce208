"""Make the pictures of the guide and the README's: pages of the program, with few colours so that
they stay small.

python assets/render/guide_pictures.py          # into assets/docs/pictures and assets
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "docs" / "pictures"
SCREENSHOT = HERE.parent / "screenshot.png"
WIDEST = 960
FULL = 1330
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
        command = [sys.executable, str(HERE / "pages.py"), folder, "--camera", "--only", PAGES]
        subprocess.run(command, check=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        for page, name in WANTED.items():
            _keep(Path(folder, f"{page}.png"), PICTURES / f"{name}.png", WIDEST)
        _keep(Path(folder, "main-live.png"), SCREENSHOT, FULL)


def _keep(page: Path, kept: Path, widest: int) -> None:
    """Smaller where it is wider, and in few colours."""
    with Image.open(page) as picture:
        small = picture.convert("RGB")
        small.thumbnail((widest, widest), Image.Resampling.LANCZOS)
        small.quantize(256, Image.Quantize.MEDIANCUT, kmeans=3).save(kept, optimize=True)


if __name__ == "__main__":
    main()
