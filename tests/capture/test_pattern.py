"""The test card tells its frame's number and depends on nothing else."""

from fractions import Fraction

import numpy as np
import pytest

from avatar_app.capture.pattern import PatternSource, _with_clock, read_counter


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (96, 64)])
def test_the_counter_reads_back(size: tuple[int, int]) -> None:
    source = PatternSource(size, Fraction(30))
    for index in (0, 1, 2, 12345, 2**24 - 1):
        assert read_counter(_with_clock(source._card, index, index / 30)) == index


def test_two_cards_are_equal_and_frames_differ() -> None:
    first, second = (PatternSource((320, 240), Fraction(25)) for _ in range(2))
    pictures = [first.read() for _ in range(3)]
    for one in pictures:
        other = second.read()
        assert one is not None
        assert other is not None
        assert np.array_equal(one.image, other.image)
    assert not np.array_equal(pictures[0].image, pictures[1].image)


def test_interrupt_ends_reading() -> None:
    source = PatternSource((96, 64), Fraction(30))
    source.interrupt()
    assert source.read() is None
