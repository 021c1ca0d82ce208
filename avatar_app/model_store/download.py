"""A file fetched from one of several addresses, checked before it takes its name."""

import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from avatar_app.errors import DownloadError
from avatar_app.model_store.address import is_loopback, refusal
from avatar_app.model_store.answer import (
    HEAD_BYTES,
    PassingError,
    RefusedError,
    answer,
    is_complete,
    is_page,
    start_of,
    total_of,
)
from avatar_app.model_store.digest import Progress, digest_of
from avatar_app.model_store.manifest import KnownFile
from avatar_app.model_store.partial import PartialFile
from avatar_app.model_store.room import check_room

if TYPE_CHECKING:
    import httpx

_SLOWEST = 1000
"""Bytes a second; a source that gives less is treated as one that stands still."""
_MAX_PAUSE_S = 60.0
_LOOK_S = 0.1


class StoppedError(DownloadError):
    """The download was stopped as was asked; what came so far is kept."""


@dataclass(frozen=True, slots=True)
class Patience:
    """``read_s`` is how long a source may stand still, ``pause_s`` the wait before the second
    attempt, doubled before each further one."""

    connect_s: float = 15.0
    read_s: float = 30.0
    pause_s: float = 1.0
    attempts: int = 6


class Downloader:
    """Fetches files; blocks the thread that calls it. TLS is always verified."""

    def __init__(
        self,
        patience: Patience | None = None,
        progress: Progress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._progress = progress or (lambda _done, _total: None)
        self._cancel = cancel or (lambda: False)

    def fetch(self, file: KnownFile, target: Path, sources: Sequence[str] = ()) -> Path:
        """``file`` as ``target``, from ``sources`` or else from those of the manifest, in order.

        Goes on with the ``.part`` of an earlier attempt. Raises DownloadError with the reason of
        each source, StoppedError, or MachineError where the disk is too small."""
        sources = sources or file.sources
        if not sources:
            raise DownloadError(f"No address is known for {file.name}.")
        if not file.has_hash:
            raise DownloadError(f"No hash of {file.name} is known, so no copy could be checked.")
        if target.is_file() and not file.difference(digest_of(target)):
            return target
        part = PartialFile(target)
        check_room(target.parent, (file.size or file.about or 0) - part.size)
        reasons = []
        for source in sources:
            try:
                return self._fetch_from(source, file, part)
            except RefusedError as error:
                reasons.append(f"{source}: {error}")
        raise DownloadError(f"{file.name} could not be downloaded. {'; '.join(reasons)}.")

    def _fetch_from(self, source: str, file: KnownFile, part: PartialFile) -> Path:
        """All attempts at one source. Raises RefusedError with the last one's reason."""
        if reason := refusal(source):
            raise RefusedError(reason)
        last = "it was not asked"
        with _client(source, self._patience) as client:
            for attempt in range(self._patience.attempts):
                try:
                    return self._attempt(client, source, file, part)
                except PassingError as error:
                    last = str(error)
                    if attempt + 1 < self._patience.attempts:
                        self._pause(attempt, error.wait_s)
        raise RefusedError(f"{last} ({self._patience.attempts} attempts)")

    def _attempt(
        self, client: "httpx.Client", source: str, file: KnownFile, part: PartialFile
    ) -> Path:
        import httpx

        before = part.size
        try:
            if before > file.largest:
                part.discard()
            if not 0 < part.size == file.size:
                self._transfer(client, source, file, part)
        except httpx.TimeoutException as error:
            raise PassingError("it stands still") from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise RefusedError(f"its address cannot be used ({error})") from error
        except httpx.HTTPError as error:
            if _is_untrusted(error):
                raise RefusedError("its certificate cannot be trusted") from error
            raise PassingError(f"the connection failed ({error})") from error
        return self._checked(file, part, resumed=before > 0)

    def _transfer(
        self, client: "httpx.Client", source: str, file: KnownFile, part: PartialFile
    ) -> None:
        """Ask once for what is missing and write what comes."""
        with answer(client, source, part.range_headers(source)) as response:
            if is_complete(response, part.size):
                return
            if response.status_code == 416:
                part.discard()
                raise PassingError("it has no such part of the file")
            if start_of(response, part.size, file) == 0:
                part.restart(source, response.headers)
            self._receive(response, file, part)

    def _receive(self, response: "httpx.Response", file: KnownFile, part: PartialFile) -> None:
        done, total = part.size, file.size or total_of(response)
        head, pace = b"", _Pace(self._patience.read_s)
        checks_head = done == 0
        with part.append() as out:
            for data in response.iter_raw():
                done += len(data)
                if checks_head and len(head) < HEAD_BYTES:
                    head += data[:HEAD_BYTES]
                    _refuse_page(head, part)
                if done > file.largest:
                    part.discard()
                    raise RefusedError(f"it sends more than the file's {file.largest} bytes")
                out.write(data)
                pace.check(len(data))
                self._progress(done, total)
                self._check_wish()
        if done < file.smallest:
            raise PassingError(f"it stopped after {done} of {total or file.smallest} bytes")

    def _checked(self, file: KnownFile, part: PartialFile, *, resumed: bool) -> Path:
        """Give the file its name if it is the right one; else forget it. A file that was put
        together from two answers deserves another attempt."""
        difference = file.difference(digest_of(part.path))
        if not difference:
            return part.finish()
        part.discard()
        raise PassingError(difference) if resumed else RefusedError(difference)

    def _pause(self, attempt: int, wait_s: float) -> None:
        pause = min(max(self._patience.pause_s * 2**attempt, wait_s), _MAX_PAUSE_S)
        until = time.monotonic() + pause
        while (left := until - time.monotonic()) > 0:
            self._check_wish()
            time.sleep(min(left, _LOOK_S))

    def _check_wish(self) -> None:
        if self._cancel():
            raise StoppedError("The download was stopped.", "The next one goes on from there.")


class _Pace:
    """Tells a source that drips from one that flows: a read that returns in time proves little
    when it returns one byte."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._since = time.monotonic()
        self._bytes = 0

    def check(self, count: int) -> None:
        """Take ``count`` bytes that came now. Raises PassingError."""
        self._bytes += count
        now = time.monotonic()
        if now - self._since < self._window_s:
            return
        if self._bytes < _SLOWEST * (now - self._since):
            raise PassingError("it sends next to nothing")
        self._since, self._bytes = now, 0


def _client(source: str, patience: Patience) -> "httpx.Client":
    """Proxies of the environment are used, except to reach this machine."""
    import httpx

    return httpx.Client(
        timeout=httpx.Timeout(patience.read_s, connect=patience.connect_s),
        headers={"Accept-Encoding": "identity", "User-Agent": "avatar_app"},
        follow_redirects=False,
        trust_env=not is_loopback(source),
    )


def _refuse_page(head: bytes, part: PartialFile) -> None:
    if is_page(head):
        part.discard()
        raise RefusedError("it sends a web page instead of the file")


def _is_untrusted(error: BaseException | None) -> bool:
    """Whether a certificate is the cause of this failure."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
