"""Passwords: argon2id, few at a time, the same time for known and unknown names."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import Problem
from inspector.words import Word

LEAST, MOST = 12, 200  # characters (ASVS 6.2.1, 6.2.9)
# What everybody tries first; a sign-in throttle does the rest.
COMMON = frozenset(
    {
        *("password", "passw0rd", "qwerty", "abc123", "123456", "111111", "admin"),
        *("administrator", "iloveyou", "welcome", "letmein", "sunlot", "inspector"),
    }
)


class Passwords:
    """Hashes and checks. `parallel` hashes at a time bound the memory they need."""

    def __init__(self, memory_kib: int, parallel: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=3, memory_cost=memory_kib, parallelism=1
        )
        self._room = BoundedSemaphore(max(1, parallel))
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The stored form. Raises Problem when the server is busy hashing."""
        with _Turn(self._room):
            return self._hasher.hash(password)

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to `stored`; None costs the same and is False."""
        with _Turn(self._room):
            try:
                good = self._hasher.verify(stored or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return good and stored is not None


class _Turn:
    """A place among the hashes computed at the same time."""

    def __init__(self, room: BoundedSemaphore) -> None:
        self._room = room

    def __enter__(self) -> None:
        if not self._room.acquire(timeout=10):
            raise Problem("http.unavailable", {"Retry-After": "5"})

    def __exit__(self, *_: object) -> None:
        self._room.release()


def weakness(password: str, *names: str) -> Word | None:
    """Why a new password is refused, None when it is good."""
    if not LEAST <= len(password) <= MOST:
        zh = f"密码须为 {LEAST}–{MOST} 个字符"
        return Word("", zh, f"a password has {LEAST}-{MOST} characters")
    plain = password.lower()
    if len(set(plain)) < 5 or any(n and n.lower() in plain for n in names):
        return Word("", "密码过于简单", "the password is too simple")
    if any(plain.startswith(w) and len(plain) - len(w) < 6 for w in COMMON):
        return Word("", "密码过于常见", "the password is too common")
    return None
