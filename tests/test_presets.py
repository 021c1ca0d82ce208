"""Named sets of settings in their file."""

from pathlib import Path

import pytest

from avatar_app.config import AppConfig, Background, MotionConfig, OutputConfig, SceneConfig
from avatar_app.errors import ConfigError
from avatar_app.presets import MOST_PRESETS, PresetStore


def calm() -> AppConfig:
    scene = SceneConfig(background=Background.BLURRED, mirror_avatar=True)
    return AppConfig(avatar="mira", motion=MotionConfig(strength=0.4), scene=scene)


@pytest.fixture
def store(tmp_path: Path) -> PresetStore:
    return PresetStore(tmp_path / "kept" / "presets.toml")


def names(store: PresetStore) -> list[str]:
    return [preset.name for preset in store.list()]


def test_a_preset_is_put_on_and_leaves_avatar_and_camera_alone(store: PresetStore) -> None:
    store.save("Calm", calm())
    config = AppConfig(avatar="ines")
    worn = store.list()[0].applied(config)
    assert worn.motion.strength == 0.4
    assert worn.scene == calm().scene
    assert (worn.avatar, worn.source, worn.output) == ("ines", config.source, config.output)


def test_no_preset_switches_the_badge_off(store: PresetStore, tmp_path: Path) -> None:
    bare = AppConfig(output=OutputConfig(badge=False, credentials=False, mirror=True))
    store.save("Bare", bare)
    worn = store.list()[0].applied(AppConfig())
    assert worn.output == OutputConfig(mirror=True)
    assert store.list()[0].applied(bare).output == bare.output
    path = tmp_path / "kept" / "presets.toml"
    path.write_text(path.read_text().replace("engine =", "badge = false\nengine ="))
    with pytest.raises(ConfigError, match="badge"):
        store.list()


def test_saving_under_a_name_again_replaces_it_in_its_place(store: PresetStore) -> None:
    for name in ("Calm", "Loud"):
        store.save(name, calm())
    store.save("  calm ", AppConfig())
    assert names(store) == ["calm", "Loud"]
    assert store.list()[0].motion.strength == 1.0


def test_rename_and_delete(store: PresetStore) -> None:
    store.save("Calm", calm())
    store.save("Loud", AppConfig())
    with pytest.raises(ConfigError, match="already"):
        store.rename("Calm", "LOUD")
    assert [p.name for p in store.rename("Calm", "CALM")] == ["CALM", "Loud"]
    store.delete("calm")
    assert names(store) == ["Loud"]
    with pytest.raises(ConfigError, match="no preset 'Calm'"):
        store.delete("Calm")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_that_is_none_is_refused(store: PresetStore, name: str) -> None:
    with pytest.raises(ConfigError, match="name of 1 to 60"):
        store.save(name, calm())
    assert names(store) == []


def test_there_is_an_end_to_them(store: PresetStore) -> None:
    for number in range(MOST_PRESETS):
        store.save(f"Number {number}", calm())
    with pytest.raises(ConfigError, match="already"):
        store.save("One more", calm())
    assert len(names(store)) == MOST_PRESETS


@pytest.mark.parametrize(
    "text",
    ["[[preset]]\nname = 3", "not toml", '[[preset]]\nname = "a"\nodd = 1', "x" * 1_000_001],
    ids=["wrong type", "not toml", "unknown", "huge"],
)
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "presets.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"[Pp]resets"):
        PresetStore(path).save("Calm", calm())
    assert path.read_text() == text


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, store: PresetStore) -> None:
    store.save("Calm", calm())
    blocked = PresetStore(tmp_path / "kept" / "presets.toml" / "below")
    with pytest.raises(ConfigError):
        blocked.save("Loud", calm())
    assert names(store) == ["Calm"]
    assert [p.name for p in (tmp_path / "kept").iterdir()] == ["presets.toml"]
