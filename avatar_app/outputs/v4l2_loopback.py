"""The Linux kernel module v4l2loopback: its devices, their state and their ailments.

Works on Linux only; names of other systems' modules are imported late.
"""

import errno
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from avatar_app.outputs.loopback_setup import install_line, set_up
from avatar_app.translatable import translatable

LABEL = "Avatar Camera"
LOAD = f'sudo modprobe v4l2loopback video_nr=10 card_label="{LABEL}" exclusive_caps=1'
RELOAD = f"sudo modprobe -r v4l2loopback && {LOAD}"
KEY = "/var/lib/dkms/mok.pub"
"""What a module that was built here is signed with."""

ALLOW = translatable("sudo usermod -aG video $USER  # then log in again")

_CLOSE = translatable("Close that program (OBS for one).")
_CLOSE_OTHER = translatable("Close the other program.")

_DEVICES = Path("/sys/class/video4linux")
_MODULE = Path("/sys/module/v4l2loopback")
_SECURE_BOOT = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

_QUERYCAP = 0x80685600
_STREAMON = 0x40045612
_CAPTURE, _OUTPUT = 1, 2
_BUF_TYPE_VIDEO_OUTPUT = 2
_WATCH_SECONDS = 1.0
_MAX_FRAME_BYTES = 4096 * 2304 * 2


@dataclass(frozen=True, slots=True)
class LoopbackNode:
    """A device file and the name that other programs show for it."""

    path: Path
    label: str


def loopback_nodes(devices: Path = _DEVICES) -> list[LoopbackNode]:
    """The virtual video devices, our own label first. A real camera hangs on a bus, never
    under devices/virtual."""
    found = []
    for entry in sorted(devices.glob("video*"), key=lambda path: (len(path.name), path.name)):
        if "virtual" in entry.resolve().parts:
            label = (entry / "name").read_text(encoding="utf-8", errors="replace").strip()
            found.append(LoopbackNode(Path("/dev", entry.name), label))
    return sorted(found, key=lambda node: node.label != LABEL)


def why_no_node() -> tuple[str, str]:
    """What is missing where there is no loopback device, and the line that mends it."""
    if _MODULE.is_dir():
        return translatable("v4l2loopback is loaded without a device"), set_up(RELOAD)
    if not _module_is_installed():
        why = translatable("the kernel module v4l2loopback is not installed")
        return why, set_up(f"{install_line()} && {LOAD}")
    if _secure_boot_is_on():
        return translatable(
            "v4l2loopback is not loaded; Secure Boot refuses it until it is signed"
        ), _sign_first(set_up(LOAD))
    return translatable("the kernel module v4l2loopback is not loaded"), set_up(LOAD)


def ailment(node: Path) -> tuple[str, str] | None:
    """Why ``node`` cannot take pictures now, its path first, and what mends it; None when it can.

    A device that is stuck is revived on the way, never under a live producer."""
    try:
        state = _capabilities(node)
        if state & _OUTPUT:
            return None
        if node not in {known.path for known in loopback_nodes()}:
            return translatable(f"{node}: it is a camera, not a loopback device"), _choose_another()
        if state & _CAPTURE and _pictures_arrive(node):
            return translatable(f"{node}: another program sends pictures to it"), _CLOSE
        revive(node)
    except FileNotFoundError:
        return translatable(f"{node}: there is no such device"), _choose_another()
    except PermissionError:
        return translatable(f"{node}: this user may not open it"), ALLOW
    except OSError as error:
        if error.errno == errno.EBUSY:
            return translatable(f"{node}: another program holds it"), _CLOSE_OTHER
        if error.errno in {errno.ENOTTY, errno.EINVAL, errno.ENODEV, errno.ENXIO}:
            return translatable(f"{node}: it is not a video device"), _choose_another()
        return translatable(f"{node}: it cannot be opened ({error.strerror})"), set_up(RELOAD)
    return None


def revive(node: Path) -> None:
    """Make a device without a producer announce itself as an output again, if it forgot.

    v4l2loopback up to 0.12.7 with exclusive_caps=1 forgets that when a writer closes which never
    issued STREAMON (v4l2loopback issues 442 and 470). A writer that says so and leaves sets it
    right. Under a live producer both would be announced at once: the caller makes sure that
    there is none. Raises OSError."""
    if _capabilities(node) & _OUTPUT:
        return
    import fcntl

    with _opened(node, os.O_RDWR) as device:
        try:
            fcntl.ioctl(device, _STREAMON, struct.pack("i", _BUF_TYPE_VIDEO_OUTPUT))
        except OSError as error:
            # Without a format there are no buffers to start, but the announcement is back.
            if error.errno != errno.EINVAL:
                raise


def size_in_use(node: Path, devices: Path = _DEVICES) -> tuple[int, int] | None:
    """Width and height the driver holds for ``node``; None where nothing is set yet."""
    try:
        text = (devices / node.name / "format").read_text(encoding="ascii")
        width, height = text.split(":")[1].split("@")[0].split("x")
        return int(width), int(height)
    except (OSError, ValueError, IndexError):
        return None


def is_a_camera_alone(node: Path) -> bool:
    """Whether a device that is being fed announces itself as a camera and nothing else, which
    exclusive_caps=1 makes it do: browsers list no other. True where it cannot be asked."""
    try:
        return not _capabilities(node) & _OUTPUT
    except OSError:
        return True


def descriptors_of(node: Path) -> set[int]:
    """This process's open descriptors of ``node``."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if entry.readlink() == node:
                found.add(int(entry.name))
        except OSError:
            continue  # Closed since the folder was listed.
    return found


def _sign_first(then: str) -> str:
    return translatable(f"sudo mokutil --import {KEY}  # restart, choose Enroll MOK, then:\n{then}")


def _choose_another() -> str:
    names = ", ".join(str(node.path) for node in loopback_nodes())
    return translatable(f"Use one of these: {names}.") if names else why_no_node()[1]


@contextmanager
def _opened(node: Path, mode: int) -> Iterator[int]:
    device = os.open(node, mode | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield device
    finally:
        os.close(device)


def _capabilities(node: Path) -> int:
    """Whether the device announces itself as CAPTURE, OUTPUT, both or none. Raises OSError."""
    import fcntl

    answer = bytearray(104)
    with _opened(node, os.O_RDWR) as device:
        fcntl.ioctl(device, _QUERYCAP, answer)
    return int.from_bytes(answer[88:92], "little") & (_CAPTURE | _OUTPUT)


def _pictures_arrive(node: Path) -> bool:
    """Whether somebody sends: watched for a second, past what lay in the buffers."""
    with _opened(node, os.O_RDONLY) as device:
        for _ in range(64):
            if not _reads(device):
                break
        end = time.monotonic() + _WATCH_SECONDS
        while time.monotonic() < end:
            if _reads(device):
                return True
            time.sleep(0.02)
    return False


def _reads(device: int) -> bool:
    try:
        return bool(os.read(device, _MAX_FRAME_BYTES))
    except BlockingIOError:
        return False


def _module_is_installed() -> bool:
    modules = Path("/lib/modules", os.uname().release)
    return any(modules.rglob("v4l2loopback.ko*"))


def _secure_boot_is_on() -> bool:
    try:
        return (Path("/sys/firmware/efi/efivars") / _SECURE_BOOT).read_bytes()[-1:] == b"\x01"
    except OSError:
        return False
