"""What works on this machine and, for what does not, the one thing that mends it.

Nothing here opens a camera, and no check may bring the others down.
"""

from collections.abc import Callable, Iterator

from avatar_app.doctor import credentials, devices, networks, packages, screen, storage
from avatar_app.doctor.check import Check, Verdict
from avatar_app.errors import AvatarError
from avatar_app.translatable import translatable

__all__ = ["Check", "Verdict", "checks"]

Probe = Callable[[], Iterator[Check]]

_PROBES: tuple[tuple[str, Probe], ...] = (
    (translatable("Python"), packages.python),
    (translatable("Packages"), packages.packages),
    (translatable("Packages"), packages.shared_folders),
    (translatable("OpenCV"), packages.opencv),
    (translatable("Qt"), packages.qt),
    (translatable("Screen"), screen.screen),
    (translatable("Camera"), devices.cameras),
    (translatable("Microphone"), devices.microphones),
    (translatable("Virtual camera"), devices.virtual_camera),
    (translatable("Runtimes"), networks.runtimes),
    (translatable("Models"), networks.models),
    (translatable("Video files"), packages.codecs),
    (translatable("Content Credentials"), credentials.credentials),
    (translatable("Disk"), storage.disk),
    (translatable("Bundled media"), storage.assets),
    (translatable("Settings"), storage.settings),
)


def checks() -> list[Check]:
    """Look at everything the program needs. Takes some seconds, raises nothing."""
    return [check for name, probe in _PROBES for check in _guarded(name, probe)]


def _guarded(name: str, probe: Probe) -> Iterator[Check]:
    try:
        yield from probe()
    except AvatarError as error:
        yield Check(name, Verdict.FAIL, error.message, error.hint)
    except Exception as error:  # A broken package raises anything; the other lines still count.
        yield Check(name, Verdict.FAIL, f"The check itself failed: {error!r}.")
