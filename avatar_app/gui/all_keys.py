"""The keys of the window and those of every program, which may not get into each other's way."""

from dataclasses import dataclass, field

from avatar_app.gui.actions import PANIC, KeyMap
from avatar_app.gui.global_keys.key_map import SUGGESTED, GlobalKeyMap


@dataclass(frozen=True, slots=True)
class AllKeys:
    """One key may do one action in the window and in every program, never two different ones."""

    window: KeyMap = field(default_factory=lambda: KeyMap({}))
    everywhere: GlobalKeyMap = field(default_factory=lambda: GlobalKeyMap({}))

    def rival(self, name: str, key: str) -> str:
        """The other action that has ``key``, here or everywhere; empty where ``name`` may have
        it. Panic goes before others: it keeps its keys."""
        owners = {self.window.owner(key), self.everywhere.owner(key)} - {"", name}
        return PANIC if PANIC in owners else next(iter(sorted(owners)), "")

    def with_key(self, name: str, key: str, *, everywhere: bool) -> "AllKeys":
        """``key`` does that now, "" for none; another action that had it has none."""
        window, in_all = self.window, self.everywhere
        if everywhere:
            if (owner := window.owner(key)) not in ("", name):
                window = window.with_key(owner, "")
            return AllKeys(window, in_all.with_key(name, key))
        if (owner := in_all.owner(key)) not in ("", name):
            in_all = in_all.with_key(owner, "")
        return AllKeys(window.with_key(name, key), in_all)

    def suggested(self) -> "AllKeys":
        """With the suggested key for each action that has none in every program, where it is
        free."""
        keys = self
        for name, key in SUGGESTED.items():
            if not keys.everywhere.key(name) and not keys.rival(name, key):
                keys = keys.with_key(name, key, everywhere=True)
        return keys
