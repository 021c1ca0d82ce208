"""Draw assets/icon.svg as assets/icon.png, 256 pixels square."""

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer

ASSETS = Path(__file__).resolve().parent.parent
SIZE = 256


def main() -> None:
    """Write the picture beside the drawing."""
    picture = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ASSETS / "icon.svg")).render(painter)
    painter.end()
    picture.save(str(ASSETS / "icon.png"))


if __name__ == "__main__":
    main()
