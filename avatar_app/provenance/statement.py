"""What the credentials of a file say: what made it, and that the person shown is an avatar.

Nothing private goes in: no name, no file name or path, no picture, and no trace of the portrait,
not even its hash. The source types are terms of the IPTC's vocabulary "Digital Source Type".
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import avatar_app
from avatar_app.config import AppConfig, Paste
from avatar_app.types import Outcome

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"

ACTIONS = "c2pa.actions.v2"
CREATED = "c2pa.created"


class SourceType(StrEnum):
    """What a picture is made of.

    COMPOSITE is also what the landmark warp says. None of its pixels come from a generative
    network, but trained networks decide where each one goes, and the movement that is shown never
    took place before a camera. The vocabulary's terms without training (``composite``,
    ``algorithmicMedia``) would be truer of the pixels and are not read as artificial by programs
    that look for it; so it says rather too much than too little, and the description beside it
    says how it is."""

    TRAINED = "trainedAlgorithmicMedia"
    COMPOSITE = "compositeWithTrainedAlgorithmicMedia"
    CAPTURE = "digitalCapture"


AI_SOURCE_TYPES = frozenset({SourceType.TRAINED, SourceType.COMPOSITE, "compositeSynthetic"})
"""The terms by which a file says that it is artificial, in whole or in part."""

_AVATAR = (
    "The person shown is an avatar: a still portrait moved by the motion of somebody's face, live "
    "or recorded. Sound, where there is any, was recorded and not generated."
)
_METHODS = {
    "landmark_warp": "The portrait is bent by an algorithm that follows landmarks found by "
    "trained networks; no generative network made its pixels.",
    "fomm": "A trained network (First Order Motion Model) made the face.",
}
_PASSED = "Pictures in a red frame are the camera's own and show no avatar."


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of every file of one kind: the engine's word and what its pictures are."""

    engine: str
    source_type: SourceType


def statement_of(config: AppConfig) -> Statement:
    """What the settings make: only the First Order Motion Model's own square is a network's work
    throughout."""
    whole = config.engine == "fomm" and config.fomm.paste is Paste.SQUARE
    return Statement(config.engine, SourceType.TRAINED if whole else SourceType.COMPOSITE)


def manifest(statement: Statement, outcomes: Collection[Outcome]) -> dict[str, Any]:
    """The definition of a C2PA manifest for a file with pictures of these outcomes."""
    created = {
        "action": CREATED,
        "when": datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "softwareAgent": _software(),
        **_said(statement, outcomes),
    }
    actions = {"actions": [created], "allActionsIncluded": True}
    return {
        "claim_generator_info": [_software()],
        "assertions": [{"label": ACTIONS, "data": actions, "created": True}],
    }


def _said(statement: Statement, outcomes: Collection[Outcome]) -> dict[str, str]:
    """Source type and description. A file of nothing but the camera's own pictures is no avatar;
    one that holds some says so."""
    passed = Outcome.PASS_THROUGH in outcomes
    if passed and not set(outcomes) - {Outcome.PASS_THROUGH, Outcome.PLACEHOLDER}:
        return {"digitalSourceType": IPTC + SourceType.CAPTURE, "description": _PASSED}
    sentences = [_AVATAR, _METHODS.get(statement.engine, "")] + ([_PASSED] if passed else [])
    return {
        "digitalSourceType": IPTC + statement.source_type,
        "description": " ".join(sentence for sentence in sentences if sentence),
    }


def _software() -> dict[str, str]:
    return {"name": "avatar_app", "version": avatar_app.__version__}
