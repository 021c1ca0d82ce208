"""The key of an installation: made once, readable by its user only, mended when it is damaged."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from avatar_app.errors import MachineError
from avatar_app.provenance.certificate import new_identity, parse_identity
from avatar_app.provenance.identity import FILE_NAME, known_identity, open_identity


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    keys = tmp_path / "data" / "keys"
    first, again = open_identity(keys), open_identity(keys)
    assert first.note
    assert not again.note
    assert first.pem == again.pem
    assert [entry.name for entry in keys.iterdir()] == [FILE_NAME]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of the user's folder")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    old = os.umask(0)
    try:
        open_identity(keys)
    finally:
        os.umask(old)
    assert (keys.stat().st_mode & 0o777, (keys / FILE_NAME).stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of the user's folder")
def test_a_key_that_lay_open_is_closed(tmp_path: Path) -> None:
    open_identity(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    tmp_path.chmod(0o755)
    open_identity(tmp_path)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def _another_key() -> bytes:
    mine, other = new_identity(), new_identity()
    return other.key + mine.certificate + mine.root


def _another_root() -> bytes:
    mine, other = new_identity(), new_identity()
    return mine.key + mine.certificate + other.root


DAMAGED = {
    "empty": b"",
    "rubbish": b"\x00\xff" * 500,
    "cut": new_identity().pem[:-300],
    "key only": new_identity().key,
    "certificates only": new_identity().certificate + new_identity().root,
    "another key": _another_key(),
    "another root": _another_root(),
    "too large": new_identity().pem + b"#" * 30_000,
    "locked": new_identity().pem.replace(b"PRIVATE", b"ENCRYPTED PRIVATE", 2),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_key_is_made_anew_and_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    assert known_identity(tmp_path) is None
    assert "anew" in open_identity(tmp_path).note
    assert not open_identity(tmp_path).note


def test_a_key_that_has_run_out_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar_app.provenance.certificate._YEARS", 0)
    (tmp_path / FILE_NAME).write_bytes(new_identity().pem)
    monkeypatch.undo()
    assert "anew" in open_identity(tmp_path).note


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.pem"
    elsewhere.write_bytes(new_identity().pem)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / FILE_NAME).symlink_to(elsewhere)
    assert known_identity(tmp_path / "keys") is None
    assert open_identity(tmp_path / "keys").pem != elsewhere.read_bytes()
    assert not (tmp_path / "keys" / FILE_NAME).is_symlink()


def test_looking_for_a_key_makes_none(tmp_path: Path) -> None:
    assert known_identity(tmp_path / "keys") is None
    assert not (tmp_path / "keys").exists()


def test_where_no_key_can_be_kept_a_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file is in the way")
    with pytest.raises(MachineError, match="cannot be used"):
        open_identity(tmp_path / "keys")


def test_the_private_key_is_never_shown() -> None:
    assert "PRIVATE" not in repr(new_identity())


def test_the_certificate_names_nobody_and_lasts() -> None:
    identity = new_identity()
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    names = {attribute.value for attribute in certificate.subject}
    assert names == {"avatar_app", "Key of one installation"}
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=20 * 365)
    assert parse_identity(identity.pem).serial == certificate.serial_number
