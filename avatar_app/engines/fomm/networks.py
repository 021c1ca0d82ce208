"""The three parts of one model at work: encoder of the portrait, keypoints, picture."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.config import Runtime, RuntimeConfig
from avatar_app.engines.fomm.driving import Keypoints
from avatar_app.errors import EngineError
from avatar_app.model_store.card import FommConventions
from avatar_app.model_store.installed import InstalledModel
from avatar_app.runtimes.base import InferenceSession, PartFiles, Pinned, Tensor, TensorSpec
from avatar_app.runtimes.onnx_session import open_session
from avatar_app.runtimes.select import open_best
from avatar_app.translatable import translatable
from avatar_app.types import RgbImage

Picture = NDArray[np.float32]
"""(S, S, 3) float32 RGB in [0, 1]."""

_AGAIN = "Import the model again."
_TRIAL_SEED = 20190529
_TRIAL_CELLS = 8

Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the networks keep of a portrait: its keypoints, and what ``render`` is fed with in
    every frame."""

    source: Keypoints
    kept: Pinned


class FommNetworks:
    """One model's networks, open until ``close``; any thread may use them, one at a time each.

    The encoder runs once an avatar: it is opened for that alone, on the CPU. All raise EngineError;
    opening raises ModelError for a part that is missing."""

    def __init__(self, model: InstalledModel, config: RuntimeConfig, cache: Path) -> None:
        self.card = model.card
        self._model = model
        self._threads = config.threads
        self._notes: dict[str, None] = {}
        self._locks = {"drive": threading.Lock(), "render": threading.Lock()}
        trial = _trial_image(self.size)
        with ExitStack() as opened:
            encoded = self._encode(trial)
            drive = opened.enter_context(
                closing(open_best(_files(model, "drive"), config, trial, self._note, cache))
            )
            _check(drive, "drive", *self._drive_shapes())
            feeds = encoded | _named(drive.run(trial), "source_") | drive.run(_stirred(trial))
            render = opened.enter_context(
                closing(open_best(_files(model, "render"), config, feeds, self._note, cache))
            )
            _check(render, "render", *self._render_shapes(encoded))
            self._drive, self._render = drive, render
            self._opened = opened.pop_all()

    @property
    def conventions(self) -> FommConventions:
        return self.card.fomm

    @property
    def size(self) -> int:
        """The side of the networks' pictures."""
        return self.conventions.input_size

    @property
    def runtime(self) -> str:
        """Where the picture's network really runs, in words."""
        provider = self._render.provider
        nodes, all_nodes = provider.nodes, provider.all_nodes
        return translatable(f"{provider.title}, {nodes} of {all_nodes} nodes")

    @property
    def runtime_word(self) -> str:
        """The same in one word."""
        return self._render.provider.word

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of that."""
        pending = (self._render.pending, self._drive.pending)
        return tuple(dict.fromkeys((*self._notes, *filter(None, pending))))

    def encode(self, crop: RgbImage) -> Encoded:
        """A portrait's square (S, S, 3), once."""
        features = self._encode(_image(crop))
        found = self._run("drive", _image(crop))
        kept = features | _named(found, "source_")
        return Encoded(_keypoints(found), self._render.pin(kept))

    def keypoints(self, crop: RgbImage) -> Keypoints:
        """Those of a square (S, S, 3)."""
        return _keypoints(self._run("drive", _image(crop)))

    def picture(self, encoded: Encoded, driving: Keypoints) -> Picture:
        """The portrait's square with the driver's keypoints."""
        given = {"value": driving.values[None].astype(np.float32)}
        if driving.jacobians is not None:
            given["jacobian"] = driving.jacobians[None].astype(np.float32)
        picture = self._run("render", given, encoded.kept)["picture"]
        if not np.isfinite(picture).all():
            raise EngineError(
                "The network's picture has values that are no numbers.",
                "Choose the precision FP32 or another runtime.",
            )
        return np.ascontiguousarray(picture[0].transpose(1, 2, 0), np.float32)

    def close(self) -> None:
        """Release the memory; a run in another thread ends first."""
        with self._locks["drive"], self._locks["render"]:
            self._opened.close()

    def _run(
        self, part: str, feeds: Mapping[str, Tensor], kept: Pinned | None = None
    ) -> dict[str, Tensor]:
        session = self._drive if part == "drive" else self._render
        with self._locks[part]:
            return session.run(feeds, kept)

    def _encode(self, image: dict[str, Tensor]) -> dict[str, Tensor]:
        """The encoder's ``features`` and ``small``."""
        path = self._model.part("source")
        with closing(open_session(path, Runtime.CPU, threads=self._threads)) as source:
            _check(source, "source", _shapes_of(image), None)
            encoded = source.run(image)
        if not {"features", "small"} <= encoded.keys():
            raise EngineError(
                f"The model's part 'source' gives {sorted(encoded)}, not features and small.",
                _AGAIN,
            )
        return {"features": encoded["features"], "small": encoded["small"]}

    def _note(self, words: str) -> None:
        self._notes[words] = None

    def _drive_shapes(self) -> tuple[Shapes, Shapes]:
        return {"image": (1, 3, self.size, self.size)}, self._keypoint_shapes("")

    def _render_shapes(self, encoded: dict[str, Tensor]) -> tuple[Shapes, Shapes]:
        keypoints = self._keypoint_shapes("source_") | self._keypoint_shapes("")
        taken = _shapes_of(encoded) | keypoints
        return taken, {"picture": (1, 3, self.size, self.size)}

    def _keypoint_shapes(self, prefix: str) -> Shapes:
        count = self.conventions.num_kp
        shapes: Shapes = {f"{prefix}value": (1, count, 2)}
        if self.conventions.jacobians:
            shapes[f"{prefix}jacobian"] = (1, count, 2, 2)
        return shapes


def _files(model: InstalledModel, part: str) -> PartFiles:
    variants = {
        kind: model.part(f"{part}_{kind}")
        for kind in ("fp16", "cpu")
        if model.has(f"{part}_{kind}")
    }
    return PartFiles(model.part(part), **variants, precise=part == "drive")


def _check(session: InferenceSession, part: str, inputs: Shapes, outputs: Shapes | None) -> None:
    """A part must fit its card and the other parts."""
    taken, given = _shapes_in(session.inputs), _shapes_in(session.outputs)
    if taken != inputs:
        raise EngineError(
            f"The model's part {part!r} takes {_listed(taken)}, "
            f"its card asks for {_listed(inputs)}.",
            _AGAIN,
        )
    if outputs is not None and given != outputs:
        raise EngineError(
            f"The model's part {part!r} gives {_listed(given)}, "
            f"its card asks for {_listed(outputs)}.",
            _AGAIN,
        )


def _shapes_in(specs: tuple[TensorSpec, ...]) -> Shapes:
    return {spec.name: tuple(spec.shape) for spec in specs}


def _shapes_of(feeds: Mapping[str, Tensor]) -> Shapes:
    return {name: value.shape for name, value in feeds.items()}


def _listed(shapes: Shapes) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in sorted(shapes.items()))


def _named(found: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {f"{prefix}{name}": value for name, value in found.items()}


def _keypoints(found: dict[str, Tensor]) -> Keypoints:
    values = found["value"][0].astype(np.float64)
    jacobians = found["jacobian"][0].astype(np.float64) if "jacobian" in found else None
    if not np.isfinite(values).all() or not (jacobians is None or np.isfinite(jacobians).all()):
        raise EngineError(
            "The network's keypoints are no numbers.",
            "Choose the precision FP32 or another runtime.",
        )
    return Keypoints(values, jacobians)


def _image(crop: RgbImage) -> dict[str, Tensor]:
    """(S, S, 3) uint8 as the networks take it."""
    planes = np.ascontiguousarray(crop.transpose(2, 0, 1)[None], np.float32)
    return {"image": planes / np.float32(255)}


def _stirred(image: dict[str, Tensor]) -> dict[str, Tensor]:
    """The picture moved a little, so that the trial of a runtime moves something."""
    shift = image["image"].shape[-1] // 16
    return {"image": np.roll(image["image"], (shift, -shift), (2, 3))}


def _trial_image(size: int) -> dict[str, Tensor]:
    """A smooth picture that is always the same: what a runtime is tried with."""
    rng = np.random.default_rng(_TRIAL_SEED)
    cells = rng.integers(0, 256, (_TRIAL_CELLS, _TRIAL_CELLS, 3), np.uint8)
    return _image(np.asarray(cv2.resize(cells, (size, size), interpolation=cv2.INTER_CUBIC)))
