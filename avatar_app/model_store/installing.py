"""A model takes its place in the store whole or not at all, whatever ends the program.

All changes are made under one lock and by renaming folders. A name that starts with a dot is no
model: ``.new-NAME`` is being made, ``.gone-NAME`` is being deleted, ``.old-NAME`` is the model
that a newer one replaces and comes back when the newer one did not arrive.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from avatar_app.errors import ModelError
from avatar_app.model_store.installed import check_name, check_whole, not_there
from avatar_app.model_store.lock import held_alone

_LOCK = ".lock"
_NEW, _GONE, _OLD = ".new-", ".gone-", ".old-"
_DOWNLOADS = ".downloads"


@contextlib.contextmanager
def installing(name: str, root: Path, *, replace: bool = False) -> Iterator[Path]:
    """Gives an empty folder that becomes the model ``name`` of the store ``root`` at the end of
    the block.

    Raises ModelError where the name cannot be one, is taken and ``replace`` is not set, where the
    folder holds no whole model at the end, or another command is at work. When the block fails,
    nothing is left of the folder and an older model is untouched."""
    check_name(name)
    root.mkdir(parents=True, exist_ok=True)
    place, work = root / name, root / f"{_NEW}{name}"
    with held_alone(root / _LOCK):
        _clean(root)
        if not replace:
            check_free(name, root)
        try:
            work.mkdir()
            yield work
            check_whole(work, name)
            _take_place(work, place)
        except BaseException:
            _discard(work)
            raise


def check_free(name: str, root: Path) -> None:
    """Raises ModelError where a model cannot have this name or the store has one that does."""
    check_name(name)
    if _there(root / name):
        raise ModelError(
            f"There is a model {name} already.", "Choose another --name, or add --replace."
        )


def remove(name: str, root: Path) -> None:
    """Delete the model ``name`` and what was downloaded for it, damaged or not. Raises ModelError
    where there is neither."""
    places = places_of(name, root)
    with held_alone(root / _LOCK):
        _clean(root)
        for place in places:
            gone = root / f"{_GONE}{name}"
            place.rename(gone)
            _discard(gone)


def places_of(name: str, root: Path) -> tuple[Path, ...]:
    """What lies on the disk under this name: the model, the downloads for it, or both. Raises
    ModelError where there is neither."""
    check_name(name)
    places = tuple(place for place in (root / name, downloads(name, root)) if _there(place))
    if not places:
        raise not_there(name, root)
    return places


def downloads(name: str, root: Path) -> Path:
    """The folder for files that are downloaded for this model; it need not exist."""
    return downloads_dir(root) / name


def downloads_dir(root: Path) -> Path:
    """The folder of all downloads; it need not exist."""
    return root / _DOWNLOADS


def clean_leftovers(root: Path) -> None:
    """Put in order what a killed command left; does nothing while another one is at work or where
    nothing may be written."""
    if root.is_dir() and any(root.glob(".*-*")):
        with contextlib.suppress(ModelError, OSError), held_alone(root / _LOCK):
            _clean(root)


def _clean(root: Path) -> None:
    for prefix in (_NEW, _GONE):
        for left in root.glob(f"{prefix}*"):
            _discard(left)
    for old in root.glob(f"{_OLD}*"):
        place = root / old.name.removeprefix(_OLD)
        if _there(place):
            _discard(old)
        else:
            old.rename(place)


def _take_place(work: Path, place: Path) -> None:
    old = place.with_name(f"{_OLD}{place.name}")
    try:
        if _there(place):
            place.rename(old)
        work.rename(place)
    except BaseException:
        if _there(old) and not _there(place):
            old.rename(place)
        raise
    _discard(old)


def _there(place: Path) -> bool:
    """Whether anything has this name, a link to nowhere included."""
    return place.is_symlink() or place.exists()


def _discard(place: Path) -> None:
    """Delete a folder, or a link and not what it points to. What is still in use is left for the
    next start."""
    with contextlib.suppress(OSError):
        if place.is_symlink() or place.is_file():
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)
