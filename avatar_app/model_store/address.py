"""Which addresses a download may use: https, and plain http on this machine alone."""

import ipaddress
from urllib.parse import urlsplit

from avatar_app.translatable import translatable


def refusal(address: str, *, came_from: str = "") -> str:
    """Why this address may not be used, '' where it may. ``came_from`` is the address that
    redirects to it: what began with https never goes on without."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port, host.encode("idna")
    except ValueError:
        return translatable(f"{address!r} is not an address")
    if not host or parts.scheme not in ("https", "http"):
        return translatable(f"{address!r} is not an https address")
    if parts.scheme == "http" and came_from.startswith("https:"):
        return translatable(f"it leads from https to plain http ({address})")
    if parts.scheme == "http" and not is_loopback(address):
        return translatable(
            "plain http is refused, because anybody on the way could change the file"
        )
    return ""


def is_loopback(address: str) -> bool:
    """Whether the address is one of this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
