"""A word opens an engine; an unknown one names those there are."""

from pathlib import Path

import pytest
from tiny_fomm import make_tiny_model

from avatar_app.config import AppConfig
from avatar_app.engines.registry import engine_words, open_engine
from avatar_app.errors import ConfigError, ModelError


@pytest.mark.parametrize("word", engine_words())
def test_each_word_opens_the_engine_of_that_name(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar_app.engines.registry.models_dir", lambda: tmp_path)
    make_tiny_model(tmp_path, size=32)
    engine = open_engine(AppConfig.model_validate({"engine": word}))
    assert engine.info.name == word
    engine.close()


def test_fomm_without_a_model_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar_app.engines.registry.models_dir", lambda: tmp_path)
    with pytest.raises(ModelError, match="none is installed") as caught:
        open_engine(AppConfig.model_validate({"engine": "fomm"}))
    assert "avatar-app models import" in caught.value.hint


def test_the_default_engine_exists() -> None:
    assert AppConfig.model_validate({}).engine in engine_words()


@pytest.mark.parametrize("word", ("", "warp", "Landmark_Warp", "landmark_warp "))
def test_an_unknown_word_is_an_error_that_lists_the_words(word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_engine(AppConfig.model_validate({"engine": word}))
    assert repr(word) in caught.value.message
    assert all(known in caught.value.hint for known in engine_words())
