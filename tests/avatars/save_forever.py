"""Changes a library without end, until it is killed: python save_forever.py FOLDER SEED."""

import random
import sys
from pathlib import Path

from drawn_face import drawn_portrait
from library_parts import OWN, added, library_in

from avatar_app.errors import LibraryError
from avatar_app.types import Box

MOST = 6


def change(folder: Path, dice: random.Random) -> None:
    """One change of any kind."""
    library = library_in(folder)
    ids = [entry.id for entry in library.list().entries]
    if len(ids) < 2:
        added(library, "new", dice.randrange(70, 250), consent=OWN)
        return
    one = dice.choice(ids)

    def add() -> object:
        return added(library, "new", dice.randrange(70, 250)) if len(ids) < MOST else None

    changes = [
        *(add, add, add, add),
        lambda: library.remove(one),
        lambda: library.remove(one),
        lambda: library.rename(one, f"name {dice.random()}"),
        lambda: library.recrop(one, Box(0, 0, dice.randrange(240, 320), 300)),
        lambda: library.set_consent(one, OWN),
        lambda: library.move(one, dice.randrange(1, 5)),
        lambda: library.hide(one, dice.random() < 0.5),
        lambda: library.thumbnail(one),
        library.undo,
        library.tidy,
    ]
    dice.choice(changes)()


def main() -> None:
    folder, dice = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
    print(drawn_portrait().shape, flush=True)
    while True:
        try:
            change(folder, dice)
        except LibraryError as error:  # A twin, nothing to undo, a name that is taken.
            assert "cannot be changed" not in error.message, error


if __name__ == "__main__":
    main()
