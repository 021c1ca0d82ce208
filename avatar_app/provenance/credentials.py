"""Reading and verifying the Content Credentials of any file.

What a file says of itself is shown as what it is, a claim: intact means that nothing was changed
since somebody signed it, and nothing more. An unknown key is neither an alarm nor a recommendation.
"""

import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from avatar_app.errors import MediaError
from avatar_app.provenance.certificate import SigningIdentity
from avatar_app.provenance.container import is_matroska, refuse_greed
from avatar_app.provenance.identity import known_identity
from avatar_app.provenance.library import c2pa
from avatar_app.provenance.signing import SIDECAR, settings
from avatar_app.provenance.statement import AI_SOURCE_TYPES, CREATED

if TYPE_CHECKING:
    from c2pa import Reader

_MOST_IN_A_SIDECAR = 16 * 2**20
_LONGEST = 600
_OF_THE_KEY = "signingCredential."
_UNKNOWN = "signingCredential.untrusted"
_ELSEWHERE = "It points to credentials on the network, which are not fetched."
_NO_SUCH_KIND = "It is no picture or film of a kind that can carry them."
_DAMAGED = "Its credentials cannot be read."
_WHOSE = "Who holds that key cannot be told from the file."
_RUN_OUT = "Its certificate has run out or is not made for this."


class Standing(StrEnum):
    """How a file stands to its credentials."""

    OURS = "ours"
    UNKNOWN_KEY = "unknown_key"
    CHANGED = "changed"
    NONE = "none"


SENTENCES = {
    Standing.OURS: "Intact, and signed by this installation.",
    Standing.UNKNOWN_KEY: "Intact since it was signed, with a key this installation does not know.",
    Standing.CHANGED: "Changed or damaged since it was signed: what it says of itself may be "
    "untrue.",
    Standing.NONE: "No Content Credentials.",
}
"""In English; the window has them in its own language."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file says of itself, and whether that holds.

    ``detail`` is one sentence more, or empty. The rest are claims of the file in its own words,
    empty where it makes none: ``generator`` the program, ``signer`` what the certificate calls
    itself, ``source_type`` the last part of the IPTC's term, ``when`` as written. ``problems``
    are the codes of the C2PA specification."""

    standing: Standing
    detail: str = ""
    generator: str = ""
    signer: str = ""
    source_type: str = ""
    description: str = ""
    when: str = ""
    problems: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The standing in words."""
        return SENTENCES[self.standing]

    @property
    def says_artificial(self) -> bool:
        """Whether the file says that it is artificial, in whole or in part."""
        return self.source_type in AI_SOURCE_TYPES


def read_credentials(path: Path, keys: Path) -> Credentials:
    """What the credentials of the file ``path`` say; ``keys`` is the folder of this
    installation's key, which need not exist. Fetches nothing from the network.

    Raises MediaError for what is no file or too damaged to be searched, MachineError where the
    library is missing."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise MediaError(f"{path} is not a file.", "Name a picture or a film.")
        with path.open("rb") as file:
            refuse_greed(file)
            sidecar = _sidecar(path) if is_matroska(file) else None
            file.seek(0)
            return _read(path, file, sidecar, known_identity(keys))
    except OSError as error:
        raise MediaError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the name."
        ) from error


def _sidecar(path: Path) -> bytes | None:
    """What lies beside a film that cannot carry credentials, where that is a small file."""
    beside = path.with_suffix(SIDECAR)
    if not beside.is_file():
        return None
    with beside.open("rb") as file:
        content = file.read(_MOST_IN_A_SIDECAR + 1)
    return content if 0 < len(content) <= _MOST_IN_A_SIDECAR else None


def _read(
    path: Path, file: BinaryIO, sidecar: bytes | None, identity: SigningIdentity | None
) -> Credentials:
    library = c2pa()
    try:
        with (
            library.Context.from_dict(settings(identity)) as context,
            library.Reader(None, file, sidecar, context=context) as reader,
        ):
            return _judge(reader, identity)
    except library.C2paError.ManifestNotFound:
        return Credentials(Standing.NONE)
    except library.C2paError.NotSupported:
        return Credentials(Standing.NONE, detail=_NO_SUCH_KIND)
    except library.C2paError as error:
        return _unreadable(path, str(error))


def _unreadable(path: Path, message: str) -> Credentials:
    """What the library's refusal means; its errors read "Kind: text"."""
    kind = message.partition(":")[0]
    if kind in {"Remote", "RemoteManifest"}:
        return Credentials(Standing.NONE, detail=_ELSEWHERE)
    if kind == "Io" or "asset could not be parsed" in message:
        raise MediaError(
            f"{path} is damaged and cannot be searched for credentials.", "Fetch it once more."
        )
    return Credentials(Standing.CHANGED, detail=_DAMAGED, problems=(_plain(kind),))


def _judge(reader: "Reader", identity: SigningIdentity | None) -> Credentials:
    store = json.loads(reader.json())
    active = _map(_map(store.get("manifests")).get(store.get("active_manifest")))
    codes = [_plain(_map(entry).get("code")) for entry in _list(store.get("validation_status"))]
    problems = tuple(code for code in codes if code != _UNKNOWN)
    standing = _standing(str(store.get("validation_state")), problems, store)
    if standing is Standing.UNKNOWN_KEY and _is_ours(store, active, identity):
        standing = Standing.OURS
    detail = ""
    if standing is Standing.UNKNOWN_KEY:
        detail = _RUN_OUT if problems else _WHOSE
    return Credentials(standing, detail, problems=problems, **_claims(active))


def _standing(state: str, problems: tuple[str, ...], store: Mapping[str, Any]) -> Standing:
    """Intact or changed; of whose key it is nothing is said yet. A certificate that is no good
    still shows that nothing was changed, where the library did verify the signature with it."""
    if state in {"Valid", "Trusted"}:
        return Standing.UNKNOWN_KEY
    of_the_key = all(problem.startswith(_OF_THE_KEY) for problem in problems)
    results = _map(_map(store.get("validation_results")).get("activeManifest"))
    passed = {_map(entry).get("code") for entry in _list(results.get("success"))}
    intact = state == "Invalid" and of_the_key and "claimSignature.validated" in passed
    return Standing.UNKNOWN_KEY if intact else Standing.CHANGED


def _is_ours(
    store: Mapping[str, Any], active: Mapping[str, Any], identity: SigningIdentity | None
) -> bool:
    """Whether our root vouches for the key (the only root that is trusted), and it is our key."""
    serial = _map(active.get("signature_info")).get("cert_serial_number")
    trusted = store.get("validation_state") == "Trusted"
    return trusted and identity is not None and serial == str(identity.serial)


def _claims(active: Mapping[str, Any]) -> dict[str, str]:
    created = _first_action(active)
    program = _map(next(iter(_list(active.get("claim_generator_info"))), None))
    signature = _map(active.get("signature_info"))
    names = (signature.get("common_name"), signature.get("issuer"))
    return {
        "generator": _plain(f"{program.get('name', '')} {program.get('version', '')}"),
        "signer": _plain(", ".join(str(name) for name in names if name)),
        "source_type": _plain(created.get("digitalSourceType")).rpartition("/")[2],
        "description": _plain(created.get("description")),
        "when": _plain(created.get("when")),
    }


def _first_action(active: Mapping[str, Any]) -> Mapping[str, Any]:
    """The action that says where the picture comes from."""
    actions = [
        _map(action)
        for assertion in map(_map, _list(active.get("assertions")))
        if str(assertion.get("label")).startswith("c2pa.actions")
        for action in _list(_map(assertion.get("data")).get("actions"))
    ]
    created = [action for action in actions if action.get("action") == CREATED]
    sourced = [action for action in actions if action.get("digitalSourceType")]
    return next(iter(created + sourced), {})


def _map(value: object) -> dict[str, Any]:
    """A part of a manifest where a table belongs; whoever made the file wrote what he liked."""
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(text: object) -> str:
    """Somebody else's words: one line, printable, of bounded length."""
    printable = "".join(c if c.isprintable() else " " for c in str(text or "")[: 4 * _LONGEST])
    return " ".join(printable.split())[:_LONGEST]
