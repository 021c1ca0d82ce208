"""Engines that were built are kept, found again, and thrown away when they are of no use."""

from pathlib import Path

import pytest

from avatar_app.runtimes.engine_cache import EngineCache, EngineKey, read_key


@pytest.fixture
def key(tmp_path: Path) -> EngineKey:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"network")
    return EngineKey(
        model=str(model),
        model_sha256="a" * 64,
        gpu="RTX 3060 (8, 6)",
        versions=("onnxruntime 1.31.1", "tensorrt 101300"),
        runtime="tensorrt",
        precision="fp16",
    )


@pytest.fixture
def cache(tmp_path: Path) -> EngineCache:
    (tmp_path / "cache").mkdir()
    return EngineCache(tmp_path / "cache")


def _kept(cache: EngineCache, key: EngineKey) -> Path:
    part = cache.new_part(key)
    part.mkdir()
    (part / "engine_1.engine").write_bytes(b"engine")
    cache.keep(key, part)
    return cache.entry(key)


def test_an_engine_is_there_once_it_is_kept(cache: EngineCache, key: EngineKey) -> None:
    assert not cache.has(key)
    entry = _kept(cache, key)
    assert cache.has(key)
    assert sorted(path.name for path in entry.iterdir()) == ["engine_1.engine", "key.toml"]
    assert [path.name for path in cache.root.iterdir()] == [key.name]


@pytest.mark.parametrize(
    "other",
    [
        {"model_sha256": "b" * 64},
        {"gpu": "RTX 4090 (8, 9)"},
        {"versions": ("onnxruntime 1.32.0", "tensorrt 101300")},
        {"versions": ("onnxruntime 1.31.1", "tensorrt 101400")},
        {"precision": "fp32"},
    ],
)
def test_anything_it_depends_on_makes_it_another(
    cache: EngineCache, key: EngineKey, other: dict[str, object]
) -> None:
    _kept(cache, key)
    assert not cache.has(key.model_copy(update=other))


def test_a_damaged_entry_is_none(cache: EngineCache, key: EngineKey) -> None:
    card = _kept(cache, key) / "key.toml"
    for content in (b"", b"model = 3", b"\xff", b"#" * 200_000):
        card.write_bytes(content)
        assert not cache.has(key)
    _kept(cache, key)
    assert cache.has(key), "Building again mends it."


def test_what_will_never_be_used_again_is_removed(cache: EngineCache, key: EngineKey) -> None:
    other_model = Path(key.model).with_name("other.onnx")
    other_model.write_bytes(b"another network")
    good = [
        key,
        key.model_copy(update={"precision": "fp32"}),
        key.model_copy(update={"model": str(other_model), "model_sha256": "c" * 64}),
    ]
    stale = [
        key.model_copy(update={"model_sha256": "b" * 64}),
        key.model_copy(update={"versions": ("onnxruntime 1.30.0", "tensorrt 101300")}),
        key.model_copy(update={"model": key.model + ".gone"}),
    ]
    for each in good + stale:
        _kept(cache, each)
    cache.new_part(key).mkdir()
    (cache.root / "damaged").mkdir()
    cache.drop_stale(key)
    assert {path.name for path in cache.root.iterdir()} == {each.name for each in good}


def test_a_cache_that_is_not_there_yet_is_empty(tmp_path: Path, key: EngineKey) -> None:
    cache = EngineCache(tmp_path / "nowhere")
    cache.drop_stale(key)
    assert not cache.has(key)
    assert read_key(tmp_path / "nowhere") is None
