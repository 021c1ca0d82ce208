"""Each word opens its own kind of output."""

from pathlib import Path

import pytest

from avatar_app.errors import ConfigError
from avatar_app.outputs import keeps_transparency, open_file, open_sink


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("vcam:", "VirtualCameraSink"),
        ("vcam:/dev/video10", "VirtualCameraSink"),
        ("file:a.mp4", "VideoFileSink"),
        ("file:a.MKV", "VideoFileSink"),
        ("file:a.gif", "GifFileSink"),
        ("file:folder/", "PngFolderSink"),
        ("file:folder", "PngFolderSink"),
        ("frames:fold.er", "PngFolderSink"),
        ("memory:", "MemorySink"),
    ],
)
def test_a_word_names_its_output(word: str, kind: str) -> None:
    assert type(open_sink(word)).__name__ == kind


@pytest.mark.parametrize("word", ["", "vcam", "file:", "frames:", "memory:x", "tv:", "file:a.doc"])
def test_other_words_are_refused_with_a_hint(word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_sink(word)
    assert caught.value.hint


def test_a_file_follows_its_name() -> None:
    assert type(open_file(Path("a.mp4"), sound_from=Path("b.mp4"))).__name__ == "VideoFileSink"
    assert type(open_file("a.gif")).__name__ == "GifFileSink"
    assert type(open_file("pictures/")).__name__ == "PngFolderSink"


@pytest.mark.parametrize(
    "word",
    ["vcam:", "vcam:/dev/video10", "memory:", "file:a.mp4", "file:a.gif", "frames:a", "file:a/"],
)
def test_transparency_is_kept_by_folders_of_png_alone(word: str) -> None:
    assert keeps_transparency(word) is (type(open_sink(word)).__name__ == "PngFolderSink")
