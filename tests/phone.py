"""A phone in plain Python: it seals visits and sends them as the field's own script does, on whatever connection."""

import hashlib
import json
import random
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from uuid6 import uuid7

from tests import signing

PIECE_BYTES = 256 * 1024
LONGEST_WAIT_SECONDS = 0.25
WAIT_AND_TRY_AGAIN = (429, 500, 502, 503, 504)


class SignedOut(Exception):
    """The queue waits until the same person signs in again."""


class GaveUp(Exception):
    """So many tries that something else must be wrong than the connection."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def receipt(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json["receipt"]
        return found


@dataclass(frozen=True)
class Snapshot:
    """A photo as the phone keeps it."""

    question: str
    content: bytes
    id: str = field(default_factory=lambda: str(uuid7()))

    @property
    def sha256(self) -> str:
        return sha256(self.content)


@dataclass(frozen=True)
class Sealed:
    """A sealed visit: never changed again, whatever happens on the way."""

    visit: str
    body: bytes
    photos: tuple[Snapshot, ...] = ()

    @property
    def sha256(self) -> str:
        return sha256(self.body)

    def is_received(self, receipt: Mapping[str, Any]) -> bool:
        """Does the receipt carry the hash of every byte string that we sent? Only then may the photos be erased."""
        media = {photo.id: photo.sha256 for photo in self.photos}
        return (receipt["visit"], receipt["sha256"], receipt["media"]) == (self.visit, self.sha256, media)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def canonical(value: Any) -> bytes:
    """Keys sorted, no spaces, NFC, no floats, UTF-8."""
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return unicodedata.normalize("NFC", written).encode()


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seal(
    assignment: UUID | str,
    version: UUID | str,
    raw: Mapping[str, Sequence[str]],
    photos: Sequence[Snapshot] = (),
    at: datetime | None = None,
    **fields: Any,
) -> Sealed:
    """A visit that began half an hour before `at` (by the phone's clock); `fields` replace what is sealed."""
    at = at or datetime.now(UTC)
    content = {
        "format": 1,
        "visit": str(fields.pop("visit", uuid7())),
        "revision": 1,
        "assignment": str(assignment),
        "version": str(version),
        "method": "mystery_shopping",
        "started_at": iso(at - timedelta(minutes=30)),
        "sealed_at": iso(at),
        "entered_at": iso(at - timedelta(minutes=25)),
        "left_at": iso(at - timedelta(minutes=5)),
        "outcome": "",
        "raw": {name: list(values) for name, values in raw.items()},
        "given": {name[2:]: iso(at - timedelta(minutes=20)) for name in raw if name.startswith("q-")},
        "photos": [_listed(photo, at) for photo in photos],
        "removed": [],
        "jottings": [],
        "device": "0f9c1d2e3b4a5968",
        "sequence": 1,
        "app": "tests",
        "clock_offset_ms": 0,
        "timezone": "Europe/Rome",
        **fields,
    }
    return Sealed(content["visit"], canonical(content), tuple(photos))


def _listed(photo: Snapshot, at: datetime) -> dict[str, Any]:
    taken_at = iso(at - timedelta(minutes=15))
    found = {"id": photo.id, "question": photo.question, "sha256": photo.sha256, "size": len(photo.content)}
    return {**found, "taken_at": taken_at}


def cookie_of(app: Flask, user: Any) -> str:
    """Signed in without the password page, which has tests of its own."""
    return f"session={signing.token_of(app, user)}"


class Phone:
    """One person's phone. Every request takes a connection of its own, and any of them may be cut.

    `clock` is how far ahead the phone's clock is; `tries` how often one request is tried before the phone gives up.
    """

    def __init__(
        self, address: str, cookie: str = "", clock: timedelta = timedelta(), tries: int = 60, seed: int = 0
    ) -> None:
        self.address, self.clock, self.tries = address, clock, tries
        self.cookies = SimpleCookie(cookie)
        self.chance = random.Random(seed)  # noqa: S311
        self.failures = 0
        self.token = ""

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock

    def sign_in(self, email: str, password: str, user: UUID) -> int:
        """The status: 204, or why not."""
        body = json.dumps({"email": email, "password": password, "user": str(user)}).encode()
        self.session()
        return self.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"}).status

    def session(self) -> dict[str, Any]:
        """Also fetches the token for the next unsafe requests."""
        found: dict[str, Any] = self.request("GET", "/api/v1/session").json
        self.token = found["token"]
        return found

    def send(self, sealed: Sealed) -> Reply:
        """Photos first, then the visit, until the server says what came of it."""
        self.session()
        for photo in sealed.photos:
            self.put_photo(photo)
        for _ in range(self.tries):
            reply = self.put_visit(sealed)
            if reply.status != 424:
                return reply
            missing = reply.json["missing"]
            for photo in (photo for photo in sealed.photos if photo.id in missing):
                self.put_photo(photo)
        raise GaveUp(f"photos of visit {sealed.visit}")

    def put_visit(self, sealed: Sealed) -> Reply:
        headers = {
            "Content-Type": "application/json",
            "Upload-Sha256": sealed.sha256,
            "Sent-At": iso(self.now()),
        }
        return self._with_token("PUT", f"/api/v1/visits/{sealed.visit}", sealed.body, headers)

    def put_photo(self, photo: Snapshot) -> Reply:
        """In pieces, going on where the server stopped; 201, or the refusal."""
        offset = 0
        for _ in range(self.tries):
            reply = self.put_piece(photo, offset)
            told = reply.json if reply.status in (200, 409, 422) else {}
            if "offset" in told:
                offset = told["offset"] if told["offset"] < len(photo.content) else 0
            elif told.get("error") == "hash_mismatch":
                offset = 0
            else:
                return reply
        raise GaveUp(f"photo {photo.id}")

    def put_piece(self, photo: Snapshot, offset: int) -> Reply:
        piece = photo.content[offset : offset + PIECE_BYTES]
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {offset}-{offset + len(piece) - 1}/{len(photo.content)}",
            "Upload-Sha256": photo.sha256,
        }
        return self._with_token("PUT", f"/api/v1/media/{photo.id}", piece, headers)

    def _with_token(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        if not self.token:
            self.session()
        reply = self.request(method, path, body, headers)
        if reply.status == 400 and reply.json == {"error": "stale_token"}:
            self.session()
            reply = self.request(method, path, body, headers)
        if reply.status == 401:
            raise SignedOut
        return reply

    def request(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Again and again, until somebody answers; waits between, a little longer and more at random each time."""
        for attempt in range(self.tries):
            reply = self.once(method, path, body, headers)
            if reply is not None and reply.status not in WAIT_AND_TRY_AGAIN:
                return reply
            self.failures += 1
            longest = min(0.01 * 2**attempt, LONGEST_WAIT_SECONDS)
            time.sleep(self.chance.uniform(0, longest))
        raise GaveUp(f"{method} {path}: {reply}")

    def once(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply | None:
        """One try; None without an answer."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        try:
            connection.request(method, path, body or None, {**self.own_headers(method), **(headers or {})})
            response = connection.getresponse()
            reply = Reply(response.status, dict(response.headers), response.read())
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        # A connection that ends among the headers still looks like an answer: one without a length.
        if reply.status != 204 and not reply.headers.get("Content-Length", "").isdigit():
            return None
        self._keep_cookies(response.headers.get_all("Set-Cookie") or [])
        return reply

    def own_headers(self, method: str) -> dict[str, str]:
        found = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())}
        if method not in ("GET", "HEAD"):
            found |= {"Sec-Fetch-Site": "same-origin", "Origin": self.address, "X-CSRFToken": self.token}
        return found

    def _keep_cookies(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.cookies.load(line)


def until(holds: Callable[[], bool], seconds: float = 20, what: str = "") -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)
