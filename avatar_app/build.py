"""From settings to running parts: the only place that knows every part.

The command line and the window build what they run here and nowhere else. Opening words are
those of the settings: ``camera:0``, ``file:clip.mp4``, ``vcam:``, an avatar's name or file.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from avatar_app.avatars.choice import choose, portrait_of
from avatar_app.avatars.consent import require_consent
from avatar_app.avatars.face_search import shift_and_scale
from avatar_app.avatars.library import AvatarLibrary
from avatar_app.avatars.portrait import load_portrait
from avatar_app.calibration.kept_file import CalibrationKey
from avatar_app.calibration.store import CalibrationStore
from avatar_app.capture import address_in, open_source, performance_file
from avatar_app.capture.address import shown_address
from avatar_app.capture.base import FrameSource, SourceInfo
from avatar_app.capture.devices import find_camera
from avatar_app.capture.sound import open_sound_source
from avatar_app.card import CardDrawer
from avatar_app.compose import Composer
from avatar_app.config import AppConfig, Fit, OutputConfig
from avatar_app.engines.base import AvatarEngine, Prepared
from avatar_app.engines.pool import Pool
from avatar_app.engines.registry import open_engine
from avatar_app.errors import ConfigError, SourceError
from avatar_app.imaging import resize
from avatar_app.languages.system import spoken
from avatar_app.live.recording import Recording
from avatar_app.live.recording_status import RecordingStatus
from avatar_app.live.session import LiveSession
from avatar_app.live.status import SessionStatus
from avatar_app.live.words import RIGHT_BACK
from avatar_app.offline import AnimateReport, Cancel, Progress, animate, choose_neutral
from avatar_app.outputs import open_file, open_sink
from avatar_app.outputs.base import FrameSink, StreamSpec
from avatar_app.outputs.dated_name import dated_name
from avatar_app.outputs.part_file import cannot_write
from avatar_app.outputs.picture_file import save_picture
from avatar_app.outputs.standby import Standby, StandbyState
from avatar_app.paths import (
    avatars_dir,
    bundled_avatars,
    bundled_clip,
    calibrations_dir,
    credentials_dir,
    pictures_dir,
    videos_dir,
)
from avatar_app.pipeline import Pipeline
from avatar_app.provenance.seal import FileSeal
from avatar_app.provenance.statement import statement_of
from avatar_app.reflection import mirrored_avatar
from avatar_app.scene import Scene, load_scene
from avatar_app.tracking.base import FaceTracker
from avatar_app.tracking.mediapipe_tracker import MediaPipeTracker
from avatar_app.tracking.recorder import PerformanceRecorder
from avatar_app.tracking.replay import ReplayTracker
from avatar_app.types import Avatar, Calibration, RenderedFrame, RgbImage, TrackedFrame

# OpenCV's second thread gained nothing (a live frame 20.1 ms with one, 20.5 ms with two; 18.4 and
# 18.7 in another run): the pictures are small and the steps short. The cores are better left to the
# tracker, the encoder and the meeting program.
cv2.setNumThreads(1)

_FACES_IN_A_PORTRAIT = 4


def build_session(
    config: AppConfig,
    *,
    outputs: Sequence[str] = (),
    extra_sinks: Sequence[FrameSink] = (),
    on_change: Callable[[SessionStatus], None] | None = None,
    on_neutral: Callable[[Calibration], None] | None = None,
    record_to: Path | None = None,
    pool: Pool | None = None,
    seal: FileSeal | None = None,
) -> LiveSession:
    """A live session as the settings say, not yet started; nothing is opened here.

    ``outputs`` are words for ``open_sink`` (ConfigError for an unknown one). ``record_to`` keeps
    the performance in that file (.npz). The calibration kept for camera and avatar serves, and a
    neutral face that is requested replaces it; ``on_neutral`` takes that in hand where camera or
    avatar may have changed since. ``pool`` is for engines that follow, see ``engine_opener``.
    Files are signed as the settings say; a ``seal`` of the caller's own tells him what became of
    it."""
    out = config.output
    seal = seal or seal_for(config)
    return LiveSession(
        open_source=source_opener(config),
        open_tracker=tracker_opener(config),
        open_engine=engine_opener(config, pool),
        open_avatar=avatar_opener(config.avatar, mirror=config.scene.mirror_avatar),
        open_composer=composer_opener(config),
        sinks=[*(open_sink(word, seal=seal) for word in outputs), *extra_sinks],
        spec=StreamSpec.of(out),
        open_calibration=calibration_opener(config),
        open_scene=lambda: load_scene(config),
        mirror_input=config.source.mirror,
        on_neutral=on_neutral or calibration_keeper(config),
        fit_avatar=lambda avatar: as_shown(avatar, out),
        recorder=_PerformanceFile(record_to) if record_to is not None else None,
        on_change=on_change,
    )


def build_standby(
    now: Callable[[], AppConfig], word: str, on_change: Callable[[StandbyState], None]
) -> Standby:
    """The camera of an output word, to be kept open with the card "Be right back" and lent to one
    session after another as one of its ``extra_sinks``. ``use`` opens it. ``now`` gives the
    settings of the moment, for the card's language. Raises ConfigError."""

    def draw_card(spec: StreamSpec) -> RgbImage:
        return CardDrawer(spec.width, spec.height, spoken(now().language)).draw(*RIGHT_BACK)

    return Standby(open_sink(word), StreamSpec.of(now().output), draw_card, on_change)


def seal_for(config: AppConfig) -> FileSeal | None:
    """Signs the files of these settings with the key of this installation; None where they say
    that files are not to be signed."""
    return FileSeal(statement_of(config), credentials_dir()) if config.output.credentials else None


def open_recording(
    config: AppConfig,
    latency: Callable[[], float],
    on_change: Callable[[RecordingStatus], None],
) -> Recording:
    """A film of what others see from the moment it joins a session, with the microphone of the
    settings, in the user's folder for videos or that of the settings; nothing is opened here.
    ``latency`` and ``on_change`` as Recording has them."""
    seal, word = seal_for(config), config.recording.microphone
    return Recording(
        dated_name(_folder(config, videos_dir), ".mp4", datetime.now()),
        open_sound=partial(open_sound_source, word) if word else None,
        latency=latency,
        seal=seal,
        remark=lambda: seal.report.sentence if seal is not None else "",
        on_change=on_change,
    )


def save_snapshot(config: AppConfig, rendered: RenderedFrame) -> tuple[Path, str]:
    """Keep a picture of those others see as a signed PNG file in the user's folder for pictures or
    that of the settings. Gives the file, and what is to be said of its signature. Raises
    SinkError."""
    folder, seal = _folder(config, pictures_dir), seal_for(config)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    path = dated_name(folder, ".png", datetime.now())
    save_picture(path, rendered, seal=seal)
    return path, seal.report.sentence if seal is not None else ""


def _folder(config: AppConfig, usual: Callable[[], Path]) -> Path:
    chosen = config.recording.folder
    return Path(chosen).expanduser() if chosen else usual()


def open_library() -> AvatarLibrary:
    """The user's avatars and the bundled ones; nothing is read yet."""
    return AvatarLibrary(avatars_dir(), _portrait_tracker, bundled_avatars())


def avatar_opener(word: str, *, mirror: bool = False) -> Callable[[], Avatar]:
    """Loads the avatar of that id, name or file when called; for ``LiveSession.set_avatar``. It
    raises ConsentError where nobody has stated whose face that is. ``mirror`` turns it round."""

    def load() -> Avatar:
        avatar = _consented_avatar(word, open_library())
        return mirrored_avatar(avatar) if mirror else avatar

    return load


def _consented_avatar(word: str, library: AvatarLibrary) -> Avatar:
    portrait = portrait_of(choose(word, library), library)
    require_consent(portrait.name, portrait.consent)
    return load_portrait(portrait, _portrait_tracker)


def _portrait_tracker() -> MediaPipeTracker:
    return MediaPipeTracker(static=True, max_faces=_FACES_IN_A_PORTRAIT)


def source_opener(config: AppConfig, *, every_frame: bool = False) -> Callable[[], FrameSource]:
    """Opens the settings' source when called; for ``LiveSession.set_source`` together with its
    ``tracker_opener``, or with ``every_frame`` for offline use."""
    asked = config.source
    return lambda: open_source(
        asked.word,
        width=asked.width,
        height=asked.height,
        fps=asked.fps,
        every_frame=every_frame,
    )


def tracker_opener(config: AppConfig) -> Callable[[], FaceTracker]:
    """Opens the tracker that belongs to the settings' source: a recorded performance brings its
    own faces. For ``LiveSession.set_source`` and, with another smoothing, ``set_tracker``."""
    recording = performance_file(config.source.word)
    if recording is not None:
        return lambda: ReplayTracker(recording, mirror=config.source.mirror)
    return lambda: MediaPipeTracker(smoothing=config.motion.smoothing)


def open_calibrations() -> CalibrationStore:
    """The user's kept calibrations; nothing is read yet."""
    return CalibrationStore(calibrations_dir())


def calibration_key(config: AppConfig) -> CalibrationKey:
    """For which camera and avatar the settings are: the camera by its name where it has one, the
    avatar by its id. Looks at both, so it may take a moment; raises what a wrong avatar raises."""
    chosen = choose(config.avatar, open_library())
    avatar = str(chosen.resolve()) if isinstance(chosen, Path) else chosen.id
    return CalibrationKey(_lasting_word(config.source.word), avatar)


def calibration_opener(config: AppConfig) -> Callable[[], Calibration | None]:
    """Loads the calibration kept for the settings' camera and avatar when called; for
    ``LiveSession.set_source``."""
    return lambda: open_calibrations().load(calibration_key(config))


def calibration_keeper(config: AppConfig) -> Callable[[Calibration], None]:
    """Keeps a calibration for the settings' camera and avatar."""
    return lambda calibration: open_calibrations().save(calibration_key(config), calibration)


def _lasting_word(word: str) -> str:
    """A camera's number may be another's tomorrow; its name stays. Of an address only the host is
    kept: the rest may hold a password."""
    address = address_in(word)
    if address is not None:
        return f"url:{shown_address(address)}"
    kind, _, which = word.partition(":")
    if kind != "camera":
        return word
    try:
        return find_camera(which.strip() or "0").word
    except SourceError:
        return word


def composer_opener(config: AppConfig) -> Callable[[], Composer]:
    """Makes what sizes, marks and explains pictures when called, in the settings' language; for
    ``LiveSession.set_composer``."""
    return lambda: _composer(config, (config.output.width, config.output.height))


def engine_opener(config: AppConfig, pool: Pool | None = None) -> Callable[[], AvatarEngine[Any]]:
    """Opens the settings' engine with their motion; for ``LiveSession.set_engine``. Engines of one
    ``pool`` share the networks they have in common."""
    return lambda: open_engine(config, pool)


def animate_clip(
    config: AppConfig,
    portrait: str,
    clip: str,
    output: Path | str,
    *,
    neutral: str | int = "best",
    size: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> AnimateReport:
    """Animate a portrait with a clip into a file: one output frame per clip frame, at the
    clip's times and with its sound, at the size of the engine's pictures unless ``size`` is
    given.

    ``neutral`` is "best", "first" or a frame number. Engine and motion are the settings'."""
    source = config.source.model_copy(update={"word": clip, "mirror": False})
    config = config.model_copy(update={"source": source, "avatar": portrait})
    scene = load_scene(config)
    _refuse_endless(source_opener(config, every_frame=True))
    avatar = avatar_opener(portrait, mirror=config.scene.mirror_avatar)()
    with closing(engine_opener(config)()) as engine:
        calibration = _neutral(config, avatar, neutral, progress, cancel)
        if calibration is None:
            return AnimateReport(0, {}, -1, 0.0, cancelled=True)
        prepared = engine.prepare(avatar, None)
        dressed = engine, prepared
        report = _animate(config, scene, dressed, calibration, output, size, progress, cancel)
        info = engine.info
        return replace(report, runtime=info.runtime, notes=(*_doubts(avatar), *info.notes))


def _doubts(avatar: Avatar) -> tuple[str, ...]:
    """Why it may not look well, in the words of the library's checks."""
    from avatar_app.avatars.checks import check_face

    found = check_face(avatar.image, avatar.face)
    return tuple(f"{finding.message} {finding.hint}" for finding in found)


def _refuse_endless(opener: Callable[[], FrameSource]) -> None:
    source = opener()
    source.close()
    if source.info.is_live:
        raise ConfigError(
            f"{source.info.title} has no end and cannot be animated into a file.",
            "Choose a clip, or record it first.",
        )


def _neutral(
    config: AppConfig,
    avatar: Avatar,
    how: str | int,
    progress: Progress | None,
    cancel: Cancel | None,
) -> Calibration | None:
    tracker = tracker_opener(config)()
    try:
        return choose_neutral(
            source_opener(config, every_frame=True),
            tracker,
            how,
            like=avatar.face,
            progress=progress,
            cancel=cancel,
        )
    finally:
        tracker.close()


def _animate(
    config: AppConfig,
    scene: Scene,
    dressed: tuple[AvatarEngine[Any], Prepared],
    calibration: Calibration,
    output: Path | str,
    size: tuple[int, int] | None,
    progress: Progress | None,
    cancel: Cancel | None,
) -> AnimateReport:
    height, width = dressed[1].rest.shape[:2]
    width, height = size or (width, height)
    with (
        closing(source_opener(config, every_frame=True)()) as source,
        closing(tracker_opener(config)()) as tracker,
    ):
        pipeline = Pipeline(tracker, _composer(config, (width, height)), calibration=calibration)
        pipeline.set_scene(scene)
        pipeline.use(*dressed)
        seal = seal_for(config)
        sink = open_file(output, sound_from=_sound_of(source.info), seal=seal)
        spec = StreamSpec(width, height, source.info.fps or Fraction(config.source.fps))
        report = animate(source, pipeline, sink, spec, progress=progress, cancel=cancel)
        return replace(report, seal=seal.report if seal is not None else None)


def as_shown(avatar: Avatar, out: OutputConfig) -> Avatar:
    """The avatar no larger than the output shows it: what would be scaled down in every frame
    need not be rendered."""
    height, width = avatar.image.shape[:2]
    sides = out.width / width, out.height / height
    scale = min(sides) if out.fit is Fit.CONTAIN else max(sides)
    if scale >= 1:
        return avatar
    image = resize(avatar.image, (round(width * scale), round(height * scale)))
    return replace(avatar, image=image, face=shift_and_scale(avatar.face, 0, 0, scale))


def _composer(config: AppConfig, size: tuple[int, int]) -> Composer:
    out = config.output
    said = spoken(config.language)
    return Composer(*size, fit=out.fit, mirror=out.mirror, badge=out.badge, language=said)


def _sound_of(info: SourceInfo) -> Path | None:
    if not info.has_sound:
        return None
    kind, _, path = info.word.partition(":")
    return bundled_clip() if kind == "clip" else Path(path)


class _PerformanceFile:
    """A recorder for one session that writes its file at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._recorder = PerformanceRecorder()

    def add(self, tracked: TrackedFrame) -> None:
        self._recorder.add(tracked)

    def close(self) -> None:
        if self._recorder.frames:
            self._recorder.save(self._path)
