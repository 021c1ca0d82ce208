"""The best runtime for a network: tried on real feeds, and fallen back from aloud."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from avatar_app.config import Precision, Runtime, RuntimeConfig
from avatar_app.errors import EngineError
from avatar_app.runtimes.base import InferenceSession, PartFiles, Tensor
from avatar_app.runtimes.engine_successor import EngineSuccessor
from avatar_app.runtimes.onnx_session import OnnxSession, open_session
from avatar_app.runtimes.probe import RuntimeReport, probe
from avatar_app.runtimes.providers import KINDS
from avatar_app.runtimes.relay import RelaySession
from avatar_app.runtimes.trial import fault, not_finite
from avatar_app.translatable import translatable

Note = Callable[[str], None]

_HINT = "Verify the model's files, or import the model again."


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to run a network. ``label`` is what people call it among those of one runtime."""

    runtime: Runtime
    precision: Precision
    path: Path
    label: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """What people call it among all."""
        return translatable("the CPU") if self.runtime is Runtime.CPU else self.label


class Reference:
    """What the CPU makes of the trial feeds. Its network is open for that moment only."""

    def __init__(self, path: Path, trial: Mapping[str, Tensor], threads: int) -> None:
        self.path = path
        self.trial = trial
        self._threads = threads

    @cached_property
    def outputs(self) -> dict[str, Tensor]:
        """Raises EngineError."""
        session = open_session(self.path, Runtime.CPU, threads=self._threads)
        try:
            return session.run(self.trial)
        finally:
            session.close()


def open_best(
    files: PartFiles,
    config: RuntimeConfig,
    trial: Mapping[str, Tensor],
    note: Note,
    cache: Path,
) -> InferenceSession:
    """The network on the runtime of the settings, or on the next one that computes the same as the
    CPU on ``trial``. TensorRT, where it is wanted and there, is built in a process of its own
    while the next-best serves, and takes over between two runs; what it builds is kept in
    ``cache``.

    Whatever is not as asked is said through ``note``, a sentence each; until the session is closed
    that may be from another thread. Raises EngineError when even the CPU fails."""
    reports = probe()
    candidates = list(candidates_for(files, config, reports))
    built = [c for c in candidates if c.runtime is Runtime.TENSORRT]
    direct = [c for c in candidates if c.runtime is not Runtime.TENSORRT]
    reference = Reference(files.fp32, trial, config.threads)
    session, chosen = _first_good(direct, reference, config.threads, note)
    for sentence in unmet_wishes(files, config, reports, (built or [chosen])[0]):
        note(sentence)
    if not built:
        return session
    successor = EngineSuccessor(
        [(c.runtime, c.precision, c.path) for c in built],
        cache,
        config.threads,
        lambda session, precision: fault(session.run(trial), reference.outputs, precision),
    )
    return RelaySession(session, successor, note)


def candidates_for(
    files: PartFiles, config: RuntimeConfig, reports: tuple[RuntimeReport, ...]
) -> Iterator[Candidate]:
    """The ways to run this network here, in the order in which they are tried."""
    words = [report.word for report in reports]
    if config.word is not Runtime.AUTO:
        words = words[words.index(config.word) :]
    for report in reports:
        if report.usable and report.word in words:
            yield from _candidates_on(report.word, files, config.precision)


def _candidates_on(word: Runtime, files: PartFiles, precision: Precision) -> Iterator[Candidate]:
    kind = KINDS[word]
    if word is Runtime.CPU:
        if files.cpu:
            yield Candidate(
                word, Precision.FP32, files.cpu, translatable("the one made for the CPU")
            )
        yield Candidate(word, Precision.FP32, files.fp32, translatable("the plain network"))
        return
    if kind.half and files.fp16 and precision is not Precision.FP32:
        yield Candidate(word, Precision.FP16, files.fp16, _half(kind.title))
    if kind.half_options and not files.precise and precision is not Precision.FP32:
        label, options = _half(kind.title), kind.half_options
        yield Candidate(word, Precision.FP16, files.fp32, label, options)
    label = _full(kind.title) if kind.half or kind.half_options else kind.title
    yield Candidate(word, Precision.FP32, files.fp32, label)


def unmet_wishes(
    files: PartFiles,
    config: RuntimeConfig,
    reports: tuple[RuntimeReport, ...],
    first: Candidate,
) -> Iterator[str]:
    """What was asked for by name and cannot be had, before anything is tried; and the GPU that
    nobody named but that would be used if a command were run."""
    for report in reports:
        idle = config.word is Runtime.AUTO and report.word is Runtime.CUDA and report.mend
        if idle and KINDS[first.runtime].device != "cuda":
            yield translatable(
                f"Instead of the NVIDIA GPU, {first.place} is used: {report.why_not} "
                "The check of this machine names the command that mends it."
            )
        if report.word is config.word and not report.usable:
            yield _instead(report.title, first.place, report.why_not)
    if config.precision is not Precision.FP16 or first.precision is Precision.FP16:
        return
    kind = KINDS[first.runtime]
    if kind.half_options:
        return
    if not kind.half:
        yield translatable(f"FP16 networks are for GPUs: {first.place} runs the FP32 one.")
    elif files.fp16 is None:
        yield translatable("This model has no FP16 file: FP32 is used.")


def _first_good(
    candidates: list[Candidate], reference: Reference, threads: int, note: Note
) -> tuple[OnnxSession, Candidate]:
    refused: list[tuple[Candidate, str]] = []
    for candidate in candidates:
        try:
            session = _tried(candidate, reference, threads)
        except EngineError as error:
            refused.append((candidate, error.message))
            continue
        for other, why in refused:
            alike = other.runtime is candidate.runtime
            name = candidate.label if alike else candidate.place
            note(_instead(other.label, name, why))
        return session, candidate
    raise EngineError(f"This network cannot be run: {refused[-1][1]}", _HINT)


def _tried(candidate: Candidate, reference: Reference, threads: int) -> OnnxSession:
    """The candidate's session, its outputs checked. Raises EngineError with what is wrong."""
    session = open_session(
        candidate.path, candidate.runtime, threads=threads, options=dict(candidate.options)
    )
    try:
        outputs = session.run(reference.trial)
        if candidate.runtime is Runtime.CPU and candidate.path == reference.path:
            wrong = not_finite(outputs)  # It is the reference.
        else:
            wrong = fault(outputs, reference.outputs, candidate.precision)
        if wrong:
            raise EngineError(wrong, _HINT)
    except BaseException:
        session.close()
        raise
    return session


def _half(title: str) -> str:
    return translatable(f"{title} with FP16")


def _full(title: str) -> str:
    return translatable(f"{title} with FP32")


def _instead(wished: str, used: str, why: str) -> str:
    return translatable(f"Instead of {wished}, {used} is used: {why}")
