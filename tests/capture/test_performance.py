"""A recorded performance survives the way to disk and back; anything else is refused cheaply."""

import io
import resource
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar_app.capture.performance import Performance, load_performance, save_performance
from avatar_app.errors import MachineError, MediaError


def take(count: int = 5) -> Performance:
    landmarks = np.random.default_rng(7).normal(100, 30, (count, 478, 3)).astype(np.float32)
    present = np.arange(count) != 2
    landmarks[~present] = 0
    times = np.arange(count) * 1001 / 30000
    return Performance(landmarks, present, times, (640, 480), Fraction(30000, 1001))


def altered(path: Path, name: str, change: Callable[[NDArray], NDArray]) -> Path:
    save_performance(path, take())
    with np.load(path, allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    arrays[name] = change(arrays[name])
    np.savez_compressed(path, **arrays)
    return path


def test_it_reads_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "take ü.npz"
    save_performance(path, take())
    back = load_performance(path)
    assert np.array_equal(back.landmarks, take().landmarks)
    assert np.array_equal(back.present, take().present)
    assert np.array_equal(back.times, take().times)
    assert (back.size, back.fps, len(back)) == ((640, 480), Fraction(30000, 1001), 5)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("version", lambda a: a + 1),
        ("landmarks", lambda a: a[:, :468]),
        ("landmarks", lambda a: a[:-1]),
        ("landmarks", lambda a: a.astype(np.float64)),
        ("landmarks", lambda a: a * np.nan),
        ("landmarks", lambda a: np.asfortranarray(a)),
        ("present", lambda a: a[:2]),
        ("present", lambda a: a.astype(object)),
        ("times", lambda a: a[:0]),
        ("times", lambda a: a + np.inf),
        ("size", lambda a: a * 0),
        ("size", lambda a: a * 1000),
        ("fps", lambda a: a * -1),
        ("fps", lambda a: a * (0, 1)),
    ],
)
def test_a_wrong_array_is_one_sentence(
    tmp_path: Path, name: str, change: Callable[[NDArray], NDArray]
) -> None:
    with pytest.raises(MediaError, match="cannot be used") as caught:
        load_performance(altered(tmp_path / "take.npz", name, change))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 but no more", b"text" * 100])
def test_another_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "take.npz"
    path.write_bytes(content)
    with pytest.raises(MediaError, match="cannot be used"):
        load_performance(path)
    with pytest.raises(MediaError, match="no recorded performance"):
        load_performance(tmp_path / "none.npz")


def test_every_cut_and_many_flipped_bytes_give_the_take_or_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "take.npz"
    save_performance(path, take(2))
    data = path.read_bytes()
    rng = np.random.default_rng(5)
    spoilt = [data[:length] for length in range(0, len(data), len(data) // 40)]
    spoilt += [
        data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        for place in rng.integers(0, len(data), 60)
    ]
    for content in spoilt:
        path.write_bytes(content)
        try:
            assert len(load_performance(path)) == 2
        except MediaError as error:
            assert "\n" not in str(error)


def test_a_header_that_claims_terabytes_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "take.npz"
    save_performance(path, take())
    header = io.BytesIO()
    claim = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(header, claim)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["times.npy"] = header.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MediaError, match="times"):
        load_performance(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "take.npz"
    save_performance(path, take(3))
    old = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(MachineError, match="cannot be written"):
            save_performance(path, take(50))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]
