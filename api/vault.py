"""Encryption at rest: what a stolen database must not tell.

AES-256-GCM with a random 96-bit nonce. The label (`table.column:id`) is authenticated,
so a ciphertext cannot be moved to another row. Several keys may be kept: the first
encrypts, all decrypt, so a key can be changed without stopping.

Bytes: 1 (format) | 4 bytes key id | 12 bytes nonce | ciphertext and tag.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import zlib
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inspector.errors import InspectorError, messages

FORMAT = b"\x01"
KEY_BYTES = 32

messages(
    {
        "vault.key": (
            "密钥缺失或无法读取：{where}",
            "the encryption key is missing or unreadable: {where}",
        ),
        "vault.damaged": (
            "密文损坏或密钥不符",
            "sealed data are damaged or belong to another key",
        ),
    }
)


class Vault:
    """Seals and opens bytes under the installation's keys."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(k) != KEY_BYTES for k in keys):
            raise InspectorError("vault.key", where="key")
        self._ciphers = {_key_id(k): AESGCM(k) for k in keys}
        self._first = _key_id(keys[0])
        self._root = keys[-1]

    def seal(self, label: str, data: bytes) -> bytes:
        """`data` compressed and encrypted for the place named by `label`."""
        nonce = secrets.token_bytes(12)
        packed = zlib.compress(data, 6)
        cipher = self._ciphers[self._first]
        body = cipher.encrypt(nonce, packed, label.encode())
        return FORMAT + self._first + nonce + body

    def open(self, label: str, data: bytes) -> bytes:
        """Inverse of `seal`. Raises InspectorError vault.damaged."""
        cipher = self._ciphers.get(data[1:5])
        if data[:1] != FORMAT or cipher is None:
            raise InspectorError("vault.damaged")
        try:
            packed = cipher.decrypt(data[5:17], data[17:], label.encode())
        except InvalidTag as e:
            raise InspectorError("vault.damaged") from e
        return zlib.decompress(packed)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose (cookie signatures, look-up hashes).

        Taken from the oldest key, so that adding a key changes none of them.
        """
        return hmac.digest(self._root, f"sunlot/{purpose}".encode(), "sha256")

    def mark(self, purpose: str, text: str) -> str:
        """A keyed hash of `text`: equal texts give equal marks, nothing else shows."""
        return hmac.new(self.derive(purpose), text.encode(), "sha256").hexdigest()


def hashed(token: str) -> str:
    """How a token of 256 random bits is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"sunlot/key-id" + key).digest()[:4]


def parse_keys(text: str, where: str) -> tuple[bytes, ...]:
    """Keys, one per line or blank, urlsafe base64. Raises InspectorError vault.key."""
    try:
        keys = tuple(base64.urlsafe_b64decode(line) for line in text.split())
    except ValueError as e:
        raise InspectorError("vault.key", where=where) from e
    if not keys or any(len(k) != KEY_BYTES for k in keys):
        raise InspectorError("vault.key", where=where)
    return keys


def new_key() -> str:
    """A fresh key as text."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def create_key_file(path: Path) -> None:
    """Write a new key, readable by its owner only; an existing file is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(new_key() + "\n")
        file.flush()
        os.fsync(file.fileno())


def open_vault(key: str, path: Path) -> Vault:
    """The vault of an installation. Raises InspectorError vault.key."""
    if key:
        return Vault(parse_keys(key, "SUNLOT_KEY"))
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as e:
        raise InspectorError("vault.key", where=str(path)) from e
    return Vault(parse_keys(text, str(path)))
