"""An exported model is copied only as its card says it is."""

import os
import sys
from pathlib import Path

import pytest
from stored_model import PARTS, write_model

from avatar_app.errors import ModelError
from avatar_app.model_store.exported import (
    check_exported,
    copy_exported,
    exported_card,
    is_exported,
)
from avatar_app.model_store.installed import find_model, verify
from avatar_app.model_store.installing import installing


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    write_model(tmp_path / "sent")
    return tmp_path / "sent"


def take(sent: Path, root: Path, name: str = "tiny") -> None:
    file = exported_card(sent)
    card = check_exported(file).model_copy(update={"name": name})
    with installing(name, root) as folder:
        copy_exported(file, card, folder)


def test_a_folder_or_its_card_is_taken_whole(sent, tmp_path):
    for number, given in enumerate((sent, sent / "tiny.toml")):
        root = tmp_path / str(number)
        take(given, root)
        model = find_model("tiny", root)
        verify(model)
        assert model.part("source").read_bytes() == PARTS["source"]


def test_another_name_renames_the_parts_too(sent, tmp_path):
    take(sent, tmp_path / "models", "mine")
    model = find_model("mine", tmp_path / "models")
    verify(model)
    assert model.part("drive").name == "mine.drive.onnx"


def test_only_what_the_card_names_is_copied(sent, tmp_path):
    (sent / "extra.onnx").write_bytes(b"x")
    take(sent, tmp_path / "models")
    names = sorted(path.name for path in (tmp_path / "models" / "tiny").iterdir())
    assert names == sorted(["tiny.toml", *(f"tiny.{word}.onnx" for word in PARTS)])


@pytest.mark.parametrize(
    "data, what",
    [
        (PARTS["drive"][::-1], "has not the bytes"),
        (PARTS["drive"][1:], "1499 bytes"),
        (PARTS["drive"] * 2, "3000 bytes"),
        (None, "is missing"),
    ],
)
def test_a_part_that_is_not_its_cards_is_refused(sent, tmp_path, data, what):
    part = sent / "tiny.drive.onnx"
    part.unlink()
    if data is not None:
        part.write_bytes(data)
    with pytest.raises(ModelError, match=what):
        take(sent, tmp_path / "models")
    assert not (tmp_path / "models" / "tiny").exists()


def test_a_part_that_links_elsewhere_is_refused(sent, tmp_path):
    part = sent / "tiny.drive.onnx"
    part.rename(tmp_path / "secret")
    part.symlink_to(tmp_path / "secret")
    with pytest.raises(ModelError, match="link to another place"):
        take(sent, tmp_path / "models")


def test_a_folder_needs_exactly_one_card(sent):
    (sent / "second.toml").write_text("")
    with pytest.raises(ModelError, match="2 cards"):
        exported_card(sent)
    for card in sent.glob("*.toml"):
        card.unlink()
    with pytest.raises(ModelError, match="no card "):
        exported_card(sent)


def test_a_single_part_is_not_a_model(sent):
    part = sent / "tiny.drive.onnx"
    assert is_exported(part)
    with pytest.raises(ModelError, match="one part of a model"):
        exported_card(part)


def test_checkpoints_are_no_exported_models(tmp_path):
    assert not is_exported(tmp_path / "vox.pth.tar")


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes and devices with names")
def test_a_card_without_an_end_is_not_read(sent):
    card = sent / "tiny.toml"
    card.unlink()
    os.mkfifo(card)
    with pytest.raises(ModelError, match="is no file"):
        check_exported(exported_card(sent))
    card.unlink()
    card.symlink_to("/dev/zero")
    with pytest.raises(ModelError, match="is no file"):
        check_exported(exported_card(sent))


def test_a_model_without_its_main_parts_is_refused(tmp_path):
    write_model(tmp_path / "sent")
    card = tmp_path / "sent" / "tiny.toml"
    card.write_text(card.read_text().partition("[parts.render]")[0])
    with pytest.raises(ModelError, match="wrong at 'parts': the model lacks render"):
        check_exported(card)
