"""A picture from an address: only over a trusted way, bounded, and a picture or one sentence."""

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from drawn_face import drawn_portrait
from library_parts import library_in
from PIL import Image

from avatar_app.avatars import fetch
from avatar_app.avatars.fetch import fetch_picture, is_address, title_of
from avatar_app.errors import DownloadError

Answer = Callable[[BaseHTTPRequestHandler], None]


def png() -> bytes:
    out = io.BytesIO()
    Image.fromarray(drawn_portrait()).save(out, "PNG")
    return out.getvalue()


def reply(status: int, body: bytes = b"", **headers: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


class Server:
    """Answers on loopback as it was told; counts what it was asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.leave = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.answers.get(self.path, reply(404))(self)

            def log_message(self, *_arguments: object) -> None:
                """Nothing is written."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._http.server_port}{path}"

    def close(self) -> None:
        self.leave.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_a_picture_becomes_an_avatar_named_after_its_address(server: Server, tmp_path) -> None:
    server.answers["/people/Anna%20B.png?size=3"] = reply(200, png(), Content_Type="image/png")
    library = library_in(tmp_path)
    entry = library.add(library.intake.address(server.address("/people/Anna%20B.png?size=3")))
    assert entry.name == "Anna B"
    assert server.asked == ["/people/Anna%20B.png?size=3"]


def test_redirects_are_followed_on_a_way_that_may_be_gone(server: Server) -> None:
    server.answers["/a"] = reply(302, Location="/b")
    server.answers["/b"] = reply(200, png())
    assert fetch_picture(server.address("/a")) == png()


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://example.com/x.png", "plain http"),
        ("ftp://127.0.0.1/x.png", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
        ("/loop", "redirects more than"),
    ],
)
def test_redirects_to_elsewhere_are_refused(server: Server, location: str, said: str) -> None:
    server.answers["/loop"] = reply(302, Location=location)
    with pytest.raises(DownloadError, match=said):
        fetch_picture(server.address("/loop"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(200, b"<html>hello", Content_Type="text/html; charset=utf-8"), "web page"),
        (reply(200, b"\n <!DOCTYPE html>", Content_Type="image/png"), "web page"),
        (reply(200, b"<?xml version='1.0'?><svg/>"), "web page"),
        (reply(404), "404"),
        (reply(204), "204"),
        (reply(500), "500"),
        (reply(200, png(), Content_Encoding="gzip"), "compressed"),
    ],
)
def test_what_is_no_picture_is_refused(server: Server, answer: Answer, said: str) -> None:
    server.answers["/x"] = answer
    with pytest.raises(DownloadError, match=said) as told:
        fetch_picture(server.address("/x"))
    assert server.address("/x") in told.value.message
    assert told.value.hint


@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_large_is_broken_off(
    server: Server, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 1_000_000)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if announced:
            handler.send_header("Content-Length", "1000000000000")
        handler.end_headers()
        try:
            while not announced:
                handler.wfile.write(bytes(65536))
        except OSError:
            """The reader left, as it should."""

    server.answers["/x"] = endless
    with pytest.raises(DownloadError, match="more than 1 MB"):
        fetch_picture(server.address("/x"))


def test_a_server_that_drips_is_given_up(server: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while not server.leave.wait(0.02):
                handler.wfile.write(b"x")
        except OSError:
            """The reader left, as it should."""

    server.answers["/x"] = drip
    with pytest.raises(DownloadError, match="next to nothing"):
        fetch_picture(server.address("/x"), whole_s=0.2)


def test_a_server_that_is_silent_is_given_up(server: Server) -> None:
    server.answers["/x"] = lambda _handler: server.leave.wait(5) and None
    with pytest.raises(DownloadError, match="in time"):
        fetch_picture(server.address("/x"), read_s=0.2)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/x.png",
        "https://",
        "http://[",
        "https://exa mple:port/x",
        "ftp://x/y.png",
    ],
)
def test_an_address_that_is_not_safe_is_refused_without_being_asked(address: str) -> None:
    with pytest.raises(DownloadError):
        fetch_picture(address)


def test_a_server_that_is_not_there_is_one_sentence(server: Server) -> None:
    gone = server.address("/x").replace("127.0.0.1", "127.0.0.9")
    with pytest.raises(DownloadError, match="was not taken"):
        fetch_picture(gone.rpartition(":")[0] + ":9/x")


def test_words_are_told_from_addresses() -> None:
    assert is_address("HTTPS://example.com/x")
    assert not is_address("me.png")
    assert not is_address("file:///me.png")
    assert title_of("https://example.com/") == "example.com"
    assert title_of("https://example.com/a/b%2Fc.png") == "c"
