"""From the settings to an engine at work."""

from pathlib import Path

from avatar_app.config import AppConfig
from avatar_app.engines.fomm.engine import Fomm
from avatar_app.engines.fomm.networks import FommNetworks
from avatar_app.engines.pool import Pool
from avatar_app.errors import ModelError
from avatar_app.model_store.card import card_text
from avatar_app.model_store.installed import InstalledModel, find_model, installed_models

_FAMILY = "fomm"


def open_fomm(config: AppConfig, models: Path, cache: Path, pool: Pool | None = None) -> Fomm:
    """The engine with the settings' model among those in ``models``; compiled networks are kept in
    ``cache``, open ones shared through ``pool``. Raises ModelError where there is no such model,
    EngineError where it cannot run."""
    model = chosen_model(config.fomm.model, models)
    key = model.folder, card_text(model.card), config.runtime
    networks, release = (pool or Pool()).take(
        key, lambda: FommNetworks(model, config.runtime, cache)
    )
    return Fomm(config, networks, release)


def chosen_model(name: str, models: Path) -> InstalledModel:
    """The model of this name; the first by name where none is asked for. Raises ModelError."""
    if name:
        return find_model(name, models)
    for model in installed_models(models):
        if model.card.family == _FAMILY:
            return model
    raise ModelError(
        "The First Order Motion Model needs an imported model, and none is installed.",
        "Import a checkpoint: avatar-app models import FILE.",
    )
