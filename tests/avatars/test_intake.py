"""Pictures from anywhere: what is nasty is one sentence, what is kept is only the picture."""

import io
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from drawn_face import drawn_portrait
from library_parts import library_in
from PIL import Image

from avatar_app.avatars.intake import MAX_IN_A_FOLDER
from avatar_app.errors import AvatarError, LibraryError, MediaError
from avatar_app.imaging import read_image, write_png


def encoded(kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(drawn_portrait()).save(out, kind, **options)
    return out.getvalue()


def bomb() -> bytes:
    """A picture of 30000 x 30000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    header = (30000).to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    rows = zlib.compress(bytes(3751) * 100)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


NASTY = {
    "empty": b"",
    "text": b"I am no picture",
    "html": b"<!DOCTYPE html><html><body>404</body></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "header only": encoded()[:20],
    "truncated png": encoded()[:-400],
    "truncated jpeg": encoded("JPEG")[:2000],
    "bomb": bomb(),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_bytes_are_one_sentence_with_a_hint(tmp_path: Path, name: str) -> None:
    library = library_in(tmp_path)
    with pytest.raises(MediaError) as told:
        library.intake.data(NASTY[name], "The clipboard")
    assert "clipboard" in told.value.message
    assert told.value.hint
    path = tmp_path / "nasty.png"
    path.write_bytes(NASTY[name])
    with pytest.raises(MediaError, match=r"nasty\.png"):
        library.intake.file(path)
    assert not (tmp_path / "avatars").exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_bytes_of_every_format_become_the_same_avatar(tmp_path: Path, kind: str) -> None:
    library = library_in(tmp_path)
    entry = library.add(library.intake.data(encoded(kind), "drop"))
    kept = Image.open(entry.picture)
    assert kept.format == "PNG"
    assert np.abs(np.asarray(kept).astype(int) - drawn_portrait()).mean() < 3


def test_nothing_but_pixels_is_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "my secret garden"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    on_its_side = Image.fromarray(np.ascontiguousarray(np.rot90(drawn_portrait())))
    path = tmp_path / "me.jpg"
    on_its_side.save(path, exif=exif, comment=b"my secret garden", quality=98, subsampling=0)
    path.write_bytes(path.read_bytes() + b"my secret garden")
    library = library_in(tmp_path)
    entry = library.add(library.intake.file(path))
    written = entry.picture.read_bytes()
    kept = Image.open(entry.picture)
    assert b"garden" not in written
    assert not kept.getexif()
    assert not kept.info
    assert np.abs(np.asarray(kept).astype(int) - drawn_portrait()).mean() < 6


def test_a_large_picture_is_bounded(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    image = drawn_portrait((2000, 500, 600), size=(5000, 1000))
    write_png(tmp_path / "wide.png", image)
    entry = library.add(library.intake.file(tmp_path / "wide.png"))
    assert max(entry.size) == 4096
    assert read_image(entry.picture, max_side=9999).shape[1] == 4096
    assert entry.face.height == pytest.approx(600 * 4096 / 5000, abs=3)


def test_the_same_pixels_are_known_in_another_file(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    first = library.intake.data(encoded("PNG"), "one")
    second = library.intake.data(encoded("BMP"), "two")
    assert first.digest == second.digest
    assert library.intake.image(drawn_portrait(shade=181), "three").digest != first.digest


def test_each_file_of_a_folder_has_its_own_result(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    (folder / "deeper").mkdir(parents=True)
    for name, data in NASTY.items():
        (folder / f"{name}.jpg").write_bytes(data)
    (folder / "good.png").write_bytes(encoded())
    (folder / ".hidden.png").write_bytes(encoded())
    (folder / "deeper" / "not asked for.png").write_bytes(encoded())
    found = {path.name: result for path, result in library_in(tmp_path).intake.folder(folder)}
    good = found.pop("good.png")
    assert not isinstance(good, AvatarError)
    assert len(good.candidates) == 1
    assert set(found) == {f"{name}.jpg" for name in NASTY}
    assert all(isinstance(result, MediaError) for result in found.values())


def test_a_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="nowhere"):
        list(library_in(tmp_path).intake.folder(tmp_path / "nowhere"))


def test_a_folder_of_many_pictures_is_bounded(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(MAX_IN_A_FOLDER + 5):
        (folder / f"{number}.png").touch()
    assert len(list(library_in(tmp_path).intake.folder(folder))) == MAX_IN_A_FOLDER


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_pipes_links_and_folders_do_not_hang_or_leak(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    os.mkfifo(folder / "pipe.png")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    (folder / "gone.png").symlink_to(tmp_path / "gone")
    (folder / "zero.png").symlink_to("/dev/zero")
    (folder / "other.png").symlink_to(folder)
    results = [result for _, result in library_in(tmp_path).intake.folder(folder)]
    assert len(results) == 4
    assert all(isinstance(result, MediaError) for result in results)
    with pytest.raises(MediaError):
        library_in(tmp_path).intake.file(folder)


@pytest.mark.parametrize(
    "name", ["портрет ü 頭像 (1).png", "no ending", "..png", "a%2f..%2fb.png", "-x.png"]
)
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(encoded())
    library = library_in(tmp_path)
    entry = library.add(library.intake.file(tmp_path / name))
    assert entry.name
    assert entry.picture.is_relative_to(tmp_path / "avatars")
