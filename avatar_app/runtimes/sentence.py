"""ONNX Runtime's messages, shortened to what a person can use."""

import re

_CODES = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : ")
_SOURCE_PLACE = re.compile(r"/\S+\.(cc|h|cpp):\d+ ?")
_LONGEST = 200


def first_sentence(error: Exception) -> str:
    """The first line of a library's error, without its codes and source files, as a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    text = _SOURCE_PLACE.sub("", _CODES.sub("", lines[0])).strip()
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
    return text.rstrip(".") + "."
