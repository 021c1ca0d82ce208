"""Streams of a real server on this machine: good ones, and those that stall, end or lie."""

import logging
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from capture_clips import write_clip
from file_server import FileServer, gives, own_certificate, redirects, sends, serving
from mjpeg import jpeg, part, streams

from avatar_app.capture import address_in, open_source, stream
from avatar_app.capture.address import checked_address, shown_address
from avatar_app.capture.stream import StreamSource
from avatar_app.errors import SourceError, SourceLostError
from avatar_app.types import Frame

GREY = [part(jpeg(shade)) for shade in range(20, 220, 10)]


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as started:
        yield started


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Callable[[str], StreamSource]:
    def opened(address: str) -> StreamSource:
        source = StreamSource(address, (640, 480))
        request.addfinalizer(source.close)
        return source

    return opened


def read_on(source: StreamSource, most: int = 1000) -> tuple[list[Frame], SourceError]:
    """All there is, and how it ended."""
    frames: list[Frame] = []
    with pytest.raises(SourceError) as caught:
        for _ in range(most):
            frame = source.read()
            assert frame is not None
            frames.append(frame)
    return frames, caught.value


def test_a_stream_gives_its_newest_picture(server: FileServer, opened) -> None:
    source = opened(server.answers(streams(*GREY, then_wait=False, forever=True)))
    frames = [source.read() for _ in range(30)]
    assert [frame.index for frame in frames] == list(range(30))
    assert frames[-1].image.shape == (48, 64, 3)
    assert np.abs(frames[-1].image.astype(int) - 210).max() <= 3
    times = [frame.captured_at for frame in frames]
    assert times == sorted(times)
    assert (source.info.width, source.info.height, source.info.is_live) == (64, 48, True)
    assert source.info.detail == "mjpeg"


def test_a_slow_reader_gets_the_last_picture_and_no_backlog(server: FileServer, opened) -> None:
    source = opened(server.answers(streams(*GREY, then_wait=True)))
    assert source.read() is not None
    until_shown = [source.read() for _ in range(1)]
    while until_shown[-1].image.mean() < 205:
        until_shown.append(source.read())
    assert len(until_shown) <= len(GREY)


def test_a_stream_that_ends_is_lost_after_its_last_picture(server: FileServer, opened) -> None:
    frames, error = read_on(opened(server.answers(streams(*GREY))))
    assert isinstance(error, SourceLostError)
    assert frames
    assert "127.0.0.1" in error.message
    assert error.hint


def test_a_stream_that_stalls_is_lost(
    server: FileServer, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PATIENCE_S", 0.5)
    frames, error = read_on(opened(server.answers(streams(*GREY, then_wait=True))))
    assert isinstance(error, SourceLostError)
    assert "gives no pictures" in error.message
    assert frames


def test_a_server_that_never_answers_is_told(
    server: FileServer, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "OPEN_S", 0.5)
    monkeypatch.setattr(stream, "PATIENCE_S", 0.5)
    source = opened(server.answers(lambda exchange: exchange.wait_for_the_end()))
    frames, error = read_on(source)
    assert not frames
    assert "does not answer" in error.message


def test_a_read_that_waits_is_interrupted_and_so_is_every_later_one(
    server: FileServer, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "OPEN_S", 0.5)
    monkeypatch.setattr(stream, "PATIENCE_S", 0.5)
    source = opened(server.answers(lambda exchange: exchange.wait_for_the_end()))
    source.interrupt()
    assert source.read() is None
    assert source.read() is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (sends(np.random.default_rng(0).bytes(300_000)), "No stream of pictures"),
        (sends(b"<html>Hello</html>" * 300, Content_Type="text/html"), "No stream of pictures"),
        (sends(b"", 401), "a name and a password"),
        (sends(b"", 404), "nothing at this address"),
        (sends(b"", 500), "nothing at this address"),
        (streams(*[part(b"\xff\xd8" + bytes(400))] * 60), "No stream of pictures"),
    ],
    ids=["noise", "a web page", "a password", "not there", "a fault", "pictures of rubbish"],
)
def test_rubbish_is_refused_in_words(server: FileServer, opened, answer, says: str) -> None:
    frames, error = read_on(opened(server.answers(answer)))
    assert not frames
    assert says in error.message
    assert error.hint


def test_damaged_pictures_cost_only_themselves(server: FileServer, opened) -> None:
    broken = part(b"\xff\xd8" + bytes(400))
    mixed = [data for grey in GREY for data in (grey, broken)]
    frames, _ = read_on(opened(server.answers(streams(*mixed))))
    assert len(frames) > 5


def test_pictures_without_bounds_are_refused(server: FileServer, opened) -> None:
    huge = bytearray(jpeg(90))
    at = huge.index(b"\xff\xc0")
    huge[at + 5 : at + 9] = struct.pack(">HH", 30_000, 30_000)
    frames, error = read_on(opened(server.answers(streams(*[part(bytes(huge))] * 60))))
    assert not frames
    assert isinstance(error, SourceError)


def test_large_pictures_are_scaled_down(server: FileServer, opened) -> None:
    source = opened(server.answers(streams(part(jpeg(90, (2560, 1440))), forever=True)))
    frame = source.read()
    assert frame is not None
    assert frame.image.shape == (1080, 1920, 3)
    assert (source.info.width, source.info.height) == (1920, 1080)


@pytest.mark.parametrize("place", ["elsewhere", "file:///etc/hostname"])
def test_nothing_but_the_address_given_is_opened(server: FileServer, opened, place: str) -> None:
    address = server.answers(redirects(place), streams(*GREY))
    frames, _ = read_on(opened(address))
    assert not frames
    assert {path for path, _ in server.requests} == {"/file.bin"}


def test_a_play_list_opens_no_other_address(server: FileServer, opened) -> None:
    other = server.address("/other.ts")
    words = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{other}\n#EXT-X-ENDLIST\n"
    answer = sends(words.encode(), Content_Type="application/vnd.apple.mpegurl")
    frames, _ = read_on(opened(server.answers(answer)))
    assert not frames
    assert {path for path, _ in server.requests} == {"/file.bin"}


def test_a_film_at_an_address_is_played_in_its_time(
    server: FileServer, opened, tmp_path: Path
) -> None:
    film = write_clip(tmp_path / "film.mp4", frames=12)
    source = opened(server.answers(gives(film.read_bytes())))
    frames, error = read_on(source)
    assert len(frames) >= 6
    assert isinstance(error, SourceLostError)
    assert round(float(source.info.fps), 2) == 29.97


def test_nobody_there_is_told(opened) -> None:
    for address in ("http://127.0.0.1:9/video", "rtsp://127.0.0.1:9/stream"):
        _, error = read_on(opened(address))
        assert "127.0.0.1:9 cannot be reached" in error.message


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_has_to_be_vouched_for(
    server: FileServer, opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    try:
        context, certificate = own_certificate(tmp_path)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    if trusted:
        monkeypatch.setattr("certifi.where", lambda: str(certificate))
    address = server.answers(streams(*GREY)).replace("http://", "https://")
    server.speak_tls(context)
    frames, _ = read_on(opened(address))
    assert bool(frames) is trusted
    assert bool(server.requests) is trusted


def test_no_password_is_said_or_logged(
    server: FileServer, opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = server.answers(sends(b"", 404)).replace("http://", "http://eve:s3cret@")
    source = opened(f"{address}?pwd=t0ken")
    _, error = read_on(source)
    said = f"{error} {error.__cause__} {error.__context__} {source.info.title} {caplog.text}"
    for secret in ("eve", "s3cret", "t0ken", "file.bin"):
        assert secret not in said


@pytest.mark.parametrize(
    "address",
    [
        "",
        "192.168.1.20",
        "file:///etc/passwd",
        "ftp://host/x",
        "concat:http://a|http://b",
        "http://",
        "http://host:99999/",
        "http://[::1",
        "http://host/a b",
        "http://host/\x00",
        "http://" + "h" * 3000,
    ],
)
def test_what_is_no_address_of_a_stream_is_refused_unrepeated(address: str) -> None:
    with pytest.raises(SourceError) as caught:
        checked_address(address)
    assert str(caught.value).startswith("That is no address of a stream.")


def test_only_scheme_host_and_port_are_shown() -> None:
    assert shown_address("rtsp://admin:pw@cam.local:554/user=a?p=b") == "rtsp://cam.local:554"
    assert shown_address(" http://[::1]:8080/video ") == "http://[::1]:8080"
    assert shown_address("http://[::1") == "…"


def test_words_with_an_address_open_a_stream() -> None:
    assert address_in("url: http://host/video") == "http://host/video"
    assert address_in("http://host/video") == "http://host/video"
    for word in ("camera:0", "file:http://host/x", "clip:", "a.mp4"):
        assert address_in(word) is None
    with pytest.raises(SourceError, match="no address"):
        open_source("url:")
    with pytest.raises(SourceError, match="no address"):
        open_source("ftp://eve:s3cret@host/")
    source = open_source("url:http://127.0.0.1:9/video")
    source.close()
    assert source.info.is_live
