"""avatar-app models: the networks of this user. Here are `verify` and `remove`; the other
commands of the group have files of their own."""

from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.models_bench import bench
from avatar_app.cli.models_fetch import fetch
from avatar_app.cli.models_import import import_file
from avatar_app.cli.models_list import list_models

if TYPE_CHECKING:
    from avatar_app.errors import ModelError

models = typer.Typer(help="Networks: list, fetch, import, verify, remove, bench.")
models.command("list")(list_models)
models.command("fetch")(fetch)
models.command("import")(import_file)
models.command("bench")(bench)


@models.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """The networks that neural engines use; the bundled engine needs none."""
    from avatar_app.model_store.installing import clean_leftovers
    from avatar_app.paths import models_dir

    clean_leftovers(models_dir())
    if context.invoked_subcommand is None:
        list_models()


@models.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="A model's name; all without.")] = None,
) -> None:
    """Read the files of the models and compare them with their cards. Exit code 2 when one is
    damaged."""
    from avatar_app.cli.terminal import messages, results
    from avatar_app.model_store.installed import installed_names
    from avatar_app.paths import models_dir

    names = [name] if name else installed_names(models_dir())
    if not names:
        results().print("No model is installed.")
    faults = [fault for each in names if (fault := _fault(each))]
    for fault in faults[:-1]:
        messages().print(f"avatar-app: {fault}", markup=False)
    if faults:
        raise faults[-1]


@models.command()
def remove(
    name: Annotated[str, typer.Argument(help="The model's name.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a model and what was downloaded for it."""
    from avatar_app.cli.terminal import messages, results
    from avatar_app.model_store import installing
    from avatar_app.model_store.room import in_words, room_taken
    from avatar_app.paths import models_dir

    places = installing.places_of(name, models_dir())
    if not yes:
        taken = in_words(sum(room_taken(place) for place in places))
        if not _agreed(f"Delete {name} ({taken})?"):
            messages().print("Nothing was deleted.")
            raise typer.Exit(border.REFUSED)
    installing.remove(name, models_dir())
    results().print(f"{name} is deleted.", markup=False)


def _agreed(question: str) -> bool:
    """The answer; Ctrl-C and the end of the input are a no."""
    try:
        return typer.confirm(question, default=False, err=True)
    except typer.Abort:
        return False


def _fault(name: str) -> "ModelError | None":
    """What is wrong with this model; one that is whole is said to be."""
    from avatar_app.cli.bytes_bar import bytes_bar
    from avatar_app.cli.terminal import results
    from avatar_app.errors import ModelError
    from avatar_app.model_store.installed import find_model
    from avatar_app.model_store.installed import verify as verify_files
    from avatar_app.paths import models_dir

    try:
        with bytes_bar(f"Reading {name}") as progress:
            verify_files(find_model(name, models_dir()), progress)
    except ModelError as error:
        return error
    results().print(f"{name}: whole", markup=False)
    return None
