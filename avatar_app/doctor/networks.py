"""What networks run on, how fast, and which models there are."""

from collections.abc import Iterator

from avatar_app.config import Runtime
from avatar_app.doctor.check import Check, Verdict
from avatar_app.errors import EngineError, ModelError
from avatar_app.model_store.installed import check_whole, find_model, installed_names
from avatar_app.model_store.room import in_words
from avatar_app.paths import models_dir
from avatar_app.runtimes.nvidia import has_card, read_driver
from avatar_app.runtimes.probe import RuntimeReport, probe
from avatar_app.runtimes.timed_probe import time_runtime
from avatar_app.translatable import translatable

_NVIDIA = (Runtime.CUDA, Runtime.TENSORRT)
_PROBE_SECONDS = 0.3
_IMPORT = "avatar-app models import FILE"


def runtimes() -> Iterator[Check]:
    """Every runtime, tried with a small network where it can be used."""
    nvidia = bool(has_card()) or read_driver() is not None
    for report in probe():
        yield _tried(report) if report.usable else _refused(report, nvidia=nvidia)


def models() -> Iterator[Check]:
    """The models in the store, each with all its files there and of their sizes."""
    names = installed_names(models_dir())
    for name in names:
        yield _model(name)
    if not names:
        detail = translatable(
            "None is imported; the bundled engine, the landmark warp, needs none."
        )
        yield Check("Models", Verdict.ABSENT, detail, _IMPORT)


def _tried(report: RuntimeReport) -> Check:
    """What a runtime claims is believed once a network has run on it."""
    name = translatable(f"Networks on {report.title}")
    try:
        timed = time_runtime(report.word, _PROBE_SECONDS)
    except EngineError as error:
        return Check(name, Verdict.WARN, error.message, error.hint or "Choose another runtime.")
    on = timed.provider
    detail = translatable(
        f"The test network takes {timed.ms_per_run:.1f} ms, "
        f"{on.nodes} of {on.all_nodes} nodes on it."
    )
    return Check(name, Verdict.OK, detail)


def _refused(report: RuntimeReport, *, nvidia: bool) -> Check:
    """A GPU that lies idle is worth a warning, a runtime of another system is not."""
    name = translatable(f"Networks on {report.title}")
    if report.word is Runtime.CPU:
        return Check(name, Verdict.FAIL, report.why_not, report.mend)
    if nvidia and report.word in _NVIDIA:
        hint = report.mend or translatable("Install or update NVIDIA's driver.")
        return Check(name, Verdict.WARN, report.why_not, hint)
    return Check(name, Verdict.ABSENT, report.why_not, report.mend)


def _model(name: str) -> Check:
    try:
        model = find_model(name, models_dir())
        check_whole(model.folder, name)
    except ModelError as error:
        return Check(f"Installed model {name}", Verdict.WARN, error.message, error.hint)
    side = model.card.fomm.input_size
    size = in_words(model.size)
    return Check(
        f"Installed model {name}", Verdict.OK, f"First Order Motion Model, {side} × {side}, {size}"
    )
