"""Checkpoints of all kinds, most of them hostile: one clear sentence each, and nothing done."""

import os
import pickle
import random
import struct
import subprocess
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from fomm_golden import DATA

from avatar_app.errors import ModelError
from avatar_app.training.checkpoint import read_checkpoint
from avatar_app.training.pickle_walk import UnfitPickleError, walk

ODD = 70_001
"""A number of items that stands in a file once as a size and can be found there."""
TEN_GB = 2_500_000_000
"""Items of float32."""


def _state(items: int = ODD) -> dict[str, dict[str, torch.Tensor]]:
    return {"generator": OrderedDict(weight=torch.ones(items), bias=torch.arange(3.0))}


def _written(path: Path, contents: object, *, legacy: bool = False) -> Path:
    torch.save(contents, path, _use_new_zipfile_serialization=not legacy)
    return path


def _edited(path: Path, edit: Callable[[bytes], bytes]) -> Path:
    """The zip at ``path`` with other pickled contents."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, contents in members:
            archive.writestr(name, edit(contents) if name.endswith("data.pkl") else contents)
    return path


def _number(value: int) -> bytes:
    """As pickle writes a number that needs more than two bytes."""
    return pickle.dumps(value, 2)[2:-1]


def _claiming(pickled: bytes, *, sizes: int) -> bytes:
    """``sizes`` of the two places where the number of items stands: storage, then tensor."""
    return pickled.replace(_number(ODD), _number(TEN_GB), sizes)


def _refused(path: Path, *words: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_checkpoint(path)
    error = caught.value
    assert str(path) in error.message
    assert all(word in error.message for word in words), error.message
    assert "\n" not in error.message
    assert len(error.message) < 400 + len(str(path))
    assert error.hint


@pytest.mark.parametrize("legacy", [True, False])
def test_weights_come_back_by_the_name_of_the_network(tmp_path: Path, legacy: bool) -> None:
    contents = {**_state(), "epoch": 7, "optimizer_generator": {"state": {}, "param_groups": []}}
    found = read_checkpoint(_written(tmp_path / "c.pth.tar", contents, legacy=legacy))
    assert list(found.states) == ["generator"]
    assert torch.equal(found.states["generator"]["bias"], torch.arange(3.0))
    assert found.epoch == 7


def test_a_file_of_torch_1_0_with_tensors_of_a_gpu_is_read_onto_the_cpu() -> None:
    file = DATA / "checkpoint_small_torch100.pth.tar"
    assert b"cuda:0" in file.read_bytes()
    found = read_checkpoint(file)
    assert set(found.states) == {"generator", "kp_detector", "discriminator"}
    assert all(t.device.type == "cpu" for state in found.states.values() for t in state.values())
    assert found.epoch is None


def test_parameters_and_other_precisions_are_weights_too(tmp_path: Path) -> None:
    contents = {
        "generator": {
            "a": torch.nn.Parameter(torch.ones(2)),
            "b": torch.ones(2, dtype=torch.float16),
            "c": torch.ones(2, dtype=torch.bfloat16),
            "d": torch.ones(2, 3).t(),
        }
    }
    found = read_checkpoint(_written(tmp_path / "c.pth", contents)).states["generator"]
    assert [value.dtype for value in found.values()] == [
        torch.float32,
        torch.float16,
        torch.bfloat16,
        torch.float32,
    ]


def test_what_cannot_be_a_checkpoint_is_called_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "c.pth.tar"
    _refused(file, "There is no checkpoint")
    _refused(tmp_path, "There is no checkpoint")
    os.mkfifo(tmp_path / "pipe")
    _refused(tmp_path / "pipe", "There is no checkpoint")
    for contents, words in (
        (b"", "empty"),
        (b"\n\n<!DOCTYPE html><html>Sign in</html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "a Git LFS pointer"),
        (b"PK\x03\x04 and no more", "truncated"),
        (b"\x1f\x8b\x08 gzip", "something else"),
        (pickle.dumps({"generator": [1.0]}, 2), "something else"),
    ):
        file.write_bytes(contents)
        _refused(file, words)


def test_a_zip_of_something_else_is_no_checkpoint(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("holiday/photo.jpg", b"...")
    _refused(tmp_path / "c.zip", "a zip archive, but not a checkpoint")


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "c.pth.tar"
    with file.open("wb") as sparse:
        sparse.truncate(3_100_000_000)
    _refused(file, "too large", "3.1 GB")


@pytest.mark.parametrize("contents", [[1, 2], torch.ones(3), {"weight": torch.ones(3)}, {}])
def test_contents_without_named_networks_are_refused(tmp_path: Path, contents: object) -> None:
    _refused(_written(tmp_path / "c.pth", contents), "holds no weights by the name of a network")


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_said_to_be_one(tmp_path: Path, legacy: bool, part: float) -> None:
    file = _written(tmp_path / "c.pth", _state(), legacy=legacy)
    file.write_bytes(file.read_bytes()[: int(part * file.stat().st_size)])
    _refused(
        file, "damaged" if legacy and part < 0.1 and file.stat().st_size < 400 else "truncated"
    )


class _Bomb:
    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize("legacy", [True, False])
def test_a_pickle_that_would_run_a_command_is_named_and_not_run(
    tmp_path: Path, legacy: bool
) -> None:
    trace = tmp_path / "trace"
    contents = {**_state(), "epoch": _Bomb(os.system, f"touch {trace}")}
    file = _written(tmp_path / "c.pth", contents, legacy=legacy)
    _refused(file, "system", "so it is not read")
    assert not trace.exists()


def test_a_whole_module_instead_of_its_weights_is_refused(tmp_path: Path) -> None:
    _refused(_written(tmp_path / "c.pth", {"generator": torch.nn.Linear(2, 2)}), "Linear")


@pytest.mark.parametrize("legacy", [True, False])
@pytest.mark.parametrize("sizes", [1, 2])
def test_a_claim_of_ten_gigabytes_is_compared_with_the_file(
    tmp_path: Path, legacy: bool, sizes: int
) -> None:
    file = _written(tmp_path / "c.pth", _state(), legacy=legacy)
    assert file.read_bytes().count(_number(ODD)) >= 2
    if legacy:
        file.write_bytes(_claiming(file.read_bytes(), sizes=sizes))
    else:
        _edited(file, lambda pickled: _claiming(pickled, sizes=sizes))
    _refused(file, "truncated or damaged", "10,000,0")


def test_a_tensor_larger_than_its_storage_is_refused(tmp_path: Path) -> None:
    """PyTorch would enlarge the storage to fit."""

    def second_only(pickled: bytes) -> bytes:
        head, mark, tail = pickled.partition(_number(ODD))
        return head + mark + _claiming(tail, sizes=1)

    _refused(_edited(_written(tmp_path / "c.pth", _state()), second_only), "larger than the memory")


def test_a_compressed_archive_is_refused(tmp_path: Path) -> None:
    file = _written(tmp_path / "c.pth", _state())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("c/data/99", bytes(50_000_000))
    assert file.stat().st_size < 1_000_000
    _refused(file, "packed in a way that PyTorch does not")


def test_members_that_overlap_or_share_a_name_are_refused(tmp_path: Path) -> None:
    for name in ("c/data/7", "C/DATA/0"):
        file = _written(tmp_path / "c.pth", _state())
        with zipfile.ZipFile(file, "a") as archive:
            again = archive.getinfo("c/data/0")
            for number in range(3):
                copy = zipfile.ZipInfo(f"{name}{number}" if name == "c/data/7" else name)
                copy.file_size, copy.compress_size = again.file_size, again.compress_size
                copy.header_offset, copy.CRC = again.header_offset, again.CRC
                archive.filelist.append(copy)
            archive._didModify = True  # type: ignore[attr-defined]
        _refused(file, "packed in a way that PyTorch does not")


def test_an_endless_list_of_members_is_not_read(tmp_path: Path) -> None:
    file = _written(tmp_path / "c.pth", _state())
    contents = bytearray(file.read_bytes())
    assert contents[-98:-94] == b"PK\x06\x06"
    contents[-98 + 40 : -98 + 48] = struct.pack("<Q", 2**40)
    file.write_bytes(contents)
    _refused(file, "far more than a dict of tensors")


def _raw(*instructions: bytes) -> bytes:
    return b"\x80\x02" + b"".join(instructions) + b"."


NAMED = b"X\x01\x00\x00\x00a"


@pytest.mark.parametrize(
    ("pickled", "words"),
    [
        (_raw(b"cbuiltins\nbytearray\n", _number(2**40), b"\x85R"), "builtins.bytearray"),
        (_raw(b"ccollections\nOrderedDict\n", b"K\x05\x85R"), "calls"),
        (_raw(b"ctorch\nFloatStorage\n", _number(2**40), b"\x85R"), "calls"),
        # Tuples of tuples, each twice: 2**60 steps to hash the last as a key.
        (_raw(b"}", b"K\x01", b"q\x00h\x00\x86" * 60, b"K\x01s"), "other keys"),
        (_raw(b"}" * 500_000), "far more"),
        (_raw(b"}K\x01b"), "sets the state"),
        (_raw(b"cposix\nsystem\nX\x02\x00\x00\x00id\x85R"), "posix.system"),
        (_raw(b"\x8c\x05posix\x8c\x06system\x93"), "instruction"),
        (_raw(b"U\x02idQ"), "instruction"),
        (_raw(b"(i__main__\nX\n"), "instruction"),
        (_raw(NAMED, b"Q"), "refers to its weights"),
        (_raw(b"h\x07"), "damaged"),
        (_raw(b"ctor\\ch\nFloatStorage\n"), "damaged"),
        (_raw(b"s"), "damaged"),
        (_raw(b"t"), "damaged"),
        (_raw(b"I" + b"9" * 9000 + b"\n"), "damaged"),
        (_raw(b"X\xff\xff\xff\xff"), "damaged"),
        (_raw(b"]" * 3)[:-1], "damaged"),
        (b"", "damaged"),
    ],
)
def test_a_pickle_that_is_more_than_tensors_is_refused(pickled: bytes, words: str) -> None:
    with pytest.raises(UnfitPickleError, match=words):
        walk(pickled)


def _claim(kind: bytes, count: int, rest: bytes = b"") -> bytes:
    storage = b"X\x07\x00\x00\x00storage"
    return b"(" + storage + b"c" + kind + b"\n" + NAMED + NAMED + _number(count) + rest + b"tQ"


def test_storages_are_told_with_their_sizes() -> None:
    pickled = _raw(_claim(b"torch\nHalfStorage", 100_000), _claim(b"torch\nHalfStorage", 100_000))
    (storage,) = walk(pickled).storages.values()
    assert storage.nbytes == 200_000


@pytest.mark.parametrize(
    "claims",
    [
        _claim(b"torch\nFloatStorage", 5) + _claim(b"torch\nFloatStorage", 6),
        _claim(b"torch\nFloatStorage", 5) + _claim(b"torch\nDoubleStorage", 5),
        _claim(b"torch\nFloatStorage", -5),
        _claim(b"collections\nOrderedDict", 5),
        _claim(b"torch\nFloatStorage", 5, b"K\x01"),
    ],
)
def test_storages_that_contradict_themselves_are_refused(claims: bytes) -> None:
    with pytest.raises(UnfitPickleError):
        walk(_raw(claims))


@pytest.mark.parametrize("legacy", [True, False])
def test_damage_anywhere_gives_weights_or_one_sentence(tmp_path: Path, legacy: bool) -> None:
    contents = {"generator": OrderedDict(a=torch.ones(7, 3), b=torch.nn.Parameter(torch.ones(5)))}
    whole = _written(tmp_path / "c.pth", contents, legacy=legacy).read_bytes()
    file = tmp_path / "damaged.pth"
    draw = random.Random(4)
    sentences = 0
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(draw.choice((1, 1, 3))):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        file.write_bytes(damaged)
        try:
            read_checkpoint(file)
        except ModelError as error:
            sentences += 1
            assert "\n" not in error.message
    assert sentences > 20


_READ_ALL = """
import resource, sys
from pathlib import Path
from avatar_app.errors import ModelError
from avatar_app.training.checkpoint import read_checkpoint

read_checkpoint(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[2:]:
    try:
        read_checkpoint(Path(name))
    except ModelError:
        continue
    sys.exit(f"{name} was read")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_hostile_files_take_no_memory_to_speak_of(tmp_path: Path) -> None:
    """Peak memory of a process of its own that reads them all, in kilobytes."""
    good = _written(tmp_path / "good.pth", _state())
    legacy = _written(tmp_path / "legacy.pth", _state(), legacy=True)
    legacy.write_bytes(_claiming(legacy.read_bytes(), sizes=2))
    zipped = _written(tmp_path / "zipped.pth", _state())
    _edited(zipped, lambda pickled: _claiming(pickled, sizes=2))
    packed = _written(tmp_path / "packed.pth", _state())
    with (
        zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("packed/data/99", "w") as member,
    ):
        for _ in range(40):
            member.write(bytes(10_000_000))
    array = _written(tmp_path / "array.pth", {"epoch": _Bomb(bytearray, 10**10)})
    files = [str(file) for file in (good, legacy, zipped, packed, array)]
    done = subprocess.run(
        [sys.executable, "-c", _READ_ALL, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100_000
