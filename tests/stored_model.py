"""A model as it lies on the disk: a card and parts, whose bytes no test runs."""

import hashlib
from pathlib import Path

from avatar_app.model_store.card import FommConventions, ModelCard, ModelPart, card_text

PARTS = {"source": b"source" * 500, "drive": b"drive" * 300, "render": b"render" * 700}


def write_model(
    folder: Path, name: str = "tiny", parts: dict[str, bytes] | None = None, origin: str = "a.pth"
) -> ModelCard:
    """Write card and parts into ``folder``, which is created."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = {}
    for word, data in (PARTS if parts is None else parts).items():
        file = f"{name}.{word}.onnx"
        (folder / file).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        listed[word] = ModelPart(file=file, size=len(data), sha256=digest)
    card = ModelCard(
        name=name,
        title="A tiny model",
        licence="none stated",
        origin=origin,
        origin_sha256="0" * 64,
        fomm=FommConventions(input_size=64, num_kp=4, jacobians=True, align_corners=True),
        parts=listed,
    )
    (folder / f"{name}.toml").write_text(card_text(card), encoding="utf-8")
    return card
