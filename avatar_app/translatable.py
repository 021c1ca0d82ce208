"""Marks sentences for translation where they are written; they stay English until they are shown.

The core speaks English, in its errors and in the log. What shows a sentence to the user hands it
to a catalog (``languages/catalog.py``). Texts of errors, problems, settings and actions are found
by themselves; ``translatable`` marks the others.
"""


def translatable(english: str) -> str:
    """The sentence as it is. An f-string becomes a template with a place for each value."""
    return english
