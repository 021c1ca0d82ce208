"""Hints say one thing at a time, the most important first, and do not flicker."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from calibration_parts import FPS, avatar, head, neutral, tracked
from posed_faces import bundled, turned

from avatar_app.calibration.hints import Hint, HintJudge
from avatar_app.calibration.measure import FrameMeter, Light, Measures
from avatar_app.types import Frame, Points, RgbImage, TrackedFrame

GOOD = Measures(0.5, 0.02, 0.0, 3.0, 2.0, 0.05, 0, Light(0.6, 0.5, 0.0, 0.2))


def lasting(measures: Measures | None, seconds: float = 0.5, **more: object) -> list[Hint]:
    judge = HintJudge()
    hints: list[Hint] = []
    for i in range(round(seconds * FPS)):
        hints = judge.judge(measures, i / FPS, **more)
    return hints


def hints_of(points: Points) -> list[Hint]:
    meter = FrameMeter()
    return lasting(meter.measure(tracked(points)))


def hints_of_picture(image: RgbImage) -> list[Hint]:
    frame = TrackedFrame(Frame(image, 0, 0.0), avatar())
    return lasting(FrameMeter().measure(frame))


def test_a_good_face_has_nothing_to_mend() -> None:
    assert lasting(GOOD) == []
    assert hints_of(neutral()) == []
    assert hints_of_picture(bundled("mira").image) == []


@pytest.mark.parametrize(
    ("points", "hint"),
    [
        (turned(neutral(), scale=0.3), Hint.TOO_FAR),
        (turned(neutral(), scale=1.5), Hint.TOO_NEAR),
        (turned(neutral(), shift=(100, 0)), Hint.OFF_CENTRE),
        (head(neutral(), 40), Hint.TURNED),
        (head(neutral(), 0, 0, 25), Hint.TILTED),
    ],
)
def test_each_fault_of_the_place_has_its_hint(points: Points, hint: Hint) -> None:
    assert hint in hints_of(points)


def backlit(image: RgbImage) -> RgbImage:
    """The face in the shade before a white ground."""
    box = avatar().box
    lit = np.full_like(image, 240)
    rows = slice(int(box.y0 - 0.3 * box.height), image.shape[0])
    columns = slice(int(box.x0 - 0.3 * box.width), int(box.x1 + 0.3 * box.width))
    lit[rows, columns] = (image[rows, columns] * 0.4).astype(np.uint8)
    return lit


def test_each_fault_of_the_light_has_its_hint() -> None:
    image = bundled("mira").image
    assert hints_of_picture((image * 0.15).astype(np.uint8)) == [Hint.DARK]
    assert hints_of_picture(backlit(image)) == [Hint.BACK_LIT]
    burnt = np.clip(image.astype(int) * 3, 0, 255).astype(np.uint8)
    assert Hint.OVEREXPOSED in hints_of_picture(burnt)
    soft = cv2.GaussianBlur(image, (0, 0), 0.03 * avatar().box.height)
    assert hints_of_picture(soft) == [Hint.BLURRED]


@pytest.mark.parametrize("name", ("mira", "samuel", "ines"))
def test_no_bundled_portrait_is_dark_blurred_or_burnt(name: str) -> None:
    portrait = bundled(name)
    figures = FrameMeter().measure(TrackedFrame(Frame(portrait.image, 0, 0.0), portrait.face))
    light = {Hint.DARK, Hint.BACK_LIT, Hint.OVEREXPOSED, Hint.BLURRED}
    assert not light & set(lasting(figures))


def test_no_picture_no_face_and_two_faces() -> None:
    assert lasting(None, picture=False) == [Hint.NO_PICTURE]
    assert lasting(None) == [Hint.NO_FACE]
    assert lasting(replace(GOOD, others=1)) == [Hint.TWO_FACES]


def test_moving_is_said() -> None:
    assert lasting(replace(GOOD, speed=1.0)) == [Hint.MOVING]


def test_the_most_important_comes_first() -> None:
    hints = lasting(replace(GOOD, share=0.1, turn=50.0, speed=2.0, others=1))
    assert hints == [Hint.TWO_FACES, Hint.TOO_FAR, Hint.TURNED, Hint.MOVING]


def test_a_fault_of_a_moment_is_not_mentioned() -> None:
    judge = HintJudge()
    shown = [
        judge.judge(replace(GOOD, turn=40.0) if i % 10 < 5 else GOOD, i / FPS) for i in range(60)
    ]
    assert not any(shown)


def test_a_figure_that_trembles_about_a_bound_gives_a_steady_hint() -> None:
    judge = HintJudge()
    rng = np.random.default_rng(3)
    shown = [
        Hint.TURNED in judge.judge(replace(GOOD, turn=25.5 + rng.normal(0, 1.5)), i / FPS)
        for i in range(300)
    ]
    changes = sum(a is not b for a, b in pairwise(shown))
    assert changes <= 1
    settled = [judge.judge(replace(GOOD, turn=15.0), 10 + i / FPS) for i in range(30)]
    assert settled[-1] == []


def test_a_hint_goes_a_moment_after_its_fault() -> None:
    judge = HintJudge()
    for i in range(30):
        judge.judge(None, i / FPS)
    assert judge.judge(GOOD, 1.0) == [Hint.NO_FACE]
    assert judge.judge(GOOD, 1.1) == [Hint.NO_FACE]
    assert judge.judge(GOOD, 1.3) == []


def test_every_hint_has_one_sentence() -> None:
    sentences = [hint.sentence for hint in Hint]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)
