"""Which engines are closed, and that none is while somebody needs it."""

from live_parts import SlideEngine

from avatar_app.live.engine_shelf import EngineShelf


def test_an_engine_that_is_kept_or_lent_stays_open() -> None:
    shelf, engine = EngineShelf(), SlideEngine()
    shelf.keep(engine)
    shelf.close_idle()
    shelf.lend(engine)
    shelf.lend(engine)
    shelf.keep(None)
    shelf.give_back(engine)
    shelf.close_idle()
    assert shelf.is_lent(engine)
    assert not engine.closed
    shelf.give_back(engine)
    shelf.close_idle()
    assert engine.closed


def test_another_engine_kept_makes_the_one_before_idle() -> None:
    shelf, first, second = EngineShelf(), SlideEngine(), SlideEngine()
    shelf.keep(first)
    shelf.keep(second)
    shelf.close_idle()
    assert first.closed
    assert not second.closed


def test_each_engine_is_closed_once_and_one_that_does_not_close_harms_no_other() -> None:
    closings: list[str] = []

    class Stubborn(SlideEngine):
        def close(self) -> None:
            closings.append("stubborn")
            raise RuntimeError("no")

    shelf, other = EngineShelf(), SlideEngine()
    shelf.keep(Stubborn())
    shelf.keep(other)
    shelf.keep(None)
    shelf.close_idle()
    shelf.close_idle()
    assert closings == ["stubborn"]
    assert other.closed
