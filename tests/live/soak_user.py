"""What a user does to a session in the course of a long call, one thing after the other."""

from collections.abc import Callable, Iterator

from avatar_app.build import avatar_opener, engine_opener, source_opener, tracker_opener
from avatar_app.config import AppConfig
from avatar_app.live.session import LiveSession
from avatar_app.paths import bundled_avatars
from avatar_app.scene import load_scene

Change = Callable[[], object]


class RestlessUser:
    """Changes the session each time it is asked. After a round of changes everything is again as
    it was: whatever then has grown was left behind by them."""

    def __init__(self, session: LiveSession, config: AppConfig) -> None:
        self._session = session
        self._config = config
        self.switches_of_source = 0
        self.round = tuple(self._changes())

    def _changes(self) -> Iterator[tuple[str, Change]]:
        session = self._session
        yield from self._switches("pass-through", session.set_pass_through)
        yield from self._switches("placeholder", session.set_placeholder)
        yield from self._switches("freeze", session.set_frozen)
        yield from self._switches("mirror the input", session.set_mirror_input)
        yield "pause", session.pause
        yield "resume", session.resume
        yield "neutral", session.request_neutral
        yield "engine setting", lambda: self._engine(mouth="painted", strength=0.8)
        yield "engine setting back", self._engine
        yield "smoothing", lambda: self._tracker(smoothing=0.5)
        yield "smoothing back", self._tracker
        yield "background", lambda: self._scene(background="blurred")
        yield "background back", self._scene
        yield "source", lambda: self._source(f"image:{bundled_avatars()['ines']}")
        yield "source back", lambda: self._source(self._config.source.word)
        yield "avatar", lambda: session.set_avatar(avatar_opener("samuel"))
        yield "avatar back", lambda: session.set_avatar(avatar_opener(self._config.avatar))

    @staticmethod
    def _switches(name: str, switch: Callable[[bool], object]) -> Iterator[tuple[str, Change]]:
        yield f"{name} on", lambda: switch(True)
        yield f"{name} off", lambda: switch(False)

    def _engine(self, **motion: object) -> None:
        self._session.set_engine(engine_opener(self._with("motion", **motion)))

    def _tracker(self, **motion: object) -> None:
        self._session.set_tracker(tracker_opener(self._with("motion", **motion)))

    def _scene(self, **scene: object) -> None:
        self._session.set_scene(load_scene(self._with("scene", **scene)))

    def _source(self, word: str) -> None:
        self.switches_of_source += 1
        config = self._with("source", word=word)
        self._session.set_source(source_opener(config), tracker_opener(config))

    def _with(self, section: str, **values: object) -> AppConfig:
        settings = self._config.model_dump()
        settings[section] |= values
        return AppConfig.model_validate(settings)
