"""A picture from an address the user gave: https, bounded, and a picture or nothing."""

import ssl
import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from avatar_app.errors import DownloadError
from avatar_app.model_store.address import is_loopback, refusal
from avatar_app.model_store.answer import PassingError, RefusedError, answer, is_page
from avatar_app.translatable import translatable

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 50_000_000
"""A larger answer is broken off."""

_CONNECT_S, _READ_S, _WHOLE_S = 10.0, 15.0, 60.0
_PAGES = ("text/", "application/xhtml", "application/xml", "application/json")
_PAGE = translatable("it sends a web page instead of a picture")
_HINT = translatable("Save the picture with your browser and add the file.")


def is_address(word: str) -> bool:
    """Whether a word means a picture elsewhere rather than a file."""
    return word.lower().startswith(("https://", "http://"))


def title_of(address: str) -> str:
    """What to call a picture from there: the last part of its path, or the server."""
    parts = urlsplit(address)
    return PurePosixPath(unquote(parts.path)).stem or parts.hostname or "picture"


def fetch_picture(address: str, *, whole_s: float = _WHOLE_S, read_s: float = _READ_S) -> bytes:
    """The bytes at an address, as they come: to be decoded next. Only on the user's wish.

    Blocks up to ``whole_s`` seconds. Redirects are followed to addresses that could be asked for
    as well, never from https to http. Raises DownloadError."""
    import httpx

    if reason := refusal(address):
        raise _refused(address, reason)
    timeout = httpx.Timeout(read_s, connect=min(_CONNECT_S, read_s))
    headers = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "avatar_app"}
    try:
        with (
            httpx.Client(timeout=timeout, trust_env=not is_loopback(address)) as client,
            answer(client, address, headers) as response,
        ):
            return _body(response, time.monotonic() + whole_s)
    except (RefusedError, PassingError) as error:
        raise _refused(address, str(error)) from error
    except httpx.TimeoutException as error:
        raise _refused(address, translatable("it does not answer in time")) from error
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise _refused(address, translatable(f"the connection failed ({error})")) from error


def _body(response: "httpx.Response", until: float) -> bytes:
    if response.status_code != 200:
        code = f"{response.status_code} {response.reason_phrase}".strip()
        raise RefusedError(f"it answers {code}")
    if response.headers.get("content-type", "").lower().startswith(_PAGES):
        raise RefusedError(_PAGE)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError("it sends the picture compressed, unasked")
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > MAX_BYTES:
        raise _too_large()
    data = bytearray()
    for part in response.iter_raw():
        data += part
        if len(data) > MAX_BYTES:
            raise _too_large()
        if time.monotonic() > until:
            raise RefusedError("it sends next to nothing")
    if is_page(bytes(data[:64])):
        raise RefusedError(_PAGE)
    return bytes(data)


def _too_large() -> RefusedError:
    return RefusedError(f"it sends more than {MAX_BYTES // 1_000_000} MB")


def _refused(address: str, reason: str) -> DownloadError:
    return DownloadError(f"The picture at {address} was not taken: {reason}.", _HINT)
