"""A download gives the file that was meant, or says why not, whatever the server does."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import (
    Exchange,
    FileServer,
    breaks_off,
    gives,
    own_certificate,
    redirects,
    sends,
    serving,
    stalls,
)

from avatar_app.errors import DownloadError
from avatar_app.model_store.download import Downloader, Patience, StoppedError
from avatar_app.model_store.manifest import KnownFile

DATA = bytes(range(256)) * 400
GARBAGE = DATA[::-1]
HURRIED = Patience(connect_s=10.0, read_s=10.0, pause_s=0.01, attempts=3)
ONCE = Patience(read_s=10.0, attempts=1)
IMPATIENT = Patience(read_s=0.2, attempts=1)


def known(data: bytes = DATA, **changes: object) -> KnownFile:
    values = {"name": "file.bin", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return KnownFile.model_validate(values | changes)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "file.bin"


@pytest.fixture
def loader() -> Downloader:
    return Downloader(HURRIED)


def refused(loader: Downloader, target: Path, *sources: str, file: KnownFile | None = None) -> str:
    """The message of a download that fails and leaves no file under the final name."""
    with pytest.raises(DownloadError) as caught:
        loader.fetch(file or known(), target, sources)
    assert not target.exists()
    return caught.value.message


def ranges(server: FileServer) -> list[str | None]:
    return [headers.get("Range") for _path, headers in server.requests]


def test_a_good_server_gives_the_file_and_no_more_is_left(server, target, loader):
    assert loader.fetch(known(), target, [server.answers(gives(DATA))]) == target
    assert target.read_bytes() == DATA
    assert list(target.parent.iterdir()) == [target]


def test_compression_is_not_asked_for(server, target, loader):
    loader.fetch(known(), target, [server.answers(gives(DATA))])
    assert server.requests[0][1]["Accept-Encoding"] == "identity"


def test_progress_grows_to_the_whole(server, target):
    steps: list[tuple[int, int | None]] = []
    Downloader(HURRIED, progress=lambda done, total: steps.append((done, total))).fetch(
        known(), target, [server.answers(gives(DATA))]
    )
    assert steps[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def test_a_file_that_is_there_already_is_not_fetched_again(server, target, loader):
    target.parent.mkdir()
    target.write_bytes(DATA)
    loader.fetch(known(), target, [server.answers(gives(DATA))])
    assert server.requests == []


def test_a_damaged_file_that_is_there_is_fetched_anew(server, target, loader):
    target.parent.mkdir()
    target.write_bytes(GARBAGE)
    loader.fetch(known(), target, [server.answers(gives(DATA))])
    assert target.read_bytes() == DATA


def test_a_broken_connection_is_gone_on_with_where_it_ended(server, target, loader):
    address = server.answers(breaks_off(DATA, 30_000, ETag='"1"'), gives(DATA))
    loader.fetch(known(), target, [address])
    assert target.read_bytes() == DATA
    assert ranges(server) == [None, "bytes=30000-"]
    assert server.requests[1][1]["If-Range"] == '"1"'


def test_without_an_etag_the_date_guards_the_resumption(server, target, loader):
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    address = server.answers(breaks_off(DATA, 30_000, Last_Modified=date), gives(DATA, etag=date))
    loader.fetch(known(), target, [address])
    assert server.requests[1][1]["If-Range"] == date


def test_a_weak_etag_guards_nothing_and_the_hash_decides(server, target, loader):
    address = server.answers(breaks_off(DATA, 30_000, ETag='W/"1"'), gives(DATA))
    loader.fetch(known(), target, [address])
    assert "If-Range" not in server.requests[1][1]
    assert target.read_bytes() == DATA


def test_the_next_start_of_the_program_goes_on_as_well(server, target, loader):
    address = server.answers(breaks_off(DATA, 30_000, ETag='"1"'))
    once = Downloader(ONCE)
    refused(once, target, address)
    server.answers(gives(DATA))
    loader.fetch(known(), target, [address])
    assert ranges(server)[-1] == "bytes=30000-"
    assert target.read_bytes() == DATA


def test_a_file_that_changed_between_two_attempts_is_begun_anew(server, target, loader):
    address = server.answers(breaks_off(GARBAGE, 30_000, ETag='"old"'), gives(DATA, etag='"new"'))
    loader.fetch(known(), target, [address])
    assert ranges(server) == [None, "bytes=30000-"]
    assert target.read_bytes() == DATA


def test_a_server_that_ignores_ranges_is_begun_anew(server, target, loader):
    whole = sends(DATA, Content_Length=len(DATA))
    loader.fetch(known(), target, [server.answers(breaks_off(DATA, 30_000), whole)])
    assert target.read_bytes() == DATA


def test_two_halves_of_different_files_are_found_out_and_fetched_anew(server, target, loader):
    address = server.answers(breaks_off(GARBAGE, 30_000, ETag='"1"'), gives(DATA))
    loader.fetch(known(), target, [address])
    assert ranges(server) == [None, "bytes=30000-", None]
    assert target.read_bytes() == DATA


def test_a_complete_part_needs_no_server(server, target, loader):
    target.parent.mkdir()
    target.with_name("file.bin.part").write_bytes(DATA)
    loader.fetch(known(), target, [server.answers(sends(b"", 500))])
    assert server.requests == []
    assert target.read_bytes() == DATA


def test_a_complete_part_of_a_file_whose_size_is_vague_is_recognised(server, target, loader):
    target.parent.mkdir()
    target.with_name("file.bin.part").write_bytes(DATA)
    complete = sends(b"", 416, Content_Range=f"bytes */{len(DATA)}", Content_Length=0)
    vague = known(size=None, about=len(DATA))
    loader.fetch(vague, target, [server.answers(complete)])
    assert target.read_bytes() == DATA


def test_a_part_that_is_longer_than_the_file_is_forgotten(server, target, loader):
    target.parent.mkdir()
    target.with_name("file.bin.part").write_bytes(DATA * 2)
    loader.fetch(known(), target, [server.answers(gives(DATA))])
    assert ranges(server) == [None]


def test_a_range_that_cannot_be_had_is_begun_anew(server, target, loader):
    address = server.answers(
        breaks_off(DATA, 30_000), sends(b"", 416, Content_Length=0), gives(DATA)
    )
    loader.fetch(known(), target, [address])
    assert ranges(server) == [None, "bytes=30000-", None]


def test_a_range_from_another_place_is_refused(server, target, loader):
    elsewhere = sends(DATA[10:], 206, Content_Range=f"bytes 10-{len(DATA) - 1}/{len(DATA)}")
    address = server.answers(breaks_off(DATA, 30_000), elsewhere)
    assert "another part" in refused(loader, target, address)


def test_a_range_nobody_asked_for_is_refused(server, target, loader):
    unasked = sends(DATA, 206, Content_Range=f"bytes 0-{len(DATA) - 1}/{len(DATA)}")
    assert "206" in refused(loader, target, server.answers(unasked))


@pytest.mark.parametrize("note", ["", "{", "[1]", '{"address": 3}', "x" * 20_000])
def test_a_spoilt_note_beside_the_part_only_costs_its_guard(server, target, loader, note):
    target.parent.mkdir()
    target.with_name("file.bin.part").write_bytes(DATA[:100])
    target.with_name("file.bin.part.json").write_text(note)
    loader.fetch(known(), target, [server.answers(gives(DATA))])
    assert target.read_bytes() == DATA


def test_garbage_of_the_right_size_is_refused_and_not_kept(server, target, loader):
    said = refused(loader, target, server.answers(gives(GARBAGE)))
    assert hashlib.sha256(GARBAGE).hexdigest() in said
    assert len(server.requests) == 1
    assert list(target.parent.iterdir()) == []


def test_an_md5_is_compared_where_it_is_all_that_is_known(server, target, loader):
    address = server.answers(gives(GARBAGE), gives(DATA))
    file = known(sha256="", md5=hashlib.md5(DATA).hexdigest())
    assert "md5" in refused(loader, target, address, file=file)
    assert loader.fetch(file, target, [address]).read_bytes() == DATA


@pytest.mark.parametrize("announced", [1, len(DATA) - 1, len(DATA) + 1, 10**15])
def test_a_wrong_announced_size_ends_it_before_the_body(server, target, loader, announced):
    address = server.answers(sends(DATA, Content_Length=announced))
    assert f"announces {announced} bytes" in refused(loader, target, address)
    assert len(server.requests) == 1


def test_a_body_without_end_is_cut_off_at_the_size(server, target, loader):
    sent = []

    def endless(exchange: Exchange) -> None:
        exchange.head(200)
        while not exchange.server.over.is_set() and len(sent) < 10_000:
            exchange.wfile.write(DATA)
            sent.append(len(DATA))

    assert "more than" in refused(loader, target, server.answers(endless))
    assert len(sent) < 1000
    assert not target.with_name("file.bin.part").exists()


def test_compressed_bodies_are_refused_unread(server, target, loader):
    bomb = sends(b"\x1f\x8b", Content_Encoding="gzip", Content_Length=2)
    assert "compressed" in refused(loader, target, server.answers(bomb))


def test_a_web_page_by_its_type_is_refused(server, target, loader):
    page = sends(DATA, Content_Type="text/html; charset=utf-8", Content_Length=len(DATA))
    assert "web page" in refused(loader, target, server.answers(page))


@pytest.mark.parametrize("begin", [b"<!DOCTYPE html>", b"\n\n  <html lang=en>", b"<?xml "])
def test_a_web_page_by_its_first_bytes_is_refused(server, target, loader, begin):
    page = begin + DATA[len(begin) :]
    assert "web page" in refused(loader, target, server.answers(gives(page)))
    assert not target.with_name("file.bin.part").exists()


def test_a_web_page_that_comes_letter_by_letter_is_refused(server, target, loader):
    def letters(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": len(DATA)})
        for letter in b"<html><body>":
            exchange.wfile.write(bytes([letter]))
            exchange.wfile.flush()
            time.sleep(0.002)

    assert "web page" in refused(loader, target, server.answers(letters))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_refusal_is_not_asked_again(server, target, loader, status):
    said = refused(loader, target, server.answers(sends(b"", status, Content_Length=0)))
    assert f"{server.address('/file.bin')}: it answers {status}" in said
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_refusal_is_asked_again(server, target, loader, status):
    loader.fetch(known(), target, [server.answers(sends(b"", status), gives(DATA))])
    assert len(server.requests) == 2


def test_attempts_are_bounded(server, target, loader):
    said = refused(loader, target, server.answers(sends(b"", 503)))
    assert "(3 attempts)" in said
    assert len(server.requests) == 3


def test_a_wait_that_the_server_asks_for_is_kept(server, target, monkeypatch):
    waits: list[float] = []
    loader = Downloader(HURRIED)
    monkeypatch.setattr(loader, "_pause", lambda _attempt, wait_s: waits.append(wait_s))
    busy = sends(b"", 429, Retry_After=7)
    loader.fetch(known(), target, [server.answers(busy, sends(b"", 503), gives(DATA))])
    assert waits == [7.0, 0.0]


@pytest.mark.parametrize("asked", ["-5", "nan", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 400])
def test_a_strange_wait_is_ignored(server, target, loader, asked):
    loader.fetch(known(), target, [server.answers(sends(b"", 503, Retry_After=asked), gives(DATA))])
    assert target.read_bytes() == DATA


def test_a_source_that_stands_still_times_out_and_is_gone_on_with(server, target, loader):
    address = server.answers(stalls(DATA, 30_000))
    assert "stands still" in refused(Downloader(IMPATIENT), target, address)
    server.answers(gives(DATA))
    loader.fetch(known(), target, [address])
    assert ranges(server) == [None, "bytes=30000-"]


def test_a_source_that_never_answers_times_out(server, target):
    address = server.answers(lambda exchange: exchange.wait_for_the_end())
    assert "stands still" in refused(Downloader(IMPATIENT), target, address)


def test_a_source_that_drips_is_left(server, target):
    def drips(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": len(DATA)})
        while not exchange.server.over.wait(0.01):
            exchange.wfile.write(b"x")
            exchange.wfile.flush()

    steady = Downloader(Patience(read_s=0.5, attempts=1))
    assert "next to nothing" in refused(steady, target, server.answers(drips))


def test_an_answer_that_is_no_http_is_a_broken_connection(server, target, loader):
    def babble(exchange: Exchange) -> None:
        exchange.wfile.write(b"\x00\xff" * 50 + b"\r\n\r\n")

    assert "the connection failed" in refused(loader, target, server.answers(babble))


def test_a_server_that_is_not_there_is_named(target, loader):
    with serving() as gone:
        address = gone.address("/file.bin")
    assert f"{address}: the connection failed" in refused(loader, target, address)


def test_redirects_are_followed(server, target, loader):
    address = server.answers(redirects("/elsewhere"), redirects("deeper/file"), gives(DATA))
    loader.fetch(known(), target, [address])
    assert [path for path, _ in server.requests] == ["/file.bin", "/elsewhere", "/deeper/file"]


def test_a_circle_of_redirects_ends(server, target, loader):
    said = refused(loader, target, server.answers(redirects("/file.bin")))
    assert "redirects more than" in said
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "location",
    ["http://example.com/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "https:"],
)
def test_redirects_to_where_no_file_may_come_from_are_refused(server, target, loader, location):
    assert refused(loader, target, server.answers(redirects(location)))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "address", ["http://example.com/x", "ftp://a/x", "/etc/passwd", "", "http://127.0.0.1:x/"]
)
def test_only_https_may_leave_this_machine(target, loader, address):
    assert refused(loader, target, address)


def test_mirrors_are_tried_in_order_and_the_first_good_one_serves(server, target, loader):
    server.answers(sends(b"", 404), gives(GARBAGE), gives(DATA), sends(b"", 500))
    loader.fetch(known(), target, [server.address(f"/{mirror}") for mirror in "abcd"])
    assert [path for path, _ in server.requests] == ["/a", "/b", "/c"]


def test_every_mirrors_reason_is_told(server, target, loader):
    server.answers(sends(b"", 404), sends(DATA, Content_Type="text/html"), gives(GARBAGE))
    said = refused(loader, target, *(server.address(f"/{mirror}") for mirror in "abc"))
    assert said.index("/a: it answers 404") < said.index("/b: it sends a web page")
    assert said.index("/b:") < said.index("/c: what it sent has the sha256")


def test_another_mirror_goes_on_where_the_first_ended(server, target):
    once = Downloader(ONCE)
    server.answers(breaks_off(DATA, 30_000, ETag='"a"'), gives(DATA, etag='"b"'))
    once.fetch(known(), target, [server.address("/a"), server.address("/b")])
    assert ranges(server) == [None, "bytes=30000-"]
    assert "If-Range" not in server.requests[1][1]


def test_stopping_keeps_what_came(server, target, loader):
    came: list[int] = []
    stopping = Downloader(
        HURRIED, progress=lambda done, _total: came.append(done), cancel=lambda: bool(came)
    )
    address = server.answers(gives(DATA))
    with pytest.raises(StoppedError):
        stopping.fetch(known(), target, [address])
    assert target.with_name("file.bin.part").stat().st_size == came[-1]
    loader.fetch(known(), target, [address])
    assert target.read_bytes() == DATA


def test_stopping_ends_a_pause(server, target):
    wish = Downloader(Patience(pause_s=60.0), cancel=lambda: len(server.requests) > 0)
    with pytest.raises(StoppedError):
        wish.fetch(known(), target, [server.answers(sends(b"", 503))])


def test_a_file_without_a_hash_is_not_fetched(server, target, loader):
    said = refused(loader, target, server.answers(gives(DATA)), file=known(sha256=""))
    assert "No hash" in said
    assert server.requests == []


def test_a_file_without_an_address_is_not_fetched(target, loader):
    assert "No address" in refused(loader, target)


def test_a_certificate_that_nobody_vouches_for_is_refused(server, target, loader, tmp_path):
    try:
        context, _ = own_certificate(tmp_path)
    except FileNotFoundError:
        pytest.skip("no openssl to make a certificate with")
    server.speak_tls(context)
    address = server.answers(gives(DATA)).replace("http:", "https:")
    assert "certificate cannot be trusted" in refused(loader, target, address)
    assert server.requests == []


def test_the_note_beside_the_part_names_address_and_version(server, target):
    once = Downloader(ONCE)
    address = server.answers(breaks_off(DATA, 30_000, ETag='"1"'))
    refused(once, target, address)
    note = json.loads(target.with_name("file.bin.part.json").read_text())
    assert note == {"address": address, "version": '"1"'}
