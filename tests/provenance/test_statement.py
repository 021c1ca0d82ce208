"""What files say of themselves: true for each engine, and nothing private."""

import json

import pytest

from avatar_app.config import AppConfig
from avatar_app.provenance.statement import IPTC, SourceType, Statement, manifest, statement_of
from avatar_app.types import Outcome

SAID = Statement("landmark_warp", SourceType.COMPOSITE)


def created(said: Statement, *outcomes: Outcome) -> dict[str, str]:
    (assertion,) = manifest(said, outcomes)["assertions"]
    (action,) = assertion["data"]["actions"]
    return dict(action)


@pytest.mark.parametrize(
    ("settings", "source_type"),
    [
        ({}, SourceType.COMPOSITE),
        ({"engine": "fomm"}, SourceType.COMPOSITE),
        ({"engine": "fomm", "fomm": {"paste": "square"}}, SourceType.TRAINED),
        ({"engine": "landmark_warp", "fomm": {"paste": "square"}}, SourceType.COMPOSITE),
    ],
)
def test_the_source_type_fits_the_engine(settings: dict, source_type: SourceType) -> None:
    assert statement_of(AppConfig.model_validate(settings)).source_type is source_type


def test_it_says_that_an_avatar_is_shown() -> None:
    action = created(SAID, Outcome.RENDERED, Outcome.NO_FACE, Outcome.PLACEHOLDER)
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"] == IPTC + "compositeWithTrainedAlgorithmicMedia"
    assert "The person shown is an avatar" in action["description"]
    assert "no generative network" in action["description"]
    assert "camera's own" not in action["description"]


def test_a_network_is_named_for_what_it_made() -> None:
    action = created(Statement("fomm", SourceType.TRAINED), Outcome.RENDERED)
    assert "First Order Motion Model" in action["description"]


def test_pictures_passed_through_are_said_to_be_the_cameras() -> None:
    action = created(SAID, Outcome.RENDERED, Outcome.PASS_THROUGH)
    assert action["digitalSourceType"] == IPTC + "compositeWithTrainedAlgorithmicMedia"
    assert "camera's own" in action["description"]


def test_a_file_of_the_cameras_pictures_alone_claims_no_avatar() -> None:
    action = created(SAID, Outcome.PASS_THROUGH, Outcome.PLACEHOLDER)
    assert action["digitalSourceType"] == IPTC + "digitalCapture"
    assert "is an avatar" not in action["description"]


def test_an_avatar_of_the_users_own_leaves_no_trace() -> None:
    config = AppConfig.model_validate(
        {"avatar": "/home/anna/me.png", "source": {"word": "camera:Annas"}, "engine": "fomm"}
    )
    text = json.dumps(manifest(statement_of(config), {Outcome.RENDERED})).lower()
    assert "anna" not in text
    assert "png" not in text
