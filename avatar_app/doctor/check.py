"""One line of the doctor's report."""

from dataclasses import dataclass
from enum import StrEnum

from avatar_app.translatable import translatable


class Verdict(StrEnum):
    """WARN: a part of the program will not work here. FAIL: the program will not. ABSENT: not
    here, and nothing is wrong with that."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; ``hint`` is what mends it, empty where nothing needs mending."""

    name: str
    verdict: Verdict
    detail: str
    hint: str = ""


def restart_others(camera: str) -> str:
    """A virtual camera that works, and what else is to be done: other programs list cameras once,
    when they start."""
    return translatable(
        f"{camera}. Restart browsers and meeting programs that were open before the camera was "
        "there."
    )
