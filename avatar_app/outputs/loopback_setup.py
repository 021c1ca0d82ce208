"""The lines that set the virtual camera of Linux up: for good, and until the next restart."""

import platform
import shlex
from pathlib import Path

from avatar_app.packaged import loopback_script
from avatar_app.translatable import translatable

_PACKAGES = {
    "debian": "sudo apt install v4l2loopback-dkms",
    "fedora": "sudo dnf install akmod-v4l2loopback",
    "rhel": "sudo dnf install akmod-v4l2loopback",
    "arch": "sudo pacman -S v4l2loopback-dkms linux-headers",
    "suse": "sudo zypper install v4l2loopback-kmp-default",
}
"""A family of distributions → what installs the kernel module there; the packages are those that
packaging/linux/v4l2loopback.sh names."""

_ROOT = Path("/")
_AT_START = ("etc/modules-load.d/*.conf", "usr/lib/modules-load.d/*.conf", "etc/modules")


def install_line() -> str:
    """What installs the kernel module on this distribution; Debian's line where it is unknown."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    families = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    known = [_PACKAGES[family] for family in families if family in _PACKAGES]
    return known[0] if known else _PACKAGES["debian"]


def lasting_line() -> str:
    """What sets the camera up so that it is there after every start; empty where the script that
    does it did not come with the program."""
    script = loopback_script()
    return f"sudo {shlex.quote(str(script))} install" if script is not None else ""


def is_lasting(root: Path = _ROOT) -> bool:
    """Whether the kernel module is loaded at every start of the computer."""
    files = (file for pattern in _AT_START for file in root.glob(pattern))
    return any(_names_the_module(file) for file in files)


def set_up(once: str) -> str:
    """Both ways, a line each, as one would paste them; ``once`` lasts until the next restart."""
    lasting = lasting_line()
    if not lasting:
        return once
    return translatable(f"{lasting}  # stays\n{once}  # or only until the next restart")


def _names_the_module(file: Path) -> bool:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(line.strip() == "v4l2loopback" for line in lines)
