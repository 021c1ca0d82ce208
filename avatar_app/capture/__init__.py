"""Where frames come from: cameras, files, pictures, the screen, a test card."""

from avatar_app.capture.registry import SOURCE_WORDS, address_in, open_source, performance_file

__all__ = ["SOURCE_WORDS", "address_in", "open_source", "performance_file"]
