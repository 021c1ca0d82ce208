"""What the window asks of the program itself."""

import gc
from collections.abc import Iterator

import pytest

from avatar_app.gui.core import Program


@pytest.fixture
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("_thawed")
def test_what_loading_brings_is_kept_from_the_collector() -> None:
    begun: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            begun.append(info["generation"])

    gc.callbacks.append(note)
    try:
        Program().load()
    finally:
        gc.callbacks.remove(note)
    assert not begun
    assert gc.isenabled()
    assert gc.get_freeze_count() > 50_000
