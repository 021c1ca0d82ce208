"""How the window looks: one dark and one light set of colours, a palette and a style sheet."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication

ALARM = QColor("#e5484d")
"""The red of pass-through, readable on both backgrounds."""

STAGE = QColor("#101216")
"""What surrounds a picture in a preview, in both themes."""

_STAGES_ON_DARK = ("#6b7280", "#648fff", "#ffb000", "#d84315", "#c3cad6")
_STAGES_ON_LIGHT = ("#aab2c0", "#3f7cf0", "#ffb000", "#d84315", "#5a6372")
"""Waiting, three stages of work, waiting again. What waits is grey; the others were chosen to lie
far apart from it, from each other and from the ground for colour-blind people too."""

_STYLE = Path(__file__).parent / "style"
_FAMILIES = ["Inter", "Noto Sans", "Cantarell", "Ubuntu", "Segoe UI", "DejaVu Sans", "Arial"]


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme; text on ``window`` and ``surface`` keeps a contrast of at least 4.5 to 1."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    link: str
    danger: str
    warning: str
    chevron: str


DARK = Colours(
    window="#1b1d22",
    surface="#24272e",
    raised="#2f333c",
    line="#434955",
    text="#e9ebef",
    muted="#a7aebb",
    accent="#2f74c8",
    accent_hover="#3b82d8",
    link="#74b0f4",
    danger="#c4343a",
    warning="#e0a83a",
    chevron="chevron-light.svg",
)
LIGHT = Colours(
    window="#f3f4f6",
    surface="#ffffff",
    raised="#eceef2",
    line="#c3c9d3",
    text="#13161b",
    muted="#59616f",
    accent="#2563b8",
    accent_hover="#1f56a2",
    link="#1f56a2",
    danger="#c62a2f",
    warning="#a86a00",
    chevron="chevron-dark.svg",
)


def wants_dark() -> bool:
    """Whether the desktop asks for a dark theme; decided by the palette where it does not say."""
    hints = QGuiApplication.styleHints()
    scheme = hints.colorScheme() if hints is not None else Qt.ColorScheme.Unknown
    if scheme is Qt.ColorScheme.Unknown:
        return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return scheme is Qt.ColorScheme.Dark


def apply_theme(app: QApplication, *, dark: bool) -> None:
    """Give the whole application its style, palette, font and style sheet."""
    colours = DARK if dark else LIGHT
    if not app.styleSheet():  # The first time; it would give every widget its looks twice.
        app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    app.setFont(_font(app.font()))
    app.setStyleSheet(_style_sheet(colours))


def stage_colours(palette: QPalette) -> tuple[QColor, ...]:
    """What the stages of a picture's way are painted with, in the theme of ``palette``."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    return tuple(QColor(name) for name in (_STAGES_ON_DARK if dark else _STAGES_ON_LIGHT))


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, value in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Highlight, colours.accent),
        (role.HighlightedText, "#ffffff"),
        (role.Accent, colours.accent),
        (role.Mid, colours.line),
        (role.Link, colours.link),
    ):
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(colours.muted)
        faded.setAlphaF(0.6)
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette


def _font(font: QFont) -> QFont:
    """The system's own font where it names one, a readable sans serif elsewhere."""
    if font.family() in ("", "Sans Serif", "Sans", "Helvetica"):
        font.setFamilies(_FAMILIES)
    font.setPointSizeF(max(font.pointSizeF(), 10.0))
    return font


def _style_sheet(colours: Colours) -> str:
    values = {name: str(getattr(colours, name)) for name in Colours.__dataclass_fields__}
    values["check"] = (_STYLE / "check.svg").as_posix()
    values["chevron"] = (_STYLE / colours.chevron).as_posix()
    values["chevron_up"] = (_STYLE / colours.chevron.replace("-", "-up-")).as_posix()
    return Template((_STYLE / "window.qss").read_text(encoding="utf-8")).substitute(values)
