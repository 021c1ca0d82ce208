"""The models in the store: found by name, opened part by part, verified.

A part's size is compared each time it is opened, which finds every file that was cut short, and
costs nothing. Its hash is compared when the model arrives and on `verify`: reading 240 MB at each
start would cost half a second, and whoever can change a file in the user's own folder can change
the card beside it too, so it would guard against rare faults of the disk only.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from avatar_app.errors import ModelError
from avatar_app.model_store.card import NAME_PATTERN, ModelCard, ModelPart, read_card
from avatar_app.model_store.digest import Progress, digest_of
from avatar_app.translatable import translatable

_AGAIN = "Import the model again."


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model in the store."""

    card: ModelCard
    folder: Path

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.card.parts.values())

    def has(self, word: str) -> bool:
        """Whether the model was made with this part."""
        return word in self.card.parts

    def part(self, word: str) -> Path:
        """The ONNX file of a part. Raises ModelError where the model has no such part, or its
        file is missing, a link to elsewhere or not of the card's size."""
        if not self.has(word):
            has = ", ".join(self.card.parts) or "none"
            raise ModelError(
                f"The model {self.card.name} has no part {word!r}; it has {has}.", _AGAIN
            )
        part = self.card.parts[word]
        if fault := part_fault(self.folder, part):
            raise ModelError(f"The model {self.card.name} is damaged: {fault}.", _AGAIN)
        return self.folder / part.file


def installed_names(root: Path) -> tuple[str, ...]:
    """The names in the store, damaged models included."""
    if not root.is_dir():
        return ()
    names = (place.name for place in root.iterdir() if place.is_dir())
    return tuple(sorted(name for name in names if re.fullmatch(NAME_PATTERN, name)))


def installed_models(root: Path) -> tuple[InstalledModel, ...]:
    """The models whose card can be read, by name."""
    found = []
    for name in installed_names(root):
        try:
            found.append(find_model(name, root))
        except ModelError:  # find_model tells whoever asks for this one.
            continue
    return tuple(found)


def find_model(name: str, root: Path) -> InstalledModel:
    """The model of this name. Raises ModelError."""
    folder = root / name
    if not re.fullmatch(NAME_PATTERN, name) or not folder.is_dir():
        raise not_there(name, root)
    return InstalledModel(_card_of(folder, name), folder)


def verify(model: InstalledModel, progress: Progress | None = None) -> None:
    """Read all files and compare their hashes. Raises ModelError that names each damaged one."""
    faults, before = [], 0

    def show(done: int, _total: int | None) -> None:
        if progress:
            progress(before + done, model.size)

    for part in model.card.parts.values():
        fault = part_fault(model.folder, part)
        if not fault and digest_of(model.folder / part.file, show).sha256 != part.sha256:
            fault = translatable(f"{part.file} has not the bytes that its card names")
        if fault:
            faults.append(fault)
        before += part.size
    if faults:
        raise ModelError(f"The model {model.card.name} is damaged: {'; '.join(faults)}.", _AGAIN)


def check_whole(folder: Path, name: str) -> None:
    """Raises ModelError where ``folder`` does not hold the whole model ``name``."""
    model = InstalledModel(_card_of(folder, name), folder)
    for word in model.card.parts:
        model.part(word)


def check_name(name: str) -> None:
    """Raises ModelError where a model cannot have this name."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise ModelError(
            f"A model cannot be named {name!r}.",
            "Use lower-case letters, digits, '-', '_' and '.', the first a letter or digit.",
        )


def not_there(name: str, root: Path) -> ModelError:
    """What to tell whoever asks for a model that is not in the store."""
    there = ", ".join(installed_names(root))
    return ModelError(
        f"There is no model {name!r}; installed: {there}."
        if there
        else f"There is no model {name!r}, and none is installed.",
        "Run avatar-app models list to see how to get one.",
    )


def part_fault(folder: Path, part: ModelPart) -> str:
    """What is wrong with a part's file as far as it can be seen from outside; '' when nothing."""
    path = folder / part.file
    if not path.is_file():
        return translatable(f"{part.file} is missing")
    if path.resolve().parent != folder.resolve():
        return translatable(f"{part.file} is a link to another place")
    size = path.stat().st_size
    if size != part.size:
        return translatable(f"{part.file} has {size} bytes instead of {part.size}")
    return ""


def _card_of(folder: Path, name: str) -> ModelCard:
    if folder.resolve().parent != folder.parent.resolve():
        raise ModelError(f"{folder} is a link to another place.", "Import the model here.")
    card = folder / f"{name}.toml"
    if card.is_symlink():
        raise ModelError(f"The card {card} is a link.", _AGAIN)
    read = read_card(card)
    if read.name != name:
        raise ModelError(f"The card {card} is that of another model, {read.name}.", _AGAIN)
    return read
