"""A web server on this machine that gives a file as badly as a test wants."""

import contextlib
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request; what it is answered with stands in the server's script."""

    server: "_Server"

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers.items())))
        script = self.server.script
        (script.pop(0) if len(script) > 1 else script[0])(self)

    def head(self, status: int = 200, headers: Mapping[str, object] | None = None) -> None:
        """Send the status line and the headers."""
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, str(value))
        self.end_headers()

    def wait_for_the_end(self) -> None:
        """Stand still until the test is over."""
        self.server.over.wait(20)

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.script: list[Answer] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()

    def handle_error(self, *_: Any) -> None:
        """Clients that leave early are what some tests are about."""


class FileServer:
    """``answers`` are given one after another, the last one for ever."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    def answers(self, *script: Answer) -> str:
        """Set the script; the address to ask."""
        self._server.script[:] = script
        return self.address("/file.bin")

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    @property
    def requests(self) -> list[tuple[str, dict[str, str]]]:
        """Path and headers of each request so far."""
        return self._server.requests

    def speak_tls(self, context: ssl.SSLContext) -> None:
        """From now on clients have to come with TLS."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)


@contextlib.contextmanager
def serving() -> Iterator[FileServer]:
    """A server that is gone, with all its threads, at the end of the block."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="file-server")
    thread.start()
    try:
        yield FileServer(server)
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def gives(data: bytes, *, etag: str = '"1"', **headers: object) -> Answer:
    """A good server: the file, or the range of it that was asked for."""

    def answer(exchange: Exchange) -> None:
        asked = exchange.headers.get("Range", "")
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        same = exchange.headers.get("If-Range", etag) == etag
        more = {"ETag": etag, "Content-Type": "application/octet-stream", **headers}
        if begin and same:
            span = f"bytes {begin}-{len(data) - 1}/{len(data)}"
            body = data[begin:]
            exchange.head(206, {"Content-Range": span, "Content-Length": len(body), **more})
        else:
            body = data
            exchange.head(200, {"Content-Length": len(body), **more})
        exchange.wfile.write(body)

    return answer


def sends(data: bytes, status: int = 200, **headers: object) -> Answer:
    """These bytes and headers, whatever was asked; underscores in names stand for hyphens."""

    def answer(exchange: Exchange) -> None:
        exchange.head(status, {key.replace("_", "-"): value for key, value in headers.items()})
        exchange.wfile.write(data)

    return answer


def breaks_off(data: bytes, after: int, **headers: object) -> Answer:
    """Announces the whole file and hangs up after some of it."""
    return sends(data[:after], Content_Length=len(data), **headers)


def stalls(data: bytes, after: int) -> Answer:
    """Announces the whole file and stands still after some of it."""

    def answer(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": len(data), "ETag": '"1"'})
        exchange.wfile.write(data[:after])
        exchange.wfile.flush()
        exchange.wait_for_the_end()

    return answer


def redirects(location: str) -> Answer:
    """To another address."""
    return sends(b"", 302, Location=location, Content_Length=0)


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for this machine that nobody vouches for, and its file. Raises
    FileNotFoundError where there is no openssl to make it with."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    make += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
