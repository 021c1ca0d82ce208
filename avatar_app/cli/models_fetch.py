"""avatar-app models fetch: a published network, downloaded, checked and installed."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.errors import ModelError

if TYPE_CHECKING:
    from avatar_app.model_store.manifest import KnownModel


def fetch(
    name: Annotated[str, typer.Argument(help="The name of a known model.")],
    *,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--from", metavar="URL", help="Where its file is, if you know a place. Repeatable."
        ),
    ] = None,
    replace: Annotated[bool, typer.Option(help="Replace a model of this name.")] = False,
) -> None:
    """Download and install a known model.

    It is compared with its published hash. What an
    interrupted download brought is used by the next one."""
    from avatar_app.cli.models_convert import check_converter
    from avatar_app.cli.models_stop import stopped_with
    from avatar_app.model_store.installing import check_free, downloads
    from avatar_app.model_store.manifest import read_manifest
    from avatar_app.paths import manifest_file, models_dir

    known = read_manifest(manifest_file()).find(name)
    _check_sources(known, source or [])
    if not replace:
        check_free(name, models_dir())
    if known.kind == "checkpoint":
        check_converter()
    folder = downloads(name, models_dir())
    with stopped_with("Stopped; the next fetch goes on with what came so far."):
        files = _download(known, folder, source or [])
        _install(known, files[0], replace=replace)
    shutil.rmtree(folder, ignore_errors=True)


def _check_sources(known: "KnownModel", sources: list[str]) -> None:
    if sources and len(known.files) > 1:
        raise ModelError(f"{known.name} has several files.", "Leave --from away.")
    if not known.files[0].has_hash:
        raise ModelError(
            f"No hash of {known.name} is known, so a download could not be checked.",
            known.how_to_obtain,
        )
    if not sources and not known.can_be_fetched:
        raise ModelError(f"No address of {known.name} is known.", known.how_to_obtain)


def _download(known: "KnownModel", folder: Path, sources: list[str]) -> list[Path]:
    from avatar_app.cli.bytes_bar import bytes_bar
    from avatar_app.model_store.download import Downloader
    from avatar_app.model_store.lock import held_alone

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    with held_alone(folder / ".lock"):
        for file in known.files:
            with bytes_bar(f"Fetching {file.name}") as progress:
                downloader = Downloader(progress=progress)
                files.append(downloader.fetch(file, folder / file.name, sources))
    return files


def _install(known: "KnownModel", first: Path, *, replace: bool) -> None:
    from avatar_app.cli.models_convert import convert
    from avatar_app.cli.models_import import import_exported, tell

    if known.kind == "exported":
        import_exported(first, replace=replace)
        return
    card = convert(
        first,
        config=None,
        name=known.name,
        title=known.title,
        licence=known.licence,
        align_corners=True,
        replace=replace,
    )
    tell(card)
