"""avatar-app models list: what is installed, what can be had, and the room they take."""

from typing import TYPE_CHECKING, Any

from avatar_app.cli.options import AsJson

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from avatar_app.model_store.manifest import KnownModel


def list_models(*, as_json: AsJson = False) -> None:
    """What is installed, what can be had, and the room they take."""
    lists = _lists()
    if as_json:
        from avatar_app.cli.terminal import print_json

        print_json(lists)
    else:
        _print_lists(lists)


def _lists() -> dict[str, Any]:
    from avatar_app.model_store.installed import installed_names
    from avatar_app.model_store.installing import downloads_dir
    from avatar_app.model_store.manifest import read_manifest
    from avatar_app.model_store.room import free_room, room_taken
    from avatar_app.paths import cache_dir, manifest_file, models_dir

    names = installed_names(models_dir())
    known = [model for model in read_manifest(manifest_file()).models if model.name not in names]
    return {
        "folder": str(models_dir()),
        "installed": [_installed(name) for name in names],
        "known": [_known(model) for model in known],
        "disk": {
            "models": sum(room_taken(models_dir() / name) for name in names),
            "unfinished_downloads": room_taken(downloads_dir(models_dir())),
            "cache": room_taken(cache_dir()),
            "free": free_room(models_dir()),
        },
    }


def _installed(name: str) -> dict[str, Any]:
    from avatar_app.errors import ModelError
    from avatar_app.model_store.installed import find_model
    from avatar_app.paths import models_dir

    try:
        model = find_model(name, models_dir())
        for word in model.card.parts:
            model.part(word)
    except ModelError as error:
        return {"name": name, "damaged": error.message}
    card = model.card
    return {
        "name": name,
        "title": card.title,
        "family": card.family,
        "size": model.size,
        "parts": list(card.parts),
        "origin": card.origin,
        "licence": card.licence,
    }


def _known(model: "KnownModel") -> dict[str, Any]:
    sizes = [file.size or file.about for file in model.files]
    return {
        "name": model.name,
        "title": model.title,
        "family": model.family,
        "about_bytes": sum(size for size in sizes if size) if all(sizes) else None,
        "can_be_fetched": model.can_be_fetched,
        "how_to_obtain": model.how_to_obtain,
        "licence": model.licence,
    }


def _print_lists(lists: dict[str, Any]) -> None:
    from avatar_app.cli.terminal import results
    from avatar_app.model_store.room import in_words

    console = results()
    console.print(f"Installed in {lists['folder']}{'' if lists['installed'] else ': none'}")
    if lists["installed"]:
        console.print(_installed_table(lists["installed"]), soft_wrap=False)
    console.print("Known, not installed" if lists["known"] else "Known: all are installed")
    for model in lists["known"]:
        _print_known(model)
    taken = {what: in_words(size) for what, size in lists["disk"].items()}
    console.print(
        f"Disk: models {taken['models']}, unfinished downloads {taken['unfinished_downloads']}, "
        f"compiled networks and other cache {taken['cache']}; free {taken['free']}"
    )


def _installed_table(rows: list[dict[str, Any]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from avatar_app.model_store.room import in_words

    table = Table("name", "size", "family", "origin", "licence", box=None, padding=(0, 2))
    for row in rows:
        name = Text(row["name"], style="bold")
        if "damaged" in row:
            table.add_row(name, "damaged", "", "", _plain(row["damaged"]))
        else:
            figures = (in_words(row["size"]), row["family"])
            table.add_row(name, *figures, _plain(row["origin"]), _plain(row["licence"]))
    return table


def _plain(text: str) -> "Text":
    """What came from another machine, without codes that a terminal would obey."""
    from rich.text import Text

    return Text("".join(letter if letter.isprintable() else " " for letter in text))


def _print_known(model: dict[str, Any]) -> None:
    import textwrap

    from avatar_app.cli.terminal import results
    from avatar_app.model_store.room import in_words

    size = f", about {in_words(model['about_bytes'])}" if model["about_bytes"] else ""
    fetch = f"avatar-app models fetch {model['name']}"
    console = results()
    console.print(f"  {model['name']}  {model['title']}{size}", markup=False)
    for text in (fetch if model["can_be_fetched"] else model["how_to_obtain"], model["licence"]):
        lines = textwrap.wrap(text, 90, break_on_hyphens=False, break_long_words=False)
        console.print("\n".join(f"    {line}" for line in lines), markup=False)
