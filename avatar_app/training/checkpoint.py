"""Checkpoints: a file of trained weights, read so that no file can do harm.

A file is first measured and walked (``pickle_walk``): what it claims has to lie in it. Only then
PyTorch reads it, restricted to weights, onto the CPU. Both of PyTorch's formats are taken: the
zip of today, and the older one of the published files, whose tensors carry the mark of a GPU.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from avatar_app.errors import ModelError
from avatar_app.training.pickle_walk import MAX_PICKLE_BYTES, UnfitPickleError, walk
from avatar_app.training.zip_members import UnfitArchiveError, member_bytes, stored_members

MAX_CHECKPOINT_BYTES = 3_000_000_000
"""The published full-size models take 0.24 GB, with the optimisers' state 0.7 GB."""

_LEGACY_PICKLES = 5
"""Magic number, protocol version, machine, contents, keys of the storages."""

_MAGIC = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"
"""The first constant of a file in the older format."""

_AGAIN = "Fetch the file again, and compare its size and checksum with those its authors tell."
_REFUSED = "Do not use this file; fetch the checkpoint again from its authors."


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """``states`` holds the weights by the name of the network ("generator", ...), tensors on the
    CPU by key; ``epoch`` is the last that was finished, where the file tells."""

    path: Path
    states: Mapping[str, Mapping[str, Tensor]]
    epoch: int | None = None


def read_checkpoint(path: Path) -> Checkpoint:
    """The weights in this file. Raises ModelError for a file that is missing, damaged, not a
    checkpoint, larger than ``MAX_CHECKPOINT_BYTES``, or that would run code or claims more memory
    than it holds."""
    try:
        if not path.is_file():
            raise ModelError(f"There is no checkpoint {path}.", "Give the file with the weights.")
        with path.open("rb") as file:
            _check_contents(path, file)
            file.seek(0)
            contents = _load(path, file)
    except OSError as error:
        reason = error.strerror or error
        raise ModelError(f"The checkpoint {path} cannot be read: {reason}.", _AGAIN) from error
    except UnfitArchiveError as error:
        raise ModelError(f"The checkpoint {path} {error}.", _AGAIN) from error
    except UnfitPickleError as error:
        raise ModelError(f"The checkpoint {path} {error}, so it is not read.", _REFUSED) from error
    return _sorted_out(path, contents)


def _check_contents(path: Path, file: BinaryIO) -> None:
    size = path.stat().st_size
    if size > MAX_CHECKPOINT_BYTES:
        raise ModelError(
            f"{path} is too large for a checkpoint: {size / 1e9:.1f} GB, where at most "
            f"{MAX_CHECKPOINT_BYTES / 1e9:.0f} GB are read.",
            "Give the file with the weights.",
        )
    head = file.read(1000)
    if head.startswith(b"PK\x03\x04"):
        _check_zip(path, file, size)
    elif head[2:].startswith(_MAGIC):
        _check_legacy(path, file, size)
    else:
        raise ModelError(f"{path} is {_what(head)}, not a checkpoint.", _AGAIN)


def _what(head: bytes) -> str:
    start = head[:1000].lstrip().lower()
    if not start:
        return "empty"
    if start.startswith(b"<"):
        return "a web page"
    if start.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer to a file"
    return "something else"


def _check_legacy(path: Path, file: BinaryIO, size: int) -> None:
    """The pickles stand first, then for each storage its length in 8 bytes and its contents."""
    file.seek(0)
    head = file.read(_LEGACY_PICKLES * MAX_PICKLE_BYTES)
    end, claimed = 0, 0
    for _ in range(_LEGACY_PICKLES):
        if end >= len(head):
            raise _truncated(path, end + 1, size)
        seen = walk(head, end)
        end = seen.end
        claimed += sum(8 + storage.nbytes for storage in seen.storages.values())
    if end + claimed > size:
        raise _truncated(path, end + claimed, size)


def _check_zip(path: Path, file: BinaryIO, size: int) -> None:
    members = stored_members(file, size)
    listings = [name for name in members if name.endswith("/data.pkl")]
    if len(listings) != 1:
        raise ModelError(f"{path} is a zip archive, but not a checkpoint.", _AGAIN)
    listing = members[listings[0]]
    if listing.file_size > MAX_PICKLE_BYTES:
        raise UnfitPickleError("holds far more than a dict of tensors")
    seen = walk(member_bytes(file, listing))
    folder = listings[0].removesuffix("data.pkl")
    for storage in seen.storages.values():
        member = members.get(f"{folder}data/{storage.key}".lower())
        stored = member.file_size if member is not None else 0
        if stored != storage.nbytes:
            raise _truncated(path, storage.nbytes, stored)


def _truncated(path: Path, claimed: int, size: int) -> ModelError:
    return ModelError(
        f"The checkpoint {path} is truncated or damaged: it claims {claimed:,} bytes where there "
        f"are {size:,}.",
        _AGAIN,
    )


def _load(path: Path, file: BinaryIO) -> object:
    try:
        return torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # Of a damaged file PyTorch's reader may raise anything.
        reason = str(error).strip().partition("\n")[0][:200].rstrip(".")
        raise ModelError(f"The checkpoint {path} cannot be read: {reason}.", _AGAIN) from error


def _sorted_out(path: Path, contents: object) -> Checkpoint:
    """Through ``dict.items`` alone: an OrderedDict of a file may come with methods of its own."""
    entries = dict(dict.items(contents)) if isinstance(contents, dict) else {}
    states = {str(name): state for name, value in entries.items() if (state := _state(value))}
    if not states:
        raise ModelError(
            f"{path} holds no weights by the name of a network.",
            "Give the file that training wrote, with all networks side by side.",
        )
    epoch = entries.get("epoch")
    return Checkpoint(path, states, epoch if isinstance(epoch, int) else None)


def _state(value: object) -> dict[str, Tensor]:
    """A network's weights by key; empty when this is something else."""
    entries = dict(dict.items(value)) if isinstance(value, dict) else {}
    if all(isinstance(k, str) and isinstance(v, Tensor) for k, v in entries.items()):
        return entries
    return {}
