"""From a checkpoint to a model that runs without torch: parts in ONNX and a card."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import onnx

from avatar_app.errors import ModelError
from avatar_app.model_store.card import FommConventions, ModelCard, ModelPart, card_text
from avatar_app.model_store.digest import digest_of
from avatar_app.training.checkpoint import read_checkpoint
from avatar_app.training.export.parity import Case, Difference, differences, reference_cases
from avatar_app.training.export.parts import Style, drive_part, render_part, source_part
from avatar_app.training.nets.fomm.build import Networks
from avatar_app.training.nets.fomm.config import FommConfig, read_config
from avatar_app.training.nets.fomm.load import load_networks

_log = logging.getLogger(__name__)

LARGEST = 1e-4
"""How far any value of a float32 part may be from torch's."""

HALF_RMS = 5e-3
"""The same for the root mean square of a float16 part; of a picture's, about one grey level."""

Progress = Callable[[str, int, int], None]
"""Called with a stage in words, the steps done and their total."""


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A part of a model: ``word`` names it in the card. One that is not ``needed`` is left out when
    it misses its bound."""

    word: str
    make: Callable[[], onnx.ModelProto]
    half: bool = False
    needed: bool = True

    @property
    def role(self) -> str:
        """source, drive or render."""
        return self.word.partition("_")[0]

    def fits(self, difference: Difference) -> bool:
        """Whether this is near enough to torch; a value that is no number never is."""
        if self.half:
            return difference.rms <= HALF_RMS
        return difference.largest <= LARGEST


def convert_checkpoint(
    file: Path,
    *,
    config: Path | None,
    name: str,
    folder: Path,
    title: str = "",
    licence: str = "",
    align_corners: bool = True,
    progress: Progress | None = None,
) -> ModelCard:
    """Write all parts of the model in ``file`` and its card into the empty ``folder``.

    ``config`` is the YAML of its training; None: the published face model. ``align_corners`` is
    the convention of its warps. Each part is run on the CPU and compared with torch, on seeded
    pictures and on real faces. Raises ModelError for a file that is no such model and for a part
    that differs; OSError when the folder cannot be written."""
    report = progress or _silent
    report("Reading", 0, 1)
    settings = read_config(config)
    networks = load_networks(settings, read_checkpoint(file), align_corners=align_corners)
    digest = digest_of(file)
    report("Reading", 1, 1)
    for note in networks.notes:
        _log.info("%s", note)

    cases = list(reference_cases(networks, settings.input_size))
    plans = part_plans(networks, settings)
    parts = {}
    for done, plan in enumerate(plans):
        report("Converting", done, len(plans))
        part = _write_part(plan, folder / f"{name}.{plan.word}.onnx", cases)
        if part is not None:
            parts[plan.word] = part
    report("Converting", len(plans), len(plans))

    card = ModelCard(
        name=name,
        title=title or f"First Order Motion Model from {file.name}"[:200],
        licence=licence,
        origin=file.name[:300],
        origin_sha256=digest.sha256,
        fomm=_conventions(networks, settings, align_corners),
        parts=parts,
    )
    (folder / f"{name}.toml").write_text(card_text(card), encoding="utf-8")
    return card


def part_plans(networks: Networks, settings: FommConfig) -> tuple[PartPlan, ...]:
    """All parts of a model: the plain ones, in half precision, and for CPUs."""
    generator, detector, size = networks.generator, networks.kp_detector, settings.input_size
    jacobians = detector.jacobian is not None

    def render(style: Style) -> Callable[[], onnx.ModelProto]:
        return lambda: render_part(generator, size, style, jacobians=jacobians)

    return (
        PartPlan("source", lambda: source_part(generator, size)),
        PartPlan("drive", lambda: drive_part(detector, size)),
        PartPlan("render", render(Style.PLAIN)),
        PartPlan(
            "drive_fp16", lambda: drive_part(detector, size, half=True), half=True, needed=False
        ),
        PartPlan("render_fp16", render(Style.HALF), half=True, needed=False),
        PartPlan("render_cpu", render(Style.FAST), needed=False),
    )


def _write_part(plan: PartPlan, path: Path, cases: list[Case]) -> ModelPart | None:
    """The part in its file, or nothing when it is not needed and not near enough."""
    path.write_bytes(plan.make().SerializeToString())
    for difference in differences(path, plan.role, cases):
        if plan.fits(difference):
            continue
        what = (
            f"The converted part {plan.word} differs from the checkpoint's network by "
            f"{difference.largest:.1e} in {difference.output!r} ({difference.case})"
        )
        if plan.needed:
            raise ModelError(
                f"{what}; at most {LARGEST:.0e} is accepted.",
                "Check that the checkpoint works in torch; if it does, report this.",
            )
        _log.warning("%s and is left out.", what)
        path.unlink()
        return None
    digest = digest_of(path)
    return ModelPart(file=path.name, size=digest.size, sha256=digest.sha256)


def _conventions(networks: Networks, settings: FommConfig, align_corners: bool) -> FommConventions:
    return FommConventions(
        input_size=settings.input_size,
        num_kp=networks.kp_detector.kp.out_channels,
        jacobians=networks.kp_detector.jacobian is not None,
        align_corners=align_corners,
    )


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""
