"""A server's answer to one request for a file, judged before its body is read."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from avatar_app.model_store.address import refusal
from avatar_app.model_store.manifest import KnownFile
from avatar_app.translatable import translatable

if TYPE_CHECKING:
    import httpx

_MAX_REDIRECTS = 5
_MAX_WAIT_S = 60.0
_TRY_LATER = {408, 425, 429, 500, 502, 503, 504}
_PAGES = ("text/html", "application/xhtml", "text/xml", "application/xml")
_PAGE_BEGINS = (b"<!doctype", b"<html", b"<head", b"<?xml")
HEAD_BYTES = 64
"""So much of a file shows whether it is a page."""


class PassingError(Exception):
    """A failure that another attempt may not meet. ``wait_s`` is what the server asked for."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


class RefusedError(Exception):
    """This source will not give the file, however often it is asked."""


@contextlib.contextmanager
def answer(
    client: "httpx.Client", address: str, headers: Mapping[str, str]
) -> Iterator["httpx.Response"]:
    """The answer after all redirects, its body unread."""
    for _ in range(_MAX_REDIRECTS + 1):
        with client.stream("GET", address, headers=dict(headers)) as response:
            if not response.has_redirect_location:
                yield response
                return
            address = _onward(address, response.headers["location"])
    raise RefusedError(f"it redirects more than {_MAX_REDIRECTS} times")


def start_of(response: "httpx.Response", offset: int, file: KnownFile) -> int:
    """At which byte of the file the body begins: 0, or ``offset``, from which it was asked for.

    Raises PassingError or RefusedError where the body is not the file."""
    _check_status(response, offset)
    if any(page in response.headers.get("content-type", "").lower() for page in _PAGES):
        raise RefusedError("it sends a web page instead of the file")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError("it sends the file compressed, unasked")
    start = offset if response.status_code == 206 else 0
    if response.status_code == 206 and _range_of(response)[0] != offset:
        raise RefusedError("it sends another part of the file than was asked for")
    total = total_of(response)
    if total is not None and not file.smallest <= total <= file.largest:
        raise RefusedError(f"it announces {total} bytes, which is not the file's size")
    return start


def total_of(response: "httpx.Response") -> int | None:
    """The whole file's size as the server announces it."""
    if response.status_code == 206:
        return _range_of(response)[1]
    length = response.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def is_complete(response: "httpx.Response", offset: int) -> bool:
    """Whether the server says that nothing comes after ``offset``."""
    return response.status_code == 416 and offset > 0 and _range_of(response)[1] == offset


def is_page(head: bytes) -> bool:
    """Whether a file that begins like this is a web page."""
    return head.lstrip().lower().startswith(_PAGE_BEGINS)


def _onward(address: str, location: str) -> str:
    try:
        onward = urljoin(address, location)
    except ValueError as error:
        raise RefusedError(f"it redirects to {location!r}, which is no address") from error
    if reason := refusal(onward, came_from=address):
        raise RefusedError(f"it redirects: {reason}")
    return onward


def _check_status(response: "httpx.Response", offset: int) -> None:
    status = response.status_code
    if status == 200 or (status == 206 and offset > 0):
        return
    code = f"{status} {response.reason_phrase}".strip()
    said = translatable(f"it answers {code}")
    if status in _TRY_LATER:
        raise PassingError(said, _wait_of(response))
    raise RefusedError(said)


def _wait_of(response: "httpx.Response") -> float:
    asked = response.headers.get("retry-after", "")
    return min(float(asked), _MAX_WAIT_S) if re.fullmatch(r"[0-9]{1,6}", asked) else 0.0


def _range_of(response: "httpx.Response") -> tuple[int | None, int | None]:
    """First byte and whole size in Content-Range (RFC 9110, 14.4)."""
    said = response.headers.get("content-range", "")
    match = re.fullmatch(r"bytes (?:([0-9]{1,18})-[0-9]{1,18}|\*)/([0-9]{1,18}|\*)", said.strip())
    if not match:
        return None, None
    first, total = match.groups()
    return (int(first) if first else None), (int(total) if total != "*" else None)
