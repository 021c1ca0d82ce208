"""The manifest is read strictly, and the bundled one holds what is known and no more."""

from pathlib import Path

import pytest
import tomli_w

from avatar_app.errors import ModelError
from avatar_app.model_store.digest import Digest
from avatar_app.model_store.manifest import KnownFile, read_manifest
from avatar_app.paths import manifest_file

PUBLISHED_MD5 = "8a45a24037871c045fbb8a6a8aa95ebc"
SHA = "a" * 64
FILE = {"name": "m.pth.tar", "size": 10, "sha256": SHA}
MODEL = {
    "name": "m",
    "title": "M",
    "family": "fomm",
    "kind": "checkpoint",
    "licence": "none stated",
    "how_to_obtain": "ask",
    "files": [FILE],
}


def written(folder: Path, *models: dict[str, object], **top: object) -> Path:
    path = folder / "manifest.toml"
    path.write_text(tomli_w.dumps({"format": 1, "models": list(models)} | top), encoding="utf-8")
    return path


def with_file(**changes: object) -> dict[str, object]:
    return MODEL | {"files": [FILE | changes]}


def test_the_bundled_manifest_knows_the_published_checkpoints():
    manifest = read_manifest(manifest_file())
    assert [model.name for model in manifest.models] == ["vox-adv-cpk", "vox-cpk"]
    for model in manifest.models:
        assert "No licence statement found for the weights" in model.licence
        assert f"avatar-app models import {model.files[0].name}" in model.how_to_obtain
        assert not model.can_be_fetched


@pytest.mark.parametrize("size", [228_000_000, 228 * 2**20])
def test_the_stripped_checkpoint_is_recognised_whichever_megabytes_were_meant(size):
    manifest = read_manifest(manifest_file())
    known = manifest.recognise(Digest(size, SHA, PUBLISHED_MD5))
    assert known is not None
    assert known.name == "vox-adv-cpk"


@pytest.mark.parametrize(
    "digest",
    [
        Digest(228_000_000, SHA, "0" * 32),
        Digest(500_000_000, SHA, PUBLISHED_MD5),
        Digest(0, "0" * 64, "0" * 32),
    ],
)
def test_other_bytes_are_not_recognised(digest):
    assert read_manifest(manifest_file()).recognise(digest) is None


def test_a_file_without_a_hash_is_recognised_by_nothing(tmp_path):
    manifest = read_manifest(written(tmp_path, with_file(sha256="")))
    assert manifest.recognise(Digest(10, SHA, PUBLISHED_MD5)) is None


def test_a_sha256_outweighs_an_md5_that_fits():
    file = KnownFile(name="a", size=3, sha256=SHA, md5=PUBLISHED_MD5)
    assert "sha256" in file.difference(Digest(3, "b" * 64, PUBLISHED_MD5))
    assert "md5" in file.difference(Digest(3, SHA, "b" * 32))
    assert "4 bytes" in file.difference(Digest(4, SHA, PUBLISHED_MD5))
    assert file.difference(Digest(3, SHA, PUBLISHED_MD5)) == ""


def test_an_unknown_name_names_the_known_ones():
    with pytest.raises(ModelError, match="vox-adv-cpk, vox-cpk"):
        read_manifest(manifest_file()).find("vox")


def test_a_good_manifest_is_read(tmp_path):
    source = "https://example.com/m.pth.tar"
    model = read_manifest(written(tmp_path, with_file(sources=[source]))).find("m")
    assert model.files[0].sources == (source,)
    assert model.can_be_fetched


@pytest.mark.parametrize(
    "model",
    [
        MODEL | {"extra": 1},
        MODEL | {"name": "../m"},
        MODEL | {"name": "M"},
        MODEL | {"family": "gan"},
        MODEL | {"files": []},
        MODEL | {"files": [FILE, FILE]},
        MODEL | {"kind": "exported"},
        with_file(name="../../m"),
        with_file(name="a/b"),
        with_file(size="10"),
        with_file(size=0),
        with_file(size=10**12),
        with_file(sha256="A" * 64),
        with_file(md5="0" * 31),
        with_file(sources=["http://example.com/m"]),
        with_file(sources=["m"]),
        with_file(sources=["https://example.com/m"], sha256=""),
        {key: value for key, value in MODEL.items() if key != "licence"},
    ],
)
def test_a_wrong_entry_is_refused_in_one_sentence(tmp_path, model):
    path = written(tmp_path, model)
    with pytest.raises(ModelError) as caught:
        read_manifest(path)
    assert str(path) in caught.value.message


def test_exported_models_begin_with_their_card_and_hash_everything(tmp_path):
    card = {"name": "m.toml", "sha256": SHA}
    part = {"name": "m.render.onnx", "sha256": SHA}
    exported = MODEL | {"kind": "exported", "files": [card, part]}
    assert len(read_manifest(written(tmp_path, exported)).find("m").files) == 2
    unhashed = MODEL | {"kind": "exported", "files": [card, {"name": "m.render.onnx"}]}
    with pytest.raises(ModelError, match="sha256"):
        read_manifest(written(tmp_path, unhashed))


def test_two_models_of_one_name_and_other_formats_are_refused(tmp_path):
    with pytest.raises(ModelError, match="one name"):
        read_manifest(written(tmp_path, MODEL, MODEL))
    with pytest.raises(ModelError, match="format"):
        read_manifest(written(tmp_path, MODEL, format=2))


def test_what_is_no_manifest_is_refused(tmp_path):
    path = tmp_path / "manifest.toml"
    with pytest.raises(ModelError, match="cannot be read"):
        read_manifest(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match="cannot be read"):
        read_manifest(path)
    path.write_text("#" * 300_000)
    with pytest.raises(ModelError, match="too large"):
        read_manifest(path)
