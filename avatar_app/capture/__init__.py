"""Where frames come from: cameras, files, pictures, the screen, a test card."""

from avatar_app.capture.registry import SOURCE_WORDS, open_source

__all__ = ["SOURCE_WORDS", "open_source"]
