"""What engines share, and that the last one closes it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_fomm import make_tiny_model

from avatar_app.config import AppConfig
from avatar_app.engines.fomm import Fomm, open_fomm, opening
from avatar_app.engines.fomm.networks import FommNetworks
from avatar_app.engines.pool import Pool
from avatar_app.errors import EngineError


class Thing:
    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_the_last_to_give_it_back_closes_it_and_the_next_opens_anew() -> None:
    pool = Pool()
    first, give_back = pool.take("a", Thing)
    again, give_back_too = pool.take("a", Thing)
    other, _ = pool.take("b", Thing)
    assert again is first
    assert other is not first
    give_back()
    give_back()
    assert first.closed == 0
    give_back_too()
    assert first.closed == 1
    assert pool.take("a", Thing)[0] is not first


def test_what_cannot_be_opened_leaves_nothing_in_the_pool() -> None:
    def fail() -> Thing:
        raise EngineError("No.", "Try again.")

    pool = Pool()
    with pytest.raises(EngineError):
        pool.take("a", fail)
    assert pool.take("a", Thing)[0].closed == 0


def settings(**motion: object) -> AppConfig:
    return AppConfig.model_validate({"runtime": {"word": "cpu", "threads": 1}, "motion": motion})


def test_other_settings_of_motion_open_no_networks_and_another_model_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[FommNetworks] = []

    class Noted(FommNetworks):
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            opened.append(self)

    monkeypatch.setattr(opening, "FommNetworks", Noted)
    make_tiny_model(tmp_path, name="one", size=32)
    pool, picture = Pool(), np.zeros((32, 32, 3), np.uint8)

    def engine(config: AppConfig) -> Fomm:
        return open_fomm(config, tmp_path, tmp_path / "cache", pool)

    first, stronger = engine(settings()), engine(settings(strength=1.5))
    first.close()
    first.close()
    opened[0].keypoints(picture)
    make_tiny_model(tmp_path, name="another", size=32)
    other = engine(settings())
    assert [networks.card.name for networks in opened] == ["one", "another"]
    stronger.close()
    with pytest.raises(EngineError, match="closed"):
        opened[0].keypoints(picture)
    opened[1].keypoints(picture)
    other.close()
