"""A model that was converted on another machine: its card and parts, checked while they are
copied. No network is opened here, so none runs before its hash was found right."""

from pathlib import Path

from avatar_app.errors import ModelError
from avatar_app.model_store.card import ModelCard, ModelPart, card_text, read_card
from avatar_app.model_store.digest import CHUNK, Digester, Progress
from avatar_app.model_store.installed import part_fault
from avatar_app.model_store.installing import installing
from avatar_app.model_store.room import check_room
from avatar_app.translatable import translatable

TRUST = translatable("A model is a program of its author: use only those from people you trust.")
"""Said to whoever imports one."""

_AGAIN = "Copy the whole folder from the other machine again."


def is_exported(path: Path) -> bool:
    """Whether this is meant as an exported model and not as a checkpoint."""
    return path.is_dir() or path.suffix.lower() in (".toml", ".onnx")


def exported_card(path: Path) -> Path:
    """The card of an exported model, given its folder or the card itself. Raises ModelError."""
    if path.suffix.lower() == ".onnx":
        raise ModelError(f"{path} is one part of a model.", "Give its folder, with the card.")
    if not path.is_dir():
        return path
    cards = sorted(path.glob("*.toml"))
    if not cards:
        raise ModelError(f"The folder {path} holds no card (.toml).", "Give the card itself.")
    if len(cards) > 1:
        raise ModelError(
            f"The folder {path} holds {len(cards)} cards (.toml).", "Give the card itself."
        )
    return cards[0]


def check_exported(file: Path) -> ModelCard:
    """The card in ``file``, once all parts lie beside it with their sizes. Raises ModelError."""
    card = read_card(file)
    for part in card.parts.values():
        if fault := part_fault(file.parent, part):
            raise ModelError(f"The model {card.name} is damaged: {fault}.", _AGAIN)
    return card


def install_exported(
    file: Path,
    card: ModelCard,
    root: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> None:
    """Copy an exported model into the store ``root``, whole or not at all, each file compared with
    its card's hash. ``progress`` may raise to give it up. Raises ModelError, and MachineError where
    there is no room."""
    check_room(root, sum(part.size for part in card.parts.values()))
    with installing(card.name, root, replace=replace) as folder:
        copy_exported(file, card, folder, progress)


def copy_exported(
    file: Path, card: ModelCard, folder: Path, progress: Progress | None = None
) -> None:
    """Copy the parts beside ``file`` into ``folder`` and write ``card`` there, under its name.

    ``card`` is what `check_exported` gave, perhaps with another name, title or licence. Raises
    ModelError where a file's hash is not its card's."""
    total = sum(part.size for part in card.parts.values())
    done = 0
    parts = {}
    for word, part in card.parts.items():
        copy = part.model_copy(update={"file": f"{card.name}.{word}.onnx"})
        _copy_part(file.parent / part.file, folder / copy.file, part)
        parts[word] = copy
        done += part.size
        if progress:
            progress(done, total)
    text = card_text(card.model_copy(update={"parts": parts}))
    (folder / f"{card.name}.toml").write_text(text, encoding="utf-8")


def _copy_part(source: Path, target: Path, part: ModelPart) -> None:
    """Copy what was hashed: a file that changes meanwhile is found out."""
    digester = Digester()
    left = part.size
    with source.open("rb") as reader, target.open("xb") as writer:
        while left and (data := reader.read(min(CHUNK, left))):
            digester.update(data)
            writer.write(data)
            left -= len(data)
    if digester.digest().sha256 != part.sha256:
        raise ModelError(f"The file {source} has not the bytes that its card names.", _AGAIN)
