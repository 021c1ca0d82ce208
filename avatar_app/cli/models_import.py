"""avatar-app models import: a checkpoint converted, or an exported model taken over."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.errors import ModelError

if TYPE_CHECKING:
    from avatar_app.model_store.card import ModelCard
    from avatar_app.model_store.digest import Digest
    from avatar_app.model_store.manifest import KnownModel

_UNCHANGED = "Stopped; no model was changed."
_ENDINGS = r"(\.(pth|pt|ckpt|tar|toml))+$"


def import_file(
    file: Annotated[
        Path, typer.Argument(help="A checkpoint (.pth.tar), or an exported model's folder or card.")
    ],
    *,
    config: Annotated[
        Path | None, typer.Option(metavar="YAML", help="The settings the checkpoint was made with.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the model.")] = None,
    title: Annotated[str | None, typer.Option(help="A line about it, for lists.")] = None,
    licence: Annotated[str | None, typer.Option(help="What is known of its licence.")] = None,
    align_corners: Annotated[
        bool | None,
        typer.Option(
            "--align-corners/--no-align-corners",
            help="The convention of its grids; right for published checkpoints: align.",
        ),
    ] = None,
    replace: Annotated[bool, typer.Option(help="Replace a model of this name.")] = False,
) -> None:
    """Import a network. A checkpoint is converted, which needs torch; a model that was exported on
    another machine is checked and copied, which does not."""
    from avatar_app.cli.models_stop import stopped_with
    from avatar_app.model_store.exported import is_exported

    if not file.exists():
        raise ModelError(f"There is no file {file}.", "Check the path.")
    _check_labels(title or "", licence or "")
    if is_exported(file):
        if config is not None or align_corners is not None:
            raise ModelError(
                f"{file} is an exported model, whose settings are fixed.",
                "Leave --config and --align-corners away, or import the checkpoint.",
            )
        with stopped_with(_UNCHANGED):
            import_exported(file, name=name, title=title, licence=licence, replace=replace)
        return
    with stopped_with(_UNCHANGED):
        import_checkpoint(
            file,
            config=config,
            name=name,
            title=title,
            licence=licence,
            align_corners=align_corners is not False,
            replace=replace,
        )


def import_checkpoint(
    file: Path,
    *,
    config: Path | None,
    name: str | None,
    title: str | None,
    licence: str | None,
    align_corners: bool,
    replace: bool,
) -> None:
    """Convert ``file`` into the store and say what came of it."""
    from avatar_app.cli.models_convert import check_converter, convert
    from avatar_app.model_store.installing import check_free
    from avatar_app.paths import models_dir

    check_converter()
    known = recognised(file)
    name = name or (known.name if known else name_of(file))
    if not replace:
        check_free(name, models_dir())
    card = convert(
        file,
        config=config,
        name=name,
        title=title or (known.title if known else ""),
        licence=licence or (known.licence if known else "not stated"),
        align_corners=align_corners,
        replace=replace,
    )
    tell(card)


def import_exported(
    path: Path,
    *,
    name: str | None = None,
    title: str | None = None,
    licence: str | None = None,
    replace: bool = False,
) -> None:
    """Copy an exported model into the store, each file compared with its card's hash."""
    from avatar_app.cli.bytes_bar import bytes_bar
    from avatar_app.cli.terminal import messages
    from avatar_app.model_store.exported import (
        TRUST,
        check_exported,
        exported_card,
        install_exported,
    )
    from avatar_app.paths import models_dir

    file = exported_card(path)
    card = check_exported(file)
    wishes = {"name": name, "title": title, "licence": licence}
    card = card.model_copy(update={key: value for key, value in wishes.items() if value})
    with bytes_bar("Copying") as progress:
        install_exported(file, card, models_dir(), replace=replace, progress=progress)
    messages().print(TRUST, markup=False)
    tell(card)


def recognised(file: Path) -> "KnownModel | None":
    """The published network whose file this is; said aloud either way."""
    from avatar_app.cli.bytes_bar import bytes_bar
    from avatar_app.cli.terminal import messages
    from avatar_app.model_store.digest import digest_of
    from avatar_app.model_store.manifest import read_manifest
    from avatar_app.paths import manifest_file

    _check_checkpoint(file)
    with bytes_bar("Reading") as progress:
        digest = digest_of(file, progress)
    known = read_manifest(manifest_file()).recognise(digest)
    messages().print(_recognition(file, digest, known), markup=False)
    return known


def name_of(file: Path) -> str:
    """A model's name made from a file's. Raises ModelError where nothing is left of it."""
    bare = re.sub(_ENDINGS, "", file.name.lower())
    name = re.sub(r"[^a-z0-9._-]+", "-", bare).strip("-._")[:63]
    if not name:
        raise ModelError(f"No name can be made from {file.name!r}.", "Give one with --name.")
    return name


def tell(card: "ModelCard") -> None:
    """The last line of an import."""
    from avatar_app.cli.terminal import results
    from avatar_app.model_store.room import in_words

    size = in_words(sum(part.size for part in card.parts.values()))
    results().print(f"{card.name}: installed, {len(card.parts)} parts, {size}", markup=False)


def _check_labels(title: str, licence: str) -> None:
    from avatar_app.model_store.card import MAX_LICENCE, MAX_TITLE

    for what, text, limit in (("title", title, MAX_TITLE), ("licence", licence, MAX_LICENCE)):
        if len(text) > limit or not text.isprintable():
            raise ModelError(
                f"The {what} has to be one line of at most {limit} characters.", "Shorten it."
            )


def _check_checkpoint(file: Path) -> None:
    from avatar_app.model_store.manifest import MAX_BYTES

    if not file.is_file():
        raise ModelError(f"{file} is not a file.", "Give a checkpoint.")
    size = file.stat().st_size
    if not 0 < size <= MAX_BYTES:
        raise ModelError(f"{file} has {size} bytes: no checkpoint.", "Download it again.")


def _recognition(file: Path, digest: "Digest", known: "KnownModel | None") -> str:
    if known:
        return f"{file.name}: this is the published {known.name} (md5 {digest.md5})."
    return f"{file.name}: none of the published files that are known (md5 {digest.md5})."
