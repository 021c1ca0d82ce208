"""The cast: who is rendered, how each is lit and where each stands."""

from dataclasses import dataclass

import numpy as np
from backdrop import Room
from bust import Person
from finish import Finish
from garment import Garment
from hair import FEMALE_LINE, MALE_LINE, Haircut, comb_bob, comb_cropped, comb_short
from ink import Ink
from lights import Area, LightRig
from renderer import Camera

KEY = np.array([-0.55, 0.5, 0.75])
FILL = np.array([0.8, 0.1, 0.6])
LEFT_RIM = np.array([-0.8, 0.5, -0.75])
RIGHT_RIM = np.array([0.85, 0.4, -0.7])


@dataclass(frozen=True)
class Sitting:
    """One picture to be taken: a person, a camera, lights, a room and a finish."""

    person: Person
    camera: Camera
    lights: LightRig
    room: Room
    finish: Finish
    expression: dict[str, float]
    ink: Ink | None = None  # drawn instead of photographed


def _studio(strength: float = 1.0, rim: float = 1.0) -> LightRig:
    key, fill = (2.0, 1.86, 1.68), (0.42, 0.46, 0.55)
    cool, warm = (0.9, 0.95, 1.05), (1.0, 0.92, 0.85)
    return LightRig(
        Area(KEY, 20, tuple(strength * c for c in key)),
        Area(FILL, 40, tuple(strength * c for c in fill)),
        (
            Area(LEFT_RIM, 14, tuple(rim * c for c in cool)),
            Area(RIGHT_RIM, 14, tuple(rim * c for c in warm)),
        ),
        sky=tuple(strength * c for c in (0.42, 0.45, 0.5)),
        ground=tuple(strength * c for c in (0.2, 0.17, 0.15)),
    )


OFFICE = Room(
    (0.10, 0.125, 0.15),
    (0.27, 0.21, 0.15),
    panes=(
        (0.10, 0.30, 0.16, 0.75, (0.30, 0.37, 0.43)),
        (0.30, 0.30, 0.12, 0.75, (0.24, 0.30, 0.35)),
        (0.88, 0.55, 0.26, 0.03, (0.12, 0.08, 0.05)),
        (0.80, 0.47, 0.04, 0.12, (0.22, 0.12, 0.07)),
        (0.86, 0.48, 0.05, 0.10, (0.10, 0.15, 0.17)),
        (0.94, 0.46, 0.05, 0.14, (0.26, 0.20, 0.12)),
    ),
    lamps=(
        (0.80, 0.16, 0.045, (0.30, 0.21, 0.11)),
        (0.93, 0.25, 0.035, (0.26, 0.17, 0.08)),
        (0.70, 0.07, 0.03, (0.16, 0.11, 0.06)),
        (0.06, 0.62, 0.03, (0.06, 0.09, 0.11)),
    ),
    blur=0.028,
)
GARDEN = Room(
    (0.15, 0.19, 0.14),
    (0.17, 0.22, 0.23),
    panes=(
        (0.85, 0.25, 0.30, 0.5, (0.36, 0.42, 0.42)),
        (0.15, 0.80, 0.50, 0.4, (0.06, 0.10, 0.06)),
    ),
    lamps=(
        (0.12, 0.20, 0.05, (0.10, 0.14, 0.06)),
        (0.22, 0.10, 0.035, (0.14, 0.17, 0.08)),
        (0.05, 0.40, 0.04, (0.05, 0.09, 0.04)),
        (0.80, 0.12, 0.05, (0.12, 0.13, 0.11)),
        (0.93, 0.42, 0.04, (0.08, 0.10, 0.09)),
    ),
    blur=0.05,
)
CALM = {"mouth-corner-puller": 0.42, "eye-left-slit": 0.08, "eye-right-slit": 0.08}

MIRA = Sitting(
    person=Person(
        shape={
            "macrodetails/asian-female-young": 0.45,
            "macrodetails/caucasian-female-young": 0.55,
            "ears/l-ear-wing-decr": 1.0,
            "ears/r-ear-wing-decr": 1.0,
            "ears/l-ear-scale-decr": 0.8,
            "ears/r-ear-scale-decr": 0.8,
        },
        skin="skin_young_lightskinned_female_diffuse2.jpg",
        eyes="brown_eye.png",
        brows="eyebrow001",
        lashes="eyelashes02",
        garment=Garment((0, -1.55, -0.85), 0.52),
        cloth=(0.05, 0.12, 0.13),
        units="caucasian",
        brow_tint=(0.35, 0.3, 0.27),
        haircut=Haircut(
            count=34000,
            steps=22,
            length=2.6,
            lift=0.12,
            hem=-0.86,
            comb=comb_bob,
            line=FEMALE_LINE,
            colour=(0.05, 0.021, 0.010),
            width=0.005,
            clumps=0.6,
        ),
    ),
    camera=Camera((0, -0.20, 0), 3.25),
    lights=_studio(0.68, rim=0.35),
    room=OFFICE,
    finish=Finish(),
    expression={**CALM, "eyebrows-left-inner-up": 0.25, "eyebrows-right-inner-up": 0.25},
)

SAMUEL = Sitting(
    person=Person(
        shape={"macrodetails/african-male-old": 0.75, "macrodetails/african-male-young": 0.25},
        skin="skin_middleage_darkskinned_male.jpg",
        eyes="brown_eye.png",
        brows="eyebrow001",
        lashes="eyelashes01",
        garment=Garment((0, -1.62, -0.85), 0.62),
        cloth=(0.20, 0.15, 0.085),
        units="african",
        skin_tint=(1.75, 1.7, 1.65),
        brow_tint=(0.25, 0.22, 0.2),
        gloss=0.75,
        haircut=Haircut(
            count=45000,
            steps=6,
            length=0.10,
            comb=comb_cropped,
            line=MALE_LINE,
            colour=(0.02, 0.016, 0.014),
            width=0.005,
            lift=0.07,
            curl=0.9,
            clumps=0.5,
            grey=0.10,
            shadow=0.5,
        ),
    ),
    camera=Camera((0, -0.22, 0), 3.5),
    lights=_studio(0.92, rim=0.5),
    room=GARDEN,
    finish=Finish(),
    expression={
        **CALM,
        "eyebrows-left-up": 0.2,
        "eyebrows-right-up": 0.2,
        "mouth-part-later": -0.1,  # closes the lips: no teeth gleam between them
    },
)

DRIVER = Sitting(
    person=Person(
        shape={"macrodetails/caucasian-male-young": 0.8, "macrodetails/asian-male-young": 0.2},
        skin="skin_young_lightskinned_male_diffuse2.jpg",
        eyes="brownlight_eye.png",
        brows="eyebrow001",
        lashes="eyelashes01",
        haircut=Haircut(
            count=6000,
            steps=7,
            length=0.38,
            comb=comb_short,
            line=MALE_LINE,
            colour=(0.05, 0.026, 0.014),
            width=0.016,
            lift=0.22,
            clumps=0.55,
            sides=0.3,
            curl=0.08,
        ),
        garment=Garment((0, -1.66, -0.9), 0.60, step=0.055),
        cloth=(0.045, 0.055, 0.085),
        units="caucasian",
    ),
    camera=Camera((0, -0.22, 0), 3.4, distance=9.0),
    lights=_studio(0.72, rim=0.35),
    room=Room(
        (0.34, 0.33, 0.31),
        (0.26, 0.27, 0.28),
        panes=(
            (0.16, 0.34, 0.30, 0.60, (0.62, 0.68, 0.74)),
            (1.15, 0.30, 0.30, 0.02, (0.10, 0.07, 0.05)),
            (1.09, 0.22, 0.05, 0.15, (0.20, 0.08, 0.05)),
            (1.16, 0.23, 0.05, 0.13, (0.06, 0.10, 0.14)),
            (1.22, 0.21, 0.04, 0.17, (0.22, 0.19, 0.12)),
        ),
        blur=0.018,
    ),
    finish=Finish(grain=0.0),
    expression={},
)

INES = Sitting(
    person=Person(
        shape={
            "macrodetails/caucasian-female-young": 0.8,
            "macrodetails/african-female-young": 0.2,
            "eyes/l-eye-scale-incr": 0.9,
            "eyes/r-eye-scale-incr": 0.9,
            "eyes/l-eye-height2-incr": 0.35,
            "eyes/r-eye-height2-incr": 0.35,
            "nose/nose-scale-horiz-decr": 0.5,
            "nose/nose-scale-vert-decr": 0.3,
            "chin/chin-triangle": 0.4,
            "head/head-oval": 0.4,
            "neck/neck-scale-horiz-decr": 0.4,
            "ears/l-ear-wing-decr": 1.0,
            "ears/r-ear-wing-decr": 1.0,
            "ears/l-ear-scale-decr": 0.8,
            "ears/r-ear-scale-decr": 0.8,
        },
        skin="skin_young_lightskinned_female_diffuse3.jpg",
        eyes="green_eye.png",
        brows="eyebrow001",
        lashes="eyelashes02",
        garment=Garment((0, -1.55, -0.85), 0.50),
        cloth=(0.56, 0.36, 0.075),
        units="caucasian",
        knit=0.0,
        brow_tint=(0.2, 0.08, 0.06),
        haircut=Haircut(
            count=24000,
            steps=20,
            length=2.3,
            hem=-0.75,
            comb=comb_bob,
            line=FEMALE_LINE,
            colour=(0.30, 0.055, 0.03),
            width=0.006,
            lift=0.09,
            clumps=0.8,
        ),
    ),
    camera=Camera((0, -0.20, 0), 3.35),
    lights=_studio(0.8, rim=0.5),
    room=OFFICE,
    finish=Finish(),
    expression={"mouth-corner-puller": 0.45, "eye-left-slit": 0.15, "eye-right-slit": 0.15},
    ink=Ink(),
)
