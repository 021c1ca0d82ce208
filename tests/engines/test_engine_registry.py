"""A word opens an engine; an unknown one names those there are."""

import pytest

from avatar_app.config import AppConfig
from avatar_app.engines.registry import engine_words, open_engine
from avatar_app.errors import ConfigError


@pytest.mark.parametrize("word", engine_words())
def test_each_word_opens_the_engine_of_that_name(word: str) -> None:
    engine = open_engine(AppConfig.model_validate({"engine": word}))
    assert engine.info.name == word
    engine.close()


def test_the_default_engine_exists() -> None:
    assert AppConfig.model_validate({}).engine in engine_words()


@pytest.mark.parametrize("word", ("", "warp", "Landmark_Warp", "landmark_warp "))
def test_an_unknown_word_is_an_error_that_lists_the_words(word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_engine(AppConfig.model_validate({"engine": word}))
    assert repr(word) in caught.value.message
    assert all(known in caught.value.hint for known in engine_words())
