"""What pictures cost, kept in a file that may be lost."""

from pathlib import Path

import pytest

from avatar_app.costs import MOST_COSTS, Cost, CostBook


def cost(ms: float, model: str = "vox") -> Cost:
    return Cost(engine="fomm", model=model, runtime="cpu", ms=ms)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "costs.toml"


def test_the_newest_cost_of_each_is_kept_and_small_changes_are_no_news(path: Path) -> None:
    book = CostBook(path)
    assert book.read() == ()
    assert book.keep(cost(100))
    assert book.keep(cost(30, "taichi"))
    assert not book.keep(cost(109))
    assert book.keep(cost(120))
    assert CostBook(path).read() == (cost(30, "taichi"), cost(120))
    assert [file.name for file in path.parent.iterdir()] == ["costs.toml"]


def test_the_file_does_not_grow_for_ever(path: Path) -> None:
    book = CostBook(path)
    for number in range(MOST_COSTS + 3):
        book.keep(cost(100, f"model {number}"))
    kept = book.read()
    assert len(kept) == MOST_COSTS
    assert kept[-1].model == f"model {MOST_COSTS + 2}"


@pytest.mark.parametrize(
    "content",
    [
        b"not toml",
        b"\xff\xfe",
        b"cost = 3",
        b'[[cost]]\nengine = "fomm"\nmodel = ""\nruntime = "cpu"\nms = -4',
        b'[[cost]]\nengine = "fomm"\nmodel = ""\nruntime = "cpu"\nms = nan',
        b"#" * 200_000,
    ],
)
def test_a_file_that_cannot_be_read_is_as_none_and_is_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    book = CostBook(path)
    assert book.read() == ()
    assert book.keep(cost(100))
    assert book.read() == (cost(100),)


def test_a_cost_that_cannot_be_written_is_lost_and_no_more(path: Path) -> None:
    path.parent.write_text("in the way")
    assert not CostBook(path).keep(cost(100))
