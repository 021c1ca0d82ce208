"""Networks run by ONNX Runtime, on every runtime."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from avatar_app.config import Runtime
from avatar_app.errors import EngineError
from avatar_app.runtimes.base import Pinned, Provider, Tensor, TensorSpec
from avatar_app.runtimes.bound_run import BoundRun
from avatar_app.runtimes.cpu_threads import default_threads
from avatar_app.runtimes.feeds import check_feeds, checked_pin
from avatar_app.runtimes.probe import report
from avatar_app.runtimes.providers import KINDS, ProviderOptions, provider_list
from avatar_app.runtimes.sentence import first_sentence

_MAX_BYTES = 2_000_000_000
_SILENT = 4
_DTYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
    "tensor(int32)": "int32",
    "tensor(uint8)": "uint8",
    "tensor(bool)": "bool",
}

_Run: TypeAlias = Callable[[Mapping[str, Tensor], Pinned | None], dict[str, Tensor]]


class OnnxSession:
    """An InferenceSession over ONNX Runtime. ``device`` is where tensors lie between two runs;
    empty: they are handed over at each run, as it suits the CPU."""

    def __init__(self, session: Any, provider: Provider, device: str = "") -> None:
        self.inputs = tuple(_spec(arg) for arg in session.get_inputs())
        self.outputs = tuple(_spec(arg) for arg in session.get_outputs())
        self.provider = provider
        self.pending = ""
        self._run: _Run | None = (
            BoundRun(session, self.inputs, self.outputs, device)
            if device
            else _plain_run(session, [spec.name for spec in self.outputs])
        )

    def pin(self, feeds: Mapping[str, Tensor]) -> Pinned:
        """These feeds, kept for many runs. Raises EngineError."""
        return checked_pin(self.inputs, feeds)

    def run(self, feeds: Mapping[str, Tensor], pinned: Pinned | None = None) -> dict[str, Tensor]:
        """Output arrays by name. Raises EngineError."""
        run = self._run
        if run is None:
            raise EngineError("This network was closed.", "Choose the avatar's engine again.")
        check_feeds(self.inputs, feeds, pinned)
        try:
            return run(feeds, pinned)
        except Exception as error:  # ONNX Runtime's errors have no base class of their own.
            raise EngineError(
                f"{self.provider.title} failed to run a network: {first_sentence(error)}",
                "Choose another runtime in the settings.",
            ) from error

    def close(self) -> None:
        """Let go of the network and its memory; a second time does nothing."""
        self._run = None


def open_session(
    path: Path,
    runtime: Runtime,
    *,
    threads: int = 0,
    options: ProviderOptions | None = None,
) -> OnnxSession:
    """This network on exactly this runtime, ``options`` for its provider. 0 threads: one for each
    core. Raises EngineError that says what is missing and what to do."""
    if runtime is Runtime.AUTO:
        raise EngineError("A network is opened on one runtime, auto is none.", "Name one.")
    found = report(runtime)
    if not found.usable:
        raise EngineError(f"{found.title} cannot be used: {found.why_not}", found.mend)
    _check_file(path)
    session = _ort_session(path, runtime, threads, options)
    provider = _provider(session, runtime)
    if provider.nodes == 0 and runtime is not Runtime.CPU:
        raise EngineError(
            f"{provider.title} takes no part of {path.name}: it would run on the CPU.",
            "Choose the runtime cpu, or install the runtime's libraries anew.",
        )
    return OnnxSession(session, provider, KINDS[runtime].device)


def session_options(threads: int) -> Any:
    """ONNX Runtime's settings that hold for every network of ours.

    Threads that spin between two runs make small networks faster and keep every core busy all the
    time; large ones gain nothing by it, and the window needs those cores."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(_SILENT)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _SILENT
    options.intra_op_num_threads = threads or default_threads()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    return options


def _ort_session(
    path: Path, runtime: Runtime, threads: int, options: ProviderOptions | None
) -> Any:
    import onnxruntime

    settings = session_options(threads)
    settings.enable_mem_pattern = runtime is not Runtime.DIRECTML  # Which forbids it.
    try:
        # Without a fall-back: it would move to the CPU and only print that it did.
        return onnxruntime.InferenceSession(
            path,
            settings,
            providers=provider_list(runtime, options),
            enable_fallback=0,
        )
    except Exception as error:  # ONNX Runtime's errors have no base class of their own.
        raise EngineError(
            f"{KINDS[runtime].title} cannot open {path.name}: {first_sentence(error)}",
            "Verify the model's files, or choose another runtime in the settings.",
        ) from error


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise EngineError(f"There is no network {path}.", "Import the model again.")
    if path.stat().st_size > _MAX_BYTES:
        raise EngineError(f"{path} is too large to be a network.", "Import the model again.")


def _provider(session: Any, runtime: Runtime) -> Provider:
    """What took how many operators, as the session itself recorded it when it shared them out."""
    nodes: Counter[str] = Counter()
    for part in session.get_provider_graph_assignment_info():
        nodes[part.ep_name] += len(part.get_nodes())
    kind = KINDS[runtime]
    return Provider(runtime.value, kind.title, nodes[kind.provider], nodes.total())


def _spec(arg: Any) -> TensorSpec:
    if arg.type not in _DTYPES or not all(isinstance(size, int) for size in arg.shape):
        raise EngineError(
            f"The network's tensor {arg.name!r} is {arg.type} {arg.shape}; "
            "a fixed shape of plain numbers was expected.",
            "Import the model again.",
        )
    return TensorSpec(arg.name, tuple(arg.shape), _DTYPES[arg.type])


def _plain_run(session: Any, names: list[str]) -> _Run:
    def run(feeds: Mapping[str, Tensor], pinned: Pinned | None) -> dict[str, Tensor]:
        arrays = session.run(names, {**feeds, **(pinned.feeds if pinned else {})})
        return dict(zip(names, arrays, strict=True))

    return run
