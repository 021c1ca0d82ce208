"""How the window looks: one dark and one light set of colours, a palette and a style sheet."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PyQt6.QtWidgets import QApplication, QWidget

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
)


_ROLE = QPalette.ColorRole
_ROLES: dict[str, tuple[tuple[QPalette.ColorRole, ...], str]] = {
    "window": ((_ROLE.Window,), "window"),
    "surface": ((_ROLE.Base,), "base"),
    "raised": ((_ROLE.Button, _ROLE.AlternateBase, _ROLE.ToolTipBase), "button"),
    "line": ((_ROLE.Mid,), "mid"),
    "text": ((_ROLE.Text, _ROLE.WindowText, _ROLE.ButtonText, _ROLE.ToolTipText), "text"),
    "muted": ((_ROLE.LinkVisited, _ROLE.PlaceholderText), "link-visited"),
    "accent": ((_ROLE.Highlight, _ROLE.Accent), "highlight"),
    "accent_hover": ((_ROLE.Midlight,), "midlight"),
    "link": ((_ROLE.Link,), "link"),
    "danger": ((_ROLE.BrightText,), "bright-text"),
    "warning": ((_ROLE.Shadow,), "shadow"),
}
"""Colour → its roles in the palette, and the word by which the style sheet names the first: words
that every Qt 6 knows. ``muted``, ``accent_hover``, ``danger`` and ``warning`` lie in roles that no
text and no part of this program uses otherwise."""


def wants_dark() -> bool:
    """Whether the desktop asks for a dark theme; decided by the palette where it does not say."""
    hints = QGuiApplication.styleHints()
    scheme = hints.colorScheme() if hints is not None else Qt.ColorScheme.Unknown
    if scheme is Qt.ColorScheme.Unknown:
        return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return scheme is Qt.ColorScheme.Dark


def apply_theme(app: QApplication, *, dark: bool) -> None:
    """Give the whole application its style, palette, font and style sheet.

    The sheet names roles of the palette, so another theme is another palette; each widget then
    looks at it once more, which takes a fifth of the time of another sheet."""
    sheet = _style_sheet()
    if is_first := app.styleSheet() != sheet:
        app.setStyle("Fusion")
        app.setFont(_font(app.font()))
    app.setPalette(_palette(DARK if dark else LIGHT))
    if is_first:
        app.setStyleSheet(sheet)
        return
    for widget in app.allWidgets():
        look_again(widget)


def look_again(widget: QWidget) -> None:
    """Let ``widget`` look at the style sheet once more."""
    style = widget.style()
    if style is not None:
        style.unpolish(widget)
        style.polish(widget)


def stage_colours(palette: QPalette) -> tuple[QColor, ...]:
    """What the stages of a picture's way are painted with, in the theme of ``palette``."""
    dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    return tuple(QColor(name) for name in (_STAGES_ON_DARK if dark else _STAGES_ON_LIGHT))


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    for name, (roles, _word) in _ROLES.items():
        for one in roles:
            palette.setColor(one, QColor(getattr(colours, name)))
    palette.setColor(_ROLE.HighlightedText, QColor("#ffffff"))
    for one in (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText):
        faded = QColor(colours.muted)
        faded.setAlphaF(0.6)
        palette.setColor(QPalette.ColorGroup.Disabled, one, faded)
    return palette


def _font(font: QFont) -> QFont:
    """The system's own font where it names one, a readable sans serif elsewhere."""
    if font.family() in ("", "Sans Serif", "Sans", "Helvetica"):
        font.setFamilies(_FAMILIES)
    font.setPointSizeF(max(font.pointSizeF(), 10.0))
    return font


def _style_sheet() -> str:
    values = {name: f"palette({word})" for name, (_roles, word) in _ROLES.items()}
    for name in ("check", "chevron", "chevron_up"):
        values[name] = (_STYLE / f"{name.replace('_', '-')}.svg").as_posix()
    return Template((_STYLE / "window.qss").read_text(encoding="utf-8")).substitute(values)
