"""avatar_app: a portrait that moves as you move, live, as a camera other programs can choose."""

__version__ = "0.1.0"
