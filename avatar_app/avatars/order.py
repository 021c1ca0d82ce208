"""The order of the avatars, and which are hidden: one small file that may be lost.

Avatars that it does not name follow in the order in which they came, so nothing but the user's
own order is lost with it."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from avatar_app.avatars.entry import Damaged
from avatar_app.avatars.storage import read_text, written
from avatar_app.translatable import translatable


class Order(BaseModel):
    """``order`` names ids, those of removed avatars too: they come back to their place."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def sorted(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids in this order, the ones it does not name at the end as they came."""
        place = {name: number for number, name in enumerate(self.order)}
        return tuple(sorted(ids, key=lambda name: place.get(name, len(place))))

    def moved(self, name: str, known: Sequence[str], before: str | None) -> "Order":
        """The order of all ``known`` ids with ``name`` before another, or last."""
        complete = [*self.order, *(other for other in known if other not in self.order)]
        complete.remove(name)
        complete.insert(len(complete) if before is None else complete.index(before), name)
        return self.model_copy(update={"order": tuple(complete)})

    def with_hidden(self, name: str, hidden: bool) -> "Order":
        """The order with an id hidden or shown."""
        others = tuple(other for other in self.hidden if other != name)
        return self.model_copy(update={"hidden": (*others, name) if hidden else others})


def read_order(path: Path) -> tuple[Order, Damaged | None]:
    """The order in a file; an empty one, and what is wrong, where it cannot be read."""
    if not path.exists():
        return Order(), None
    try:
        return Order.model_validate(tomllib.loads(read_text(path))), None
    except (OSError, ValueError, ValidationError) as error:
        strange = translatable("it holds something else")
        what = strange if isinstance(error, ValidationError) else str(error)
        return Order(), Damaged(
            path,
            f"The order of the avatars cannot be read: {what}.",
            "Put them in order again; no avatar is lost.",
        )


def write_order(path: Path, order: Order) -> None:
    """Replace the file at once. Raises LibraryError."""
    text = tomli_w.dumps(order.model_dump())
    with written(path) as part:
        part.write_text(text, encoding="utf-8")
