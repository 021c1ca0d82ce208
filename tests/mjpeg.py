"""Answers of a server that streams pictures as IP cameras and phones do: MJPEG over HTTP."""

import io

import numpy as np
from file_server import Answer, Exchange
from PIL import Image

BEAT_S = 0.02


def jpeg(shade: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """An even grey picture."""
    out = io.BytesIO()
    Image.fromarray(np.full((size[1], size[0], 3), shade, np.uint8)).save(out, "JPEG")
    return out.getvalue()


def part(data: bytes) -> bytes:
    """One picture of the stream with its head."""
    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data + b"\r\n"


def streams(*parts: bytes, then_wait: bool = False, forever: bool = False) -> Answer:
    """These parts, a beat apart; then the end, silence, or the last again until the test is over
    or the client has left."""

    def answer(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Type": "multipart/x-mixed-replace; boundary=frame"})
        for data in parts:
            _send(exchange, data)
        while forever and not exchange.server.over.is_set():
            _send(exchange, parts[-1])
        if then_wait:
            exchange.wait_for_the_end()

    return answer


def _send(exchange: Exchange, data: bytes) -> None:
    exchange.wfile.write(data)
    exchange.wfile.flush()
    exchange.server.over.wait(BEAT_S)
