"""What can be chosen in the window beside avatars: cameras, engines with their models, runtimes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from avatar_app.costs import Cost
from avatar_app.translatable import translatable


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """A camera in the list: the word that opens it, the name people know, its number."""

    word: str
    title: str
    index: int


@dataclass(frozen=True, slots=True)
class MicrophoneChoice:
    """A microphone in the list: the word that opens it, the name people know."""

    word: str
    title: str


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """An engine, with one of its models where it needs one. ``networks``: whether a runtime is to
    be chosen. ``why_not`` is a sentence for one that cannot be used, ``mend`` what helps.
    ``costs`` are milliseconds a picture, by the runtime's word ("" without networks), as far as
    they were measured here, the newest last."""

    word: str
    title: str
    model: str = ""
    description: str = ""
    networks: bool = False
    why_not: str = ""
    mend: str = ""
    costs: tuple[tuple[str, float], ...] = ()

    @property
    def key(self) -> str:
        """Engine and model as one word."""
        return f"{self.word}:{self.model}"

    def cost(self, runtime: str) -> float | None:
        """Milliseconds a picture on this runtime, else as measured last; None where never."""
        costs = dict(self.costs)
        newest = self.costs[-1][1] if self.costs else None
        return costs.get(runtime, newest)

    def with_costs(self, costs: Iterable[Cost]) -> "EngineChoice":
        """This choice with what is its own among the costs."""
        own = ((cost.runtime, cost.ms) for cost in costs if _is_of(cost, self))
        return replace(self, costs=tuple(own))


@dataclass(frozen=True, slots=True)
class RuntimeChoice:
    """A runtime by its word; ``why_not`` and ``mend`` as above."""

    word: str
    title: str
    why_not: str = ""
    mend: str = ""


def engine_choices() -> tuple[EngineChoice, ...]:
    """Every engine with every model in the store. Reads the models' cards; may be slow."""
    from avatar_app.model_store.installed import installed_names
    from avatar_app.paths import models_dir

    names = installed_names(models_dir())
    networks = [_network_choice(name) for name in names] or [_NO_MODEL]
    return (LANDMARK_WARP, *networks)


def runtime_choices() -> tuple[RuntimeChoice, ...]:
    """Every runtime, the fastest first. Loads libraries; slow."""
    from avatar_app.runtimes.probe import probe

    return tuple(
        RuntimeChoice(report.word.value, report.title, report.why_not, report.mend)
        for report in probe()
    )


def _is_of(cost: Cost, choice: EngineChoice) -> bool:
    return (cost.engine, cost.model) == (choice.word, choice.model)


def _network_choice(name: str) -> EngineChoice:
    from avatar_app.errors import ModelError
    from avatar_app.model_store.installed import check_whole, find_model
    from avatar_app.paths import models_dir

    try:
        model = find_model(name, models_dir())
        check_whole(model.folder, name)
    except ModelError as error:
        return EngineChoice(
            "fomm", f"FOMM: {name}", name, networks=True, why_not=error.message, mend=error.hint
        )
    about = translatable(f"First Order Motion Model, {model.card.title or name}.")
    return EngineChoice("fomm", f"FOMM: {name}", name, about, networks=True)


LANDMARK_WARP = EngineChoice(
    "landmark_warp",
    translatable("Landmark warp"),
    description=translatable(
        "Moves the portrait by the landmarks of your face. Needs no model and no GPU."
    ),
)
_NO_MODEL = EngineChoice(
    "fomm",
    "FOMM",
    description=translatable("First Order Motion Model."),
    networks=True,
    why_not=translatable("FOMM (First Order Motion Model) needs a model, and none is imported."),
    mend=translatable("Import one with the button below."),
)
