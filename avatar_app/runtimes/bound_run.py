"""Runs of a network whose tensors lie on a device: little goes up, the result comes down."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from avatar_app.runtimes.base import Pinned, Tensor, TensorSpec


class BoundRun:
    """Inputs and outputs have their place on the device once and for all; a run copies its feeds
    there, but pinned ones at their first run only. One thread at a time."""

    def __init__(
        self,
        session: Any,
        inputs: tuple[TensorSpec, ...],
        outputs: tuple[TensorSpec, ...],
        device: str,
    ) -> None:
        self._session = session
        self._device = device
        self._names = [spec.name for spec in outputs]
        self._inputs = {spec.name: spec for spec in inputs}
        self._fed: dict[str, Any] = {}
        self._kept: WeakKeyDictionary[Pinned, dict[str, Any]] = WeakKeyDictionary()
        self._bound: dict[str, Any] = {}
        self._binding = session.io_binding()
        for spec in outputs:
            self._binding.bind_ortvalue_output(spec.name, self._room(spec))

    def __call__(self, feeds: Mapping[str, Tensor], pinned: Pinned | None) -> dict[str, Tensor]:
        for name, array in feeds.items():
            if name not in self._fed:
                self._fed[name] = self._room(self._inputs[name])
            self._fed[name].update_inplace(array)
            self._bind(name, self._fed[name])
        for name, value in self._on_device(pinned).items():
            self._bind(name, value)
        self._binding.synchronize_inputs()
        self._session.run_with_iobinding(self._binding)
        arrays = self._binding.copy_outputs_to_cpu()
        return dict(zip(self._names, arrays, strict=True))

    def _bind(self, name: str, value: Any) -> None:
        if self._bound.get(name) is not value:
            self._binding.bind_ortvalue_input(name, value)
            self._bound[name] = value

    def _on_device(self, pinned: Pinned | None) -> dict[str, Any]:
        if pinned is None:
            return {}
        if pinned not in self._kept:
            values = {name: self._room(self._inputs[name]) for name in pinned.feeds}
            for name, value in values.items():
                value.update_inplace(pinned.feeds[name])
            self._kept[pinned] = values
        return self._kept[pinned]

    def _room(self, spec: TensorSpec) -> Any:
        from onnxruntime import OrtValue

        return OrtValue.ortvalue_from_shape_and_type(
            list(spec.shape), np.dtype(spec.dtype).type, self._device
        )
