"""What a network is fed, checked against what it takes."""

from collections.abc import Mapping

import numpy as np

from avatar_app.errors import EngineError
from avatar_app.runtimes.base import Pinned, Tensor, TensorSpec

_HINT = "The engine and the network do not fit; import the model again."


def checked_pin(inputs: tuple[TensorSpec, ...], feeds: Mapping[str, Tensor]) -> Pinned:
    """These feeds, kept for many runs. Raises EngineError."""
    by_name = {spec.name: spec for spec in inputs}
    for name, value in feeds.items():
        if name not in by_name:
            raise EngineError(
                f"A feed {name!r} was pinned, the network takes {sorted(by_name)}.", _HINT
            )
        _check_tensor(by_name[name], value)
    return Pinned(dict(feeds))


def check_feeds(
    inputs: tuple[TensorSpec, ...], feeds: Mapping[str, Tensor], pinned: Pinned | None
) -> None:
    """Every input once, of its shape and dtype. Raises EngineError."""
    kept = pinned.feeds if pinned else {}
    expected = sorted(spec.name for spec in inputs)
    got = sorted([*feeds, *kept])
    if got != expected:
        raise EngineError(f"The network was fed {got}, it takes {expected}.", _HINT)
    for spec in inputs:
        _check_tensor(spec, feeds[spec.name] if spec.name in feeds else kept[spec.name])


def _check_tensor(spec: TensorSpec, value: Tensor) -> None:
    if not isinstance(value, np.ndarray):
        raise EngineError(
            f"Feed {spec.name!r} is a {type(value).__name__}, a numpy array was expected.", _HINT
        )
    if value.shape != spec.shape or value.dtype.name != spec.dtype:
        raise EngineError(
            f"Feed {spec.name!r} is {value.dtype.name} {value.shape}, "
            f"expected {spec.dtype} {spec.shape}.",
            _HINT,
        )
