"""A browser without a window as a meeting program: it asks for the camera and looks at it."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_name("camera_page.html")
NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
)


def find_browser() -> str | None:
    """The first Chromium on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def look_at_camera(browser: str, profile: Path, timeout: float) -> dict[str, Any]:
    """What the page saw: ``label``, ``width``, ``height``, ``samples``, or ``error``."""
    with _server() as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        command = [browser, *FLAGS, f"--user-data-dir={profile}", url]
        with (profile.parent / "browser.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                if not server.answered.wait(timeout):
                    return {"error": f"no answer within {timeout:.0f} s"}
            finally:
                process.terminate()
                process.wait(timeout=30)
        return server.answer


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answered = threading.Event()
        self.answer: dict[str, Any] = {}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        body = PAGE.read_bytes() if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.answer = json.loads(self.rfile.read(length))
        self.send_response(204)
        self.end_headers()
        self.server.answered.set()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@contextmanager
def _server() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, name="page server")
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
