"""The First Order Motion Model driven live."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from avatar_app.config import AppConfig, Motion, Mouth, Paste
from avatar_app.engines.base import EngineInfo
from avatar_app.engines.fomm.crop import Shot, Square, carried, cut, framed
from avatar_app.engines.fomm.detail import Field
from avatar_app.engines.fomm.driving import Keypoints, driven, movement_scale
from avatar_app.engines.fomm.networks import Encoded, FommNetworks, Picture
from avatar_app.engines.fomm.paste import Place, enlarged, paste, tone_of
from avatar_app.engines.landmark_warp import LandmarkWarp
from avatar_app.engines.landmark_warp.engine import PreparedPortrait
from avatar_app.errors import EngineError
from avatar_app.imaging import resize
from avatar_app.types import Avatar, Calibration, Points, RgbaImage, RgbImage, TrackedFrame

_MOST_ENLARGED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Neutral:
    """The driver's neutral face: its landmarks, its square and the keypoints seen there. ``size``
    is how far the portrait moves for it."""

    landmarks: Points
    square: Square
    keypoints: Keypoints
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFace:
    """A portrait that the network can draw. ``still`` (S, S, 3) is the network's own picture of
    it at rest, ``under`` the whole portrait for the landmark warp; ``neutral`` is None until a
    neutral face is known. ``cut`` is the person alone, which says what is left of the picture."""

    rest: RgbImage
    avatar: Avatar
    square: Square
    place: Place
    encoded: Encoded
    still: Picture
    tone: Field
    under: PreparedPortrait
    neutral: Neutral | None = None
    cut: PreparedPortrait | None = None


class Fomm:
    """The engine around one model's networks, which it closes, or by ``release`` gives back.

    No pixel of the camera reaches the picture: the networks give keypoints of the driver's square
    and see nothing else of it, and the warp beneath paints the mouth."""

    def __init__(
        self,
        config: AppConfig,
        networks: FommNetworks,
        release: Callable[[], None] | None = None,
    ) -> None:
        self._networks = networks
        self._release = release or networks.close
        self._absolute = config.motion.mode is Motion.ABSOLUTE
        self._strength = config.motion.strength
        self._adapt = config.fomm.adapt_scale and not self._absolute
        self._paste = config.fomm.paste
        self._warp = LandmarkWarp(config.motion.model_copy(update={"mouth": Mouth.PAINTED}))

    @property
    def info(self) -> EngineInfo:
        card = self._networks.card
        return EngineInfo(
            "fomm",
            "First Order Motion Model",
            f"Moves the portrait by a network, {card.title or card.name}.",
            runtime=self._networks.runtime,
            notes=self._networks.notes,
            model=f"{card.name} {card.origin_sha256[:12]}",
            runtime_word=self._networks.runtime_word,
        )

    def prepare(self, avatar: Avatar, calibration: Calibration | None) -> PreparedFace:
        """Encode the portrait's square and look at it at rest."""
        size = self._networks.size
        square = framed(avatar.face.landmarks)
        place = Place.of(square, avatar.image)
        crop = resize(place.cut(avatar.image), (size, size))
        encoded = self._networks.encode(crop)
        still = self._networks.picture(encoded, encoded.source)
        prepared = PreparedFace(
            rest=self._at_rest(avatar, still, place),
            avatar=avatar,
            square=square,
            place=place,
            encoded=encoded,
            still=still,
            tone=tone_of(crop, still),
            under=self._warp.prepare(avatar, None),
        )
        return self.calibrate(prepared, calibration) if calibration else prepared

    def calibrate(self, prepared: PreparedFace, calibration: Calibration) -> PreparedFace:
        """The same portrait against another neutral face."""
        return replace(
            prepared,
            rest=self._at_rest(prepared.avatar, prepared.still, prepared.place),
            under=self._warp.calibrate(prepared.under, calibration),
            neutral=self._neutral(prepared, calibration.neutral),
            cut=None,
        )

    def cut_out(self, prepared: PreparedFace) -> PreparedFace | None:
        """The person alone, as far as the landmark warp beneath tells it from the background; None
        for the network's square and for a portrait that is one sheet."""
        cut = self._warp.cut_out(prepared.under)
        if cut is None or self._paste is Paste.SQUARE:
            return None
        return replace(prepared, rest=cut.rest, cut=cut)

    def render(self, prepared: PreparedFace, tracked: TrackedFrame) -> RgbImage | RgbaImage:
        """The portrait with the driver's motion; at rest without a face or a neutral."""
        neutral = prepared.neutral
        if tracked.face is None or neutral is None:
            return prepared.rest
        now = neutral.square.followed(neutral.landmarks, tracked.face.landmarks)
        size = self._networks.size
        shot = Shot.between(neutral.square, now, size).limited(neutral.size * self._strength)
        found = self._found(tracked, now, now.loosely(neutral.square))
        found = found.seen_from(shot.scale, shot.shift)
        picture = self._networks.picture(prepared.encoded, self._driven(prepared, neutral, found))
        if self._paste is Paste.SQUARE:
            return enlarged(picture, len(prepared.rest))
        shot = replace(shot, shift=neutral.size * shot.shift)
        landmarks = carried(tracked.face.landmarks, (neutral.square, now), shot, size)
        return self._pasted(prepared, picture, tracked, landmarks)

    def close(self) -> None:
        """Release the networks."""
        self._release()

    def _neutral(self, prepared: PreparedFace, tracked: TrackedFrame) -> Neutral | None:
        if tracked.face is None:
            return None
        own, landmarks = prepared.avatar.face.landmarks, tracked.face.landmarks
        square = prepared.square.followed(own, landmarks)
        keypoints = self._keypoints(tracked, square)
        size = movement_scale(prepared.encoded.source, keypoints) if self._adapt else 1.0
        return Neutral(landmarks, square, keypoints, size)

    def _found(self, tracked: TrackedFrame, square: Square, seen: Square) -> Keypoints:
        """The keypoints in units of ``square``, found in the square ``seen``."""
        shot = Shot.between(square, seen, self._networks.size)
        return self._keypoints(tracked, seen).seen_from(shot.scale, shot.shift)

    def _keypoints(self, tracked: TrackedFrame, square: Square) -> Keypoints:
        crop = cut(tracked.frame.image, square, self._networks.size)
        if not np.ptp(crop):
            raise EngineError(
                "The input has no picture of the face, which this engine needs.",
                "Choose a camera or a clip, or the landmark warp for a recorded performance.",
            )
        return self._networks.keypoints(crop)

    def _driven(self, prepared: PreparedFace, neutral: Neutral, found: Keypoints) -> Keypoints:
        source = prepared.encoded.source
        return driven(
            source,
            found,
            source if self._absolute else neutral.keypoints,
            size=neutral.size,
            strength=self._strength,
        )

    def _pasted(
        self, prepared: PreparedFace, picture: Picture, tracked: TrackedFrame, landmarks: Points
    ) -> RgbImage | RgbaImage:
        assert tracked.face is not None
        face = replace(tracked.face, landmarks=landmarks)
        whole = self._warp.render(prepared.under, replace(tracked, face=face))
        pasted = paste(picture, prepared.tone, prepared.place.cut(whole))
        prepared.place.put(pasted, whole)
        if prepared.cut is None:
            return whole
        alpha = self._warp.render(prepared.cut, replace(tracked, face=face))[..., 3:]
        return np.dstack([cv2.multiply(whole, np.repeat(alpha, 3, 2), scale=1 / 255), alpha])

    def _at_rest(self, avatar: Avatar, still: Picture, place: Place) -> RgbImage:
        if self._paste is Paste.PORTRAIT:
            return avatar.image
        return enlarged(still, min(max(place.side, len(still)), _MOST_ENLARGED * len(still)))
