"""A key pair and the certificates that C2PA asks of whoever signs, made on this machine.

The profile is section 14 of the C2PA specification: X.509 v3, ES256, key usage for signatures
only, one extended key usage, not its own issuer. So a root is made that issues one certificate,
and its private key is forgotten at once: nobody can issue another in its name. The names say what
the key is, never whose it is.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import (
        EllipticCurvePrivateKey,
        EllipticCurvePublicKey,
    )

_YEARS = 30
"""Without a time stamp a signature ends with its certificate."""

_CLOCK_SLACK = timedelta(days=2)
_ORGANISATION = "avatar_app"
_SIGNER = "Key of one installation"
_ROOT = "Root of one installation"


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """A private key and its certificates, all PEM: the signer's, then the root that issued it.

    ``note`` is one sentence where something was made anew, else empty."""

    key: bytes = field(repr=False)
    certificate: bytes
    root: bytes
    serial: int
    note: str = ""

    @property
    def pem(self) -> bytes:
        """All three, as they are kept."""
        return self.key + self.certificate + self.root


def new_identity() -> SigningIdentity:
    """A fresh key, certified by a root of its own."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, root_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _root(root_key)
    certificate = _certificate(key.public_key(), root_key)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    serial = certificate.serial_number
    return SigningIdentity(private, certificate.public_bytes(pem), root.public_bytes(pem), serial)


def parse_identity(content: bytes) -> SigningIdentity:
    """What ``pem`` gave. Raises ValueError for anything that could not sign today."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    key_end = content.find(b"-----BEGIN CERTIFICATE-----")
    if key_end < 0:
        raise ValueError("it holds no certificate")
    try:
        key = serialization.load_pem_private_key(content[:key_end], password=None)
        certificate, root = x509.load_pem_x509_certificates(content[key_end:])
        certificate.verify_directly_issued_by(root)
    except (TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise ValueError(f"its parts do not belong together: {error}") from error
    if key.public_key() != certificate.public_key():
        raise ValueError("key and certificate do not belong together")
    if not certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc:
        raise ValueError("its certificate is not valid now")
    pem = serialization.Encoding.PEM
    return SigningIdentity(
        content[:key_end],
        certificate.public_bytes(pem),
        root.public_bytes(pem),
        certificate.serial_number,
    )


def _root(key: "EllipticCurvePrivateKey") -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    return (
        _builder(_ROOT, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    public: "EllipticCurvePublicKey", issuer: "EllipticCurvePrivateKey"
) -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    # The one purpose that readers of Content Credentials accept without being set up for it.
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
    return (
        _builder(_SIGNER, public)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(authority, critical=False)
        .sign(issuer, hashes.SHA256())
    )


def _builder(name: str, public: "EllipticCurvePublicKey") -> "x509.CertificateBuilder":
    from cryptography import x509

    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(_ROOT))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SLACK)
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(common: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
