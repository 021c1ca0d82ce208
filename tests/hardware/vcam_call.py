"""A call in a browser without a window: it waits for the camera and keeps what it shows."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from vcam_browser import FLAGS

from avatar_app.types import RgbImage

PAGE = Path(__file__).with_name("call_page.html")


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """What the page showed at a moment; ``state`` is the track's, live or ended."""

    at: float
    picture: RgbImage
    label: str
    state: str


class Call:
    """What the page has told so far; written by the server's threads, read by the test."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.shots: list[Shot] = []
        self.failure = ""

    def wait_for(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """Until the condition holds; fails with ``what`` where it never does."""
        end = time.monotonic() + seconds
        while not condition():
            assert not self.failure, self.failure
            assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
            time.sleep(0.2)


@contextmanager
def in_call(browser: str, folder: Path) -> Iterator[Call]:
    """A page that asks for the camera from now on; ``folder`` gets the browser's own files."""
    call = Call()
    with _serving(call) as url, (folder / "call.log").open("wb") as log:
        command = [browser, *FLAGS, f"--user-data-dir={folder / 'call'}", url]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield call
        finally:
            process.terminate()
            process.wait(timeout=60)


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, call: Call) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.call = call


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer(
            200 if self.path == "/" else 404, PAGE.read_bytes() if self.path == "/" else b""
        )

    def do_POST(self) -> None:
        call, body = self.server.call, self.rfile.read(int(self.headers["Content-Length"]))
        asked = urlsplit(self.path)
        if asked.path == "/picture":
            call.shots.append(_shot(dict(parse_qsl(asked.query)), body))
        elif asked.path == "/refused":
            call.refusals.append(body.decode())
        else:
            call.failure = body.decode()
        self._answer(200, b"")

    def _answer(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


def _shot(what: dict[str, str], body: bytes) -> Shot:
    size = int(what["height"]), int(what["width"])
    rgba = np.frombuffer(body, np.uint8).reshape(*size, 4)
    picture = np.ascontiguousarray(rgba[..., :3])
    return Shot(time.monotonic(), picture, what["label"], what["state"])


@contextmanager
def _serving(call: Call) -> Iterator[str]:
    with _Server(call) as server:
        thread = threading.Thread(target=server.serve_forever, name="call server")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
