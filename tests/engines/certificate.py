"""A certificate for tests: self-signed, Ed25519, in PEM. Nothing on the machine is needed to make it."""

from base64 import encodebytes

from nacl.signing import SigningKey

_ED25519 = bytes.fromhex("06032b6570")  # 1.3.101.112
_COMMON_NAME = bytes.fromhex("0603550403")  # 2.5.4.3
_OTHER_NAMES = bytes.fromhex("0603551d11")  # 2.5.29.17
SEQUENCE, SET, INTEGER, BITS, OCTETS, UTF8, DAY = 0x30, 0x31, 0x02, 0x03, 0x04, 0x0C, 0x17


def certificate_for(*names: str) -> tuple[str, str]:
    """Certificate and private key of these host names."""
    key = SigningKey.generate()
    algorithm = _der(SEQUENCE, _ED25519)
    name = _der(SEQUENCE, _der(SET, _der(SEQUENCE, _COMMON_NAME, _der(UTF8, names[0].encode()))))
    others = _der(SEQUENCE, *(_der(0x82, one.encode()) for one in names))
    body = _der(
        SEQUENCE,
        _der(0xA0, _der(INTEGER, b"\x02")),
        _der(INTEGER, b"\x01"),
        algorithm,
        name,
        _der(SEQUENCE, _der(DAY, b"200101000000Z"), _der(DAY, b"491231235959Z")),
        name,
        _der(SEQUENCE, algorithm, _der(BITS, b"\0", key.verify_key.encode())),
        _der(0xA3, _der(SEQUENCE, _der(SEQUENCE, _OTHER_NAMES, _der(OCTETS, others)))),
    )
    signed = _der(SEQUENCE, body, algorithm, _der(BITS, b"\0", key.sign(body).signature))
    secret = _der(SEQUENCE, _der(INTEGER, b"\0"), algorithm, _der(OCTETS, _der(OCTETS, key.encode())))
    return _pem("CERTIFICATE", signed), _pem("PRIVATE KEY", secret)


def _der(tag: int, *parts: bytes) -> bytes:
    inner = b"".join(parts)
    size = len(inner)
    length = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + length + inner


def _pem(what: str, der: bytes) -> str:
    return f"-----BEGIN {what}-----\n{encodebytes(der).decode()}-----END {what}-----\n"
