"""Signing with c2pa-python: the one place that hands pictures and key to the library.

It works without a network (nothing is fetched, no time stamp server is asked) and in bounded
memory: long videos are hashed in pieces, and what the library sets aside goes to the folder for
temporary files.
"""

import errno
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from avatar_app.provenance.certificate import SigningIdentity
from avatar_app.provenance.library import c2pa

EMBEDDED = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".png": "image/png",
    ".gif": "image/gif",
}
"""Suffixes of files that carry their credentials inside."""

DETACHED = {".mkv": "video/x-matroska"}
"""Suffixes of files that cannot: theirs lie beside them."""

SIDECAR = ".c2pa"

_PIECE_KB = 8192
_SET_ASIDE_MB = 16


def settings(identity: SigningIdentity | None) -> dict[str, Any]:
    """The library's settings: no network, no thumbnails; the root of ``identity`` is the only one
    that is trusted."""
    return {
        "verify": {
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
            "verify_trust": True,
            "verify_after_sign": True,
        },
        "core": {
            "allowed_network_hosts": [],
            "merkle_tree_chunk_size_in_kb": _PIECE_KB,
            "backing_store_memory_threshold_in_mb": _SET_ASIDE_MB,
        },
        "builder": {"thumbnail": {"enabled": False}},
        "trust": {"trust_anchors": identity.root.decode() if identity is not None else None},
    }


def signed_copy(
    source: Path, target: Path, media_type: str, claim: Mapping[str, Any], identity: SigningIdentity
) -> None:
    """Write ``source`` with its credentials inside to ``target``. Raises OSError and what the
    library raises (C2paError)."""
    _sign(source, target, media_type, claim, identity, embed=True)


def require_room(source: Path) -> None:
    """Raises OSError where a signed copy of ``source`` has no room: one goes beside it, and the
    library sets two aside in the folder for temporary files, which may lie in memory."""
    size = source.stat().st_size
    wanted: Counter[int] = Counter()
    folders: dict[int, Path] = {}
    for folder, copies in ((source.parent, 1), (Path(tempfile.gettempdir()), 2)):
        device = folder.stat().st_dev
        wanted[device] += copies * size
        folders.setdefault(device, folder)
    for device, folder in folders.items():
        if shutil.disk_usage(folder).free < wanted[device]:
            megabytes = wanted[device] // 10**6 + 1
            raise OSError(errno.ENOSPC, f"signing needs {megabytes} MB of free room in {folder}")


def detached(
    source: Path, media_type: str, claim: Mapping[str, Any], identity: SigningIdentity
) -> bytes:
    """The credentials of ``source`` to lie beside it. Raises as ``signed_copy``."""
    return _sign(source, Path(os.devnull), media_type, claim, identity, embed=False)


def _sign(
    source: Path,
    target: Path,
    media_type: str,
    claim: Mapping[str, Any],
    identity: SigningIdentity,
    *,
    embed: bool,
) -> bytes:
    library = c2pa()
    chain = identity.certificate + identity.root
    info = library.C2paSignerInfo(library.C2paSigningAlg.ES256, chain, identity.key, None)
    with (
        library.Context.from_dict(settings(identity)) as context,
        library.Signer.from_info(info) as signer,
        library.Builder(dict(claim), context) as builder,
        source.open("rb") as taken,
        target.open("w+b") as given,
    ):
        if not embed:
            builder.set_no_embed()
        return bytes(builder.sign(signer, media_type, taken, given))
