"""Render the bundled portraits and the driving clip.

python assets/render/main.py --facekit PATH [--only mira samuel ines performance]
"""

import argparse
from pathlib import Path

import cv2
import people
from clip import frames, write
from heads import HeadKit
from portrait import photograph

ASSETS = Path(__file__).resolve().parent.parent
PORTRAITS = {"mira": people.MIRA, "samuel": people.SAMUEL, "ines": people.INES}
SIZE = 1024
PORTRAIT_PASSES = 48  # a multiple of six: the lights take turns
CLIP_PASSES = 6


def main() -> None:
    """Write what was asked for under assets/."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [*PORTRAITS, "performance"]
    parser.add_argument("--facekit", type=Path, required=True, help="folder of the packed heads")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--passes", type=int, default=PORTRAIT_PASSES, help="for a portrait")
    asked = parser.parse_args()
    kit = HeadKit(asked.facekit)
    for name in (n for n in asked.only if n in PORTRAITS):
        picture = photograph(kit, PORTRAITS[name], SIZE, asked.passes)
        cv2.imwrite(str(ASSETS / "avatars" / f"{name}.png"), picture[..., ::-1])
    if "performance" in asked.only:
        write(ASSETS / "performance.mp4", frames(kit, CLIP_PASSES))


if __name__ == "__main__":
    main()
