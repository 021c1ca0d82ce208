"""The user's avatars and those that come with the program, as one list.

    ROOT/ID/            an avatar (entry.py)         ROOT/order.toml   order and hidden ones
    ROOT/trash/         removed ones (trash.py)      ROOT/consents/    statements (consent.py)
    ROOT/thumbnails/    can be made anew             ROOT/.new-*       being added (shelf.py)

The disk is the state: a window and a command see each other's changes at the next look, and a
program killed at any moment leaves a library that can be read.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from avatar_app.avatars.consent import OF_THE_PROGRAM, ConsentMemory, ConsentRecord, plain_name
from avatar_app.avatars.crop import bounded, checked_crop, overlap
from avatar_app.avatars.entry import Damaged, LibraryEntry, Record, box_numbers
from avatar_app.avatars.face_search import PortraitTracker
from avatar_app.avatars.inspection import MAX_SIDE, Candidate, Inspection, picture_digest
from avatar_app.avatars.intake import Intake
from avatar_app.avatars.order import read_order, write_order
from avatar_app.avatars.shelf import Shelf
from avatar_app.avatars.thumbnails import Thumbnails
from avatar_app.avatars.trash import KEPT, KEPT_DAYS, Removed, Trash
from avatar_app.errors import FaceError, LibraryError
from avatar_app.imaging import picture_size, read_image
from avatar_app.translatable import translatable
from avatar_app.types import Box, Consent

DIGITS = 9
"""So many avatars have a key of their own."""

_SAME_FACE = 0.5
_MAX_CREDIT = 500
_BUNDLED_CREDIT = translatable("avatar_app, GPL-3.0-or-later; a computer model of nobody")


@dataclass(frozen=True, slots=True)
class Listing:
    """The avatars in order, hidden ones among them, and what could not be read."""

    entries: tuple[LibraryEntry, ...]
    damaged: tuple[Damaged, ...]

    @property
    def shown(self) -> tuple[LibraryEntry, ...]:
        """Those that are not hidden."""
        return tuple(entry for entry in self.entries if not entry.hidden)


class AvatarLibrary:
    """Every method touches the disk and belongs into a worker thread; any thread may call.
    Nothing is created before something is added. What the disk refuses is a LibraryError.

    ``intake`` looks at pictures, ``consents`` knows what was stated about pictures by themselves.
    """

    def __init__(
        self,
        root: Path,
        open_tracker: Callable[[], PortraitTracker],
        bundled: Mapping[str, Path],
    ) -> None:
        self.intake = Intake(open_tracker)
        self.consents = ConsentMemory(root / "consents")
        self._order_file = root / "order.toml"
        self._root = root
        self._bundled = dict(bundled)
        self._digests: dict[str, str] = {}
        self._lock = threading.RLock()
        self._shelf = Shelf(root)
        self._trash = Trash(root / "trash")
        self._thumbnails = Thumbnails(root / "thumbnails")

    @property
    def root(self) -> Path:
        """The folder of the user's own; it may not exist yet."""
        return self._root

    def list(self) -> Listing:
        """All avatars in order. Nothing of the user's makes it raise: what cannot be read is in
        ``damaged``."""
        order, problem = read_order(self._order_file)
        own, damaged = self._shelf.all()
        bundled = [_bundled_entry(name, path) for name, path in self._bundled.items()]
        entries = {entry.id: entry for entry in (*bundled, *own)}
        hidden, digits, listed = set(order.hidden), iter(range(1, DIGITS + 1)), []
        for name in order.sorted(entries):
            digit = 0 if name in hidden else next(digits, 0)
            listed.append(replace(entries[name], hidden=name in hidden, digit=digit))
        return Listing(tuple(listed), (*([problem] if problem else []), *damaged))

    def entry(self, avatar: str) -> LibraryEntry:
        """The avatar with this id. Raises LibraryError."""
        listing = self.list()
        found = [entry for entry in listing.entries if entry.id == avatar]
        damaged = [problem for problem in listing.damaged if problem.path.name == avatar]
        if damaged and not found:
            raise LibraryError(damaged[0].message, damaged[0].hint)
        if not found:
            raise LibraryError(
                f"There is no avatar {avatar!r}.", "Choose one that is in the list of avatars."
            )
        return found[0]

    def thumbnail(self, avatar: str) -> Path:
        """A PNG file of 192 x 192 pixels, made where it is missing. Raises AvatarError."""
        return self.thumbnail_of(self.entry(avatar))

    def thumbnail_of(self, entry: LibraryEntry) -> Path:
        """The same for an entry that is at hand, without reading the library again."""
        return self._thumbnails.of(entry)

    def look_again(self, avatar: str) -> Inspection:
        """The inspection of an avatar that is there, for its crop editor: the candidate whose
        face overlaps the entry's is its own. Raises AvatarError."""
        entry = self.entry(avatar)
        return self.intake.image(read_image(entry.picture, max_side=MAX_SIDE), entry.name)

    def twin_of(self, inspection: Inspection, number: int = 0) -> LibraryEntry | None:
        """The avatar that shows the same face of the same picture already."""
        face = inspection.candidates[number].face.box
        bundled = self.bundled_with(inspection.digest)
        for entry in self.list().entries:
            same = entry.digest == inspection.digest
            if entry.id == bundled or (
                same and (entry.faces == 1 or overlap(entry.face, face) > _SAME_FACE)
            ):
                return entry
        return None

    def bundled_with(self, digest: str) -> str:
        """The id of the avatar that comes with the program and has these pixels; "" for none."""
        with self._lock:
            if not self._digests:
                self._digests = {
                    picture_digest(read_image(path, max_side=MAX_SIDE)): name
                    for name, path in self._bundled.items()
                }
        return self._digests.get(digest, "")

    def add(
        self,
        inspection: Inspection,
        number: int = 0,
        *,
        name: str = "",
        person: str = "",
        credit: str = "",
        crop: Box | None = None,
        consent: Consent | None = None,
    ) -> LibraryEntry:
        """Keep face ``number`` of a picture as an avatar, behind those of the same person or at
        the end of the list.

        Without ``consent`` it takes what was stated about the same picture before; where that is
        nothing it cannot be used until ``set_consent``. A ``name`` that was not given is made of
        the picture's. Raises FaceError where a check refuses, LibraryError for a twin or a name
        that is taken."""
        candidate = _picked(inspection, number, crop)
        with self._lock:
            self._refuse_twin(inspection, number)
            if consent is None and len(inspection.candidates) == 1:
                consent = self.consents.recall(inspection.digest)
            height, width = inspection.image.shape[:2]
            record = Record(
                name=self._checked_name(name) if name else self._free_name(inspection.title),
                person=plain_name(person) or (consent.person if consent else ""),
                credit=_credit(credit),
                digest=inspection.digest,
                size=(width, height),
                crop=box_numbers(candidate.crop),
                face=box_numbers(bounded(candidate.face.box, (width, height))),
                faces=len(inspection.candidates),
                added=datetime.now(UTC),
            )
            added = self._shelf.put(record, inspection.image)
            with contextlib.suppress(LibraryError):  # It is kept; only its place is not.
                self._put_beside_its_person(added)
            return self.set_consent(added, consent) if consent else self.entry(added)

    def rename(self, avatar: str, name: str) -> LibraryEntry:
        """Give an avatar another name. Raises LibraryError when it is taken."""
        with self._lock:
            return self._changed(avatar, name=self._checked_name(name, but=avatar))

    def describe(
        self, avatar: str, *, person: str | None = None, credit: str | None = None
    ) -> LibraryEntry:
        """Change whose avatar it is (those of one person belong together) or its credit line."""
        changes = {}
        if person is not None:
            changes["person"] = plain_name(person)
        if credit is not None:
            changes["credit"] = _credit(credit)
        return self._changed(avatar, **changes)

    def recrop(self, avatar: str, crop: Box) -> LibraryEntry:
        """Use another part of the picture, in its pixels. Raises LibraryError."""
        checked = checked_crop(crop, self.entry(avatar).size)
        return self._changed(avatar, crop=box_numbers(checked))

    def set_consent(self, avatar: str, consent: Consent | None) -> LibraryEntry:
        """Record the user's statement about an avatar, or take it back with None."""
        with self._lock:
            record = ConsentRecord.of(consent) if consent is not None else None
            entry = self._changed(avatar, consent=record)
            if entry.faces == 1 and consent is not None:
                self.consents.remember(entry.digest, consent)
            elif entry.faces == 1:
                self.consents.forget(entry.digest)
        return entry

    def move(self, avatar: str, place: int) -> LibraryEntry:
        """Put an avatar at ``place``, counted from 1, among those that are shown."""
        with self._lock:
            self.entry(avatar)
            listing, (order, _) = self.list(), read_order(self._order_file)
            others = [entry.id for entry in listing.shown if entry.id != avatar]
            before = next(iter(others[max(0, place - 1) :]), None)
            known = [entry.id for entry in listing.entries]
            write_order(self._order_file, order.moved(avatar, known, before))
        return self.entry(avatar)

    def hide(self, avatar: str, hidden: bool = True) -> LibraryEntry:
        """Leave an avatar out of the strip, or show it again."""
        with self._lock:
            self.entry(avatar)
            order, _ = read_order(self._order_file)
            write_order(self._order_file, order.with_hidden(avatar, hidden))
        return self.entry(avatar)

    def remove(self, avatar: str) -> None:
        """Move an avatar, a damaged one too, into the trash. Raises LibraryError for one that
        comes with the program."""
        with self._lock:
            self._refuse_bundled(avatar)
            self._trash.take(self._shelf.folder(avatar))
            self._thumbnails.forget(avatar)

    def removed(self) -> tuple[Removed, ...]:
        """What ``undo`` can bring back, the newest first."""
        return self._trash.contents()

    def undo(self) -> LibraryEntry:
        """Bring back what was removed last, to its old place. Raises LibraryError."""
        with self._lock:
            return self.entry(self._trash.give_back(self._root))

    def empty_trash(self) -> None:
        """Delete for good what was removed."""
        self._trash.empty()

    def tidy(self) -> None:
        """For the program's start: empty the trash of what is old, clear away what a killed
        program left behind."""
        self._trash.empty(keep=KEPT, days=KEPT_DAYS)
        self._shelf.tidy()

    def _put_beside_its_person(self, avatar: str) -> None:
        entries = self.list().entries
        person = next(entry.person for entry in entries if entry.id == avatar).casefold()
        others = [entry for entry in entries if entry.id != avatar]
        places = [n for n, entry in enumerate(others) if entry.person.casefold() == person]
        if person and places:
            before = next(iter(others[places[-1] + 1 :]), None)
            known = [entry.id for entry in entries]
            order, _ = read_order(self._order_file)
            write_order(self._order_file, order.moved(avatar, known, before.id if before else None))

    def _changed(self, avatar: str, /, **changes: object) -> LibraryEntry:
        with self._lock:
            self._refuse_bundled(avatar)
            self._shelf.change(avatar, **changes)
            return self.entry(avatar)

    def _refuse_bundled(self, avatar: str) -> None:
        if avatar in self._bundled:
            raise LibraryError(
                f"{avatar} comes with the program and stays as it is.",
                "It can be moved and hidden.",
            )

    def _refuse_twin(self, inspection: Inspection, number: int) -> None:
        twin = self.twin_of(inspection, number)
        if twin is not None:
            raise LibraryError(
                f"This picture is in the library already, as {twin.name} ({twin.id}).",
                "To use another part of it, change the crop of that avatar.",
            )

    def _checked_name(self, name: str, but: str = "") -> str:
        plain = plain_name(name)
        if not plain:
            raise LibraryError("An avatar needs a name.", "Write at least one letter.")
        if plain.casefold() in self._names(but):
            raise LibraryError(f"Another avatar is called {plain}.", "Choose another name.")
        return plain

    def _free_name(self, title: str) -> str:
        plain, names = plain_name(title)[:70] or "Avatar", self._names()
        numbered = (f"{plain} {number}" for number in range(2, len(names) + 3))
        return next(name for name in (plain, *numbered) if name.casefold() not in names)

    def _names(self, but: str = "") -> set[str]:
        """Names and ids of all avatars but one: each may be typed to choose one."""
        others = [entry for entry in self.list().entries if entry.id != but]
        return {word.casefold() for entry in others for word in (entry.name, entry.id)}


def _picked(inspection: Inspection, number: int, crop: Box | None) -> Candidate:
    if not inspection.candidates:
        raise FaceError(inspection.findings[0].message, inspection.findings[0].hint)
    if not 0 <= number < len(inspection.candidates):
        raise FaceError(
            f"There is no face {number + 1} in this picture.",
            f"It has {len(inspection.candidates)}.",
        )
    candidate = inspection.candidates[number]
    if crop is not None:
        height, width = inspection.image.shape[:2]
        candidate = inspection.with_crop(number, checked_crop(crop, (width, height)))
    if candidate.refusal is not None:
        raise FaceError(candidate.refusal.message, candidate.refusal.hint)
    return candidate


def _bundled_entry(name: str, path: Path) -> LibraryEntry:
    width, height = picture_size(path)
    return LibraryEntry(
        id=name,
        name=name.replace("_", " ").capitalize(),
        picture=path,
        size=(width, height),
        crop=Box(0, 0, width, height),
        face=Box(0, 0, width, height),
        credit=_BUNDLED_CREDIT,
        consent=OF_THE_PROGRAM,
        bundled=True,
    )


def _credit(text: str) -> str:
    return " ".join(text.split())[:_MAX_CREDIT]
