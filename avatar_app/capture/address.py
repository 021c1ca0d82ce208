"""The address of a stream: which are taken, how one is shown, and how one is connected to."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from avatar_app.errors import SourceError

if TYPE_CHECKING:
    from av.container import InputContainer

HINT = "An address looks like http://192.168.1.20:8080/video or rtsp://192.168.1.20/stream."

_PROTOCOLS = {
    "http": "http,https,tcp,tls",
    "https": "https,tcp,tls",
    "rtsp": "rtsp,tcp,tls",
}
"""Each scheme with the protocols that its connection may use, of which none reads a file."""

_FORMATS = "mpjpeg,mjpeg,mpegts,mov,matroska,webm,flv,rtsp,h264,hevc"
"""What may come. Play lists (HLS, DASH) are left out: they would open addresses nobody gave."""

_LONGEST = 2048
_PROBED_BYTES = 1_000_000
_PROBED_US = 1_000_000


def checked_address(address: str) -> str:
    """The address without blanks around it. Raises SourceError, which does not repeat it."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        known = parts.scheme in _PROTOCOLS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or len(address) > _LONGEST or not address.isprintable() or " " in address:
        raise SourceError("That is no address of a stream.", HINT)
    return address


def shown_address(address: str) -> str:
    """What of an address may be shown and written down: scheme, host and port."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "…"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def connected(address: str, patience_s: tuple[float, float]) -> "InputContainer":
    """A connection to a checked address, with seconds for opening it and for each read. Raises
    what PyAV raises, whose texts may repeat the address."""
    import av

    scheme = urlsplit(address).scheme
    options = {
        "protocol_whitelist": _PROTOCOLS[scheme],
        "format_whitelist": _FORMATS,
        "probesize": str(_PROBED_BYTES),
        "analyzeduration": str(_PROBED_US),
        **_options_of(scheme),
    }
    return av.open(address, container_options=options, timeout=patience_s)


def _options_of(scheme: str) -> dict[str, str]:
    if scheme == "rtsp":
        # Over the one connection: what arrives is whole, and no port has to be open.
        return {"rtsp_transport": "tcp"}
    # Where a redirect leads is another address, which nobody gave.
    options = {"max_redirects": "0"}
    if scheme == "https":
        import certifi

        options |= {"tls_verify": "1", "ca_file": certifi.where()}
    return options
