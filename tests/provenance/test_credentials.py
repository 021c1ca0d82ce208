"""Reading and verifying: what is intact, whose it is, what was changed, and nasty files."""

import http.server
import io
import os
import struct
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from c2pa import Builder, C2paSignerInfo, C2paSigningAlg, Context, Signer
from PIL import Image
from signed_files import STATEMENT, seal_in, write

from avatar_app.errors import MediaError
from avatar_app.provenance.certificate import SigningIdentity, new_identity
from avatar_app.provenance.credentials import Standing, read_credentials
from avatar_app.provenance.identity import FILE_NAME, open_identity
from avatar_app.provenance.signing import settings, signed_copy
from avatar_app.provenance.statement import manifest
from avatar_app.types import Outcome

KINDS = ["a.mp4", "a.mov", "a.gif", "a.png", "a.mkv"]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def standing(path: Path, keys: Path) -> Standing:
    return read_credentials(path, keys).standing


def with_a_byte_changed(path: Path, where: int) -> None:
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", KINDS)
def test_a_signed_file_is_intact_and_ours(tmp_path: Path, keys: Path, name: str) -> None:
    found = read_credentials(write(tmp_path / name, seal_in(keys)), keys)
    assert found.standing is Standing.OURS
    assert found.says_artificial
    assert found.generator.startswith("avatar_app ")
    assert "is an avatar" in found.description
    assert not found.problems


@pytest.mark.parametrize("name", KINDS)
def test_another_installation_says_neither_alarm_nor_trust(
    tmp_path: Path, keys: Path, name: str
) -> None:
    path = write(tmp_path / name, seal_in(keys))
    for others in (tmp_path / "nobody", tmp_path / "somebody"):
        found = read_credentials(path, others)
        assert found.standing is Standing.UNKNOWN_KEY
        assert not found.problems
        open_identity(tmp_path / "somebody")


@pytest.mark.parametrize("name", KINDS)
def test_one_changed_byte_is_seen(tmp_path: Path, keys: Path, name: str) -> None:
    path = write(tmp_path / name, seal_in(keys))
    with_a_byte_changed(path, -40)
    assert standing(path, keys) is Standing.CHANGED


def test_a_changed_claim_is_seen(tmp_path: Path, keys: Path) -> None:
    path = write(tmp_path / "a.png", seal_in(keys))
    honest = b"compositeWithTrainedAlgorithmicMedia"
    assert path.read_bytes().count(honest) == 1
    path.write_bytes(path.read_bytes().replace(honest, honest.replace(b"With", b"Sans")))
    assert standing(path, keys) is Standing.CHANGED


def test_damaged_credentials_say_nothing(tmp_path: Path, keys: Path) -> None:
    path = write(tmp_path / "a.png", seal_in(keys))
    with_a_byte_changed(path, path.read_bytes().index(b"jumb"))
    found = read_credentials(path, keys)
    assert (found.standing, found.description) == (Standing.CHANGED, "")


def test_a_file_encoded_anew_has_lost_them(tmp_path: Path, keys: Path) -> None:
    picture = write(tmp_path / "a.png", seal_in(keys))
    with Image.open(picture) as image:
        image.save(tmp_path / "b.png")
    assert standing(tmp_path / "b.png", keys) is Standing.NONE
    film = write(tmp_path / "a.mp4", seal_in(keys))
    with av.open(str(film)) as source, av.open(str(tmp_path / "b.mp4"), "w") as target:
        stream = target.add_stream("mpeg4", rate=Fraction(30))
        stream.width, stream.height = 64, 48
        for frame in source.decode(video=0):
            target.mux(stream.encode(frame.reformat(format="yuv420p")))
        target.mux(stream.encode(None))
    assert standing(tmp_path / "b.mp4", keys) is Standing.NONE


def test_names_and_number_of_our_certificate_do_not_make_a_key_ours(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = open_identity(keys)
    monkeypatch.setattr("cryptography.x509.random_serial_number", lambda: ours.serial)
    forged = tmp_path / "forged"
    forged.mkdir()
    (forged / FILE_NAME).write_bytes(new_identity().pem)
    assert open_identity(forged).serial == ours.serial
    path = write(tmp_path / "a.png", seal_in(forged))
    assert standing(path, forged) is Standing.OURS
    assert standing(path, keys) is Standing.UNKNOWN_KEY


def test_another_key_under_our_certificate_is_no_signature(tmp_path: Path, keys: Path) -> None:
    ours, other = open_identity(keys), new_identity()
    thief = SigningIdentity(other.key, ours.certificate, ours.root, ours.serial)
    bare = write(tmp_path / "bare.png", None)
    with pytest.raises(Exception, match="signature does not match"):
        signed_copy(bare, tmp_path / "a.png", "image/png", manifest(STATEMENT, ()), thief)


def test_words_of_strangers_are_shown_plainly(tmp_path: Path, keys: Path) -> None:
    bare = write(tmp_path / "bare.png", None)
    claim = manifest(STATEMENT, {Outcome.RENDERED})
    claim["assertions"][0]["data"]["actions"][0]["description"] = "\x1b[31mred\n\u202e" + "x" * 9999
    signed_copy(bare, tmp_path / "a.png", "image/png", claim, open_identity(keys))
    said = read_credentials(tmp_path / "a.png", keys).description
    assert said.isprintable()
    assert said.startswith("[31mred")
    assert len(said) < 1000


def test_a_film_that_cannot_carry_them_needs_its_sidecar(tmp_path: Path, keys: Path) -> None:
    path = write(tmp_path / "a.mkv", seal_in(keys))
    beside = path.with_suffix(".c2pa")
    path = path.rename(tmp_path / "b.mkv")
    assert standing(path, keys) is Standing.NONE
    beside = beside.rename(tmp_path / "b.c2pa")
    assert standing(path, keys) is Standing.OURS
    beside.write_bytes(b"rubbish")
    assert standing(path, keys) is Standing.CHANGED


def _png_with_a_long_chunk(path: Path) -> None:
    """Its credentials would take 600 MB; the file itself is full of holes."""
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    with path.open("wb") as file:
        file.write(picture.getvalue()[:33] + struct.pack(">I", 600 << 20) + b"caBX")
        file.seek(600 << 20, os.SEEK_CUR)
        file.write(bytes(4) + picture.getvalue()[33:])


def _film_with_a_long_box(path: Path) -> None:
    with path.open("wb") as file:
        file.write(struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0))
        file.write(struct.pack(">I4s", 100 << 20, b"uuid"))
        file.seek((100 << 20) - 9, os.SEEK_CUR)
        file.write(b"\0")


def _film_of_crumbs(path: Path) -> None:
    path.write_bytes(struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + b"\0\0\0\x08free" * 20_000)


def _cut_short(path: Path) -> None:
    picture = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    Image.fromarray(noise).save(picture, "PNG")
    path.write_bytes(picture.getvalue()[:500])


@pytest.mark.parametrize(
    "make", [_png_with_a_long_chunk, _film_with_a_long_box, _film_of_crumbs, _cut_short]
)
def test_a_nasty_file_is_refused_in_a_sentence(tmp_path: Path, keys: Path, make) -> None:
    make(tmp_path / "nasty")
    with pytest.raises(MediaError) as refused:
        read_credentials(tmp_path / "nasty", keys)
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize("content", [b"", b"hello", bytes(5000), b"\x1a\x45\xdf\xa3" * 9])
def test_what_carries_none_has_none(tmp_path: Path, keys: Path, content: bytes) -> None:
    (tmp_path / "file.bin").write_bytes(content)
    assert standing(tmp_path / "file.bin", keys) is Standing.NONE


def test_what_is_no_file_is_refused(tmp_path: Path, keys: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.png", ".", "pipe"):
        with pytest.raises(MediaError):
            read_credentials(tmp_path / name, keys)


def test_mutated_files_never_pass_for_more_than_they_are(tmp_path: Path, keys: Path) -> None:
    """Any answer is right but a crash, or another text under our signature."""
    path = write(tmp_path / "a.png", seal_in(keys))
    honest, whole = read_credentials(path, keys), path.read_bytes()
    random = np.random.default_rng(1)
    for _ in range(300):
        content = bytearray(whole)
        for where in random.integers(0, len(content), random.integers(1, 5)):
            content[where] = random.integers(0, 256)
        path.write_bytes(content[: random.integers(len(content) // 2, 2 * len(content))])
        try:
            found = read_credentials(path, keys)
        except MediaError:
            continue
        if found.standing is Standing.OURS:
            assert found == honest


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine and what it was asked for."""
    paths: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/x.c2pa", paths
        server.shutdown()
        thread.join()


def test_nothing_is_fetched(tmp_path: Path, keys: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    identity, out = open_identity(keys), io.BytesIO()
    info = C2paSignerInfo(
        C2paSigningAlg.ES256, identity.certificate + identity.root, identity.key, None
    )
    claim = manifest(STATEMENT, {Outcome.RENDERED})
    with (
        Context.from_dict(settings(identity)) as context,
        Signer.from_info(info) as signer,
        Builder(claim, context) as builder,
        write(tmp_path / "bare.png", None).open("rb") as bare,
    ):
        builder.set_remote_url(address)
        builder.set_no_embed()
        builder.sign(signer, "image/png", bare, out)
    (tmp_path / "a.png").write_bytes(out.getvalue())
    found = read_credentials(tmp_path / "a.png", keys)
    assert (found.standing, paths) == (Standing.NONE, [])
    assert "network" in found.detail
