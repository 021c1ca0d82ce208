"""What every way of running a network promises."""

from collections.abc import Mapping
from dataclasses import dataclass
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


class InferenceSession(Protocol):
    """A network ready to run. ``run`` may be called by one thread at a time, and gives new
    arrays. ``run`` raises EngineError for feeds of another name, shape or dtype, and when the
    runtime fails. Whoever opened a session closes it; that releases its memory."""

    @property
    def inputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def provider(self) -> Provider: ...

    def run(self, feeds: Mapping[str, Tensor]) -> dict[str, Tensor]: ...

    def close(self) -> None: ...
