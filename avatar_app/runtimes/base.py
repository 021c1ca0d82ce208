"""What every way of running a network promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

Tensor: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A network's input or output: ``shape`` is static, ``dtype`` numpy's name for it."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a network really runs. ``word`` is a runtime's word ("cpu", "cuda", ...), ``title``
    its name for people; ``nodes`` of ``all_nodes`` operators sit on it, the rest on the CPU."""

    word: str
    title: str
    nodes: int
    all_nodes: int


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Pinned:
    """Feeds that stay the same over many runs, made by ``InferenceSession.pin``.

    Any session of the same network takes them; one on a GPU copies them to its device at the
    first run and drops that copy with this object. Nobody writes to the arrays afterwards."""

    feeds: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class PartFiles:
    """The files of one network: ``fp32`` the plain one, ``fp16`` for GPUs, ``cpu`` the same
    function written for the CPU's speed. The outputs of a ``precise`` network are coordinates: it
    computes in half precision only by a file that keeps those apart."""

    fp32: Path
    fp16: Path | None = None
    cpu: Path | None = None
    precise: bool = False


class InferenceSession(Protocol):
    """A network ready to run. ``run`` may be called by one thread at a time, ``pin`` and
    ``close`` by any. ``run`` takes every input once, in ``feeds`` or in ``pinned``, and gives new
    arrays. Both raise EngineError for feeds of another name, shape or dtype, and ``run`` when the
    runtime fails or the session was closed. Whoever opened a session closes it; that releases its
    memory."""

    @property
    def inputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def provider(self) -> Provider: ...

    @property
    def pending(self) -> str:
        """What is made ready in the background, in words ("TensorRT is being built: 42 s"), or
        nothing. It and ``provider`` may change between two runs."""
        ...

    def pin(self, feeds: Mapping[str, Tensor]) -> Pinned: ...

    def run(
        self, feeds: Mapping[str, Tensor], pinned: Pinned | None = None
    ) -> dict[str, Tensor]: ...

    def close(self) -> None: ...
