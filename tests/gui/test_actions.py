"""Which key does what."""

from PyQt6.QtGui import QKeySequence

from avatar_app.gui.actions import ACTIONS, PANIC, KeyMap


def test_every_usual_key_is_one_that_qt_knows_and_belongs_to_one_action() -> None:
    keys = [action.key for action in ACTIONS]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)


def test_a_key_that_is_taken_is_lost_by_who_had_it() -> None:
    keys = KeyMap({}).with_key("freeze", "B")
    assert keys.key("freeze") == "B"
    assert keys.key("placeholder") == ""
    assert keys.owner("B") == "freeze"
    assert keys.owner("F") == ""
    assert keys.changed == {"freeze": "B", "placeholder": ""}


def test_panic_always_has_a_key() -> None:
    for keys in (
        KeyMap({PANIC: ""}),
        KeyMap({}).with_key(PANIC, ""),
        KeyMap({}).with_key("freeze", "Esc"),
        KeyMap({"freeze": "Esc"}),
    ):
        assert keys.key(PANIC) == "Esc"
        assert keys.key("freeze") != "Esc"
    moved = KeyMap({}).with_key(PANIC, "Pause").with_key("freeze", "Esc")
    assert (moved.key(PANIC), moved.key("freeze")) == ("Pause", "Esc")


def test_what_a_hand_wrote_wrongly_costs_that_key_only() -> None:
    keys = KeyMap({"no such action": "X", "freeze": "N", "neutral": "N"})
    owner = keys.owner("N")
    assert owner in ("freeze", "neutral")
    assert [name for name in ("freeze", "neutral") if keys.key(name) == "N"] == [owner]
    assert keys.key("placeholder") == "B"
    assert "no such action" not in keys.changed


def test_only_what_differs_is_kept() -> None:
    keys = KeyMap({}).with_key("freeze", "X").with_key("freeze", "F")
    assert keys.changed == {}
