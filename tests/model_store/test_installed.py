"""Installed models are found, opened and verified; nothing outside their folder is."""

from pathlib import Path

import pytest
from stored_model import PARTS, write_model

from avatar_app.errors import MachineError, ModelError
from avatar_app.model_store.card import ModelCard, card_text, read_card
from avatar_app.model_store.installed import (
    find_model,
    installed_models,
    installed_names,
    verify,
)
from avatar_app.model_store.room import check_room, room_taken


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_model(tmp_path / "models" / "tiny")
    return tmp_path / "models"


def damaged_part(root: Path, data: bytes) -> None:
    (root / "tiny" / "tiny.drive.onnx").write_bytes(data)


def test_a_model_gives_its_parts(root):
    model = find_model("tiny", root)
    assert model.part("render").read_bytes() == PARTS["render"]
    assert model.has("render")
    assert not model.has("render_cpu")
    assert model.size == sum(map(len, PARTS.values()))


def test_a_part_it_was_not_made_with_is_an_error_that_names_the_others(root):
    with pytest.raises(ModelError, match="no part 'render_cpu'; it has source, drive, render"):
        find_model("tiny", root).part("render_cpu")


def test_a_missing_or_cut_part_is_told_when_it_is_opened(root):
    model = find_model("tiny", root)
    damaged_part(root, PARTS["drive"][:-1])
    with pytest.raises(ModelError, match="1499 bytes instead of 1500"):
        model.part("drive")
    (root / "tiny" / "tiny.drive.onnx").unlink()
    with pytest.raises(ModelError, match="is missing"):
        model.part("drive")


def test_verifying_reads_everything(root):
    steps: list[tuple[int, int | None]] = []
    model = find_model("tiny", root)
    verify(model, lambda done, total: steps.append((done, total)))
    assert steps[-1] == (model.size, model.size)


def test_verifying_names_every_damaged_file(root):
    model = find_model("tiny", root)
    damaged_part(root, PARTS["drive"][::-1])
    assert model.part("drive")
    (root / "tiny" / "tiny.render.onnx").unlink()
    with pytest.raises(ModelError) as caught:
        verify(model)
    assert "tiny.drive.onnx has not the bytes" in caught.value.message
    assert "tiny.render.onnx is missing" in caught.value.message
    assert "tiny.source.onnx" not in caught.value.message


def test_a_part_that_is_a_link_to_elsewhere_is_refused(root, tmp_path):
    part = root / "tiny" / "tiny.drive.onnx"
    elsewhere = tmp_path / "elsewhere.onnx"
    part.rename(elsewhere)
    part.symlink_to(elsewhere)
    with pytest.raises(ModelError, match="link to another place"):
        find_model("tiny", root).part("drive")
    with pytest.raises(ModelError, match="link to another place"):
        verify(find_model("tiny", root))


def test_a_model_that_is_a_link_to_elsewhere_is_refused(root, tmp_path):
    (root / "tiny").rename(tmp_path / "tiny")
    (root / "tiny").symlink_to(tmp_path / "tiny")
    with pytest.raises(ModelError, match="link to another place"):
        find_model("tiny", root)


def test_a_store_that_is_itself_a_link_is_fine(root, tmp_path):
    linked = tmp_path / "linked"
    linked.symlink_to(root)
    assert find_model("tiny", linked).part("drive").is_file()


@pytest.mark.parametrize("name", ["", "..", "../models/tiny", "/etc", "TINY", "tiny/", "other"])
def test_other_names_are_not_there_and_the_message_says_what_is(root, name):
    with pytest.raises(ModelError, match="installed: tiny"):
        find_model(name, root)


def test_an_empty_store_has_no_models(tmp_path):
    assert installed_models(tmp_path / "none") == ()
    with pytest.raises(ModelError, match="none is installed"):
        find_model("tiny", tmp_path / "none")


def test_damaged_models_keep_their_name_and_lose_their_place_in_the_list(root):
    write_model(root / "other", "other")
    (root / "tiny" / "tiny.toml").write_text("format = 9")
    (root / ".new-third").mkdir()
    (root / "file").write_text("no model")
    assert installed_names(root) == ("other", "tiny")
    assert [model.card.name for model in installed_models(root)] == ["other"]


def test_a_card_of_another_model_is_refused(root):
    (root / "tiny").rename(root / "other")
    (root / "other" / "tiny.toml").rename(root / "other" / "other.toml")
    with pytest.raises(ModelError, match="another model, tiny"):
        find_model("other", root)


@pytest.mark.parametrize(
    "old, new",
    [
        ('file = "tiny.drive.onnx"', 'file = "../tiny.drive.onnx"'),
        ('file = "tiny.drive.onnx"', 'file = "/etc/passwd"'),
        ('file = "tiny.drive.onnx"', 'file = "tiny.toml"'),
        ('file = "tiny.drive.onnx"', 'file = ".onnx"'),
        ("[parts.drive]", '[parts."../../drive"]'),
        ("size = 1500", "size = 5000000000"),
        ("size = 1500", "size = -1"),
    ],
)
def test_a_card_cannot_name_a_file_elsewhere_or_without_bounds(root, old, new):
    card = root / "tiny" / "tiny.toml"
    text = card.read_text()
    assert old in text
    card.write_text(text.replace(old, new))
    with pytest.raises(ModelError, match="is wrong at 'parts"):
        find_model("tiny", root)


def test_a_card_is_the_same_after_writing_and_reading(root, tmp_path):
    card = find_model("tiny", root).card
    assert isinstance(card, ModelCard)
    again = tmp_path / "again.toml"
    again.write_text(card_text(card), encoding="utf-8")
    assert read_card(again) == card


def test_room_is_counted_without_following_links(root, tmp_path):
    (root / "tiny" / "link").symlink_to("/usr")
    expected = sum(map(len, PARTS.values())) + (root / "tiny" / "tiny.toml").stat().st_size
    assert room_taken(root) == expected
    assert room_taken(tmp_path / "none") == 0


def test_room_that_is_not_there_is_asked_for_beforehand(tmp_path):
    check_room(tmp_path / "not" / "yet", 1)
    with pytest.raises(MachineError, match="are free"):
        check_room(tmp_path / "not" / "yet", 10**16)
