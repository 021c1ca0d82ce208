"""The First Order Motion Model, driven live and pasted back into the portrait."""

from avatar_app.engines.fomm.engine import Fomm
from avatar_app.engines.fomm.opening import open_fomm

__all__ = ["Fomm", "open_fomm"]
