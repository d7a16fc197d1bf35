"""Files that nobody sends by mistake, to the server as it runs in life, with somebody honest beside them.

A small share here; all of them: make fuzz.
"""

import io
import json
import os
import random
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.exchange import saved
from fieldstudy.exchange.saved import NotASavedFile
from fieldstudy.models import Visit, Wave
from tests import factories as make
from tests import honest, processes
from tests.phone import Phone, cookie_of
from tests.web.test_studio_files import workbook

DATABASES = ("sqlite",)
UPLOADS = int(os.environ.get("UPLOADS", "25"))
SEED, SLOWEST_SECONDS, UPLOADS_OF_PAIR = 9, 20, 40
NEVER = (400, 403, 404, 429)
"""A file that is not looked at proves nothing."""
STORES = b"code,name,city,region,timezone\nA,Store A,Verona,Veneto,Europe/Rome\nB,Store B,Rome,Lazio,Europe/Rome\n"
VISITS = b"store,fieldworker,method,started_at,greeted\nA,X1,mystery_shopping,2026-03-02 10:00,yes\n"
SAVED = {"format": "fieldstudy-saved-1", "visits": [{"body": "{}", "sha256": "0" * 64}], "media": []}


def doors(wave: Wave, visit: Visit) -> list[tuple[str, str, str, dict[str, str], bytes]]:
    """Address, field, name of the file, other fields, and what an honest file would hold."""
    study, client = wave.study_id, wave.client_id
    jpeg = make.picture_bytes(size=(320, 240))
    return [
        (f"/studio/studies/{study}/stores", "file", "stores.csv", {}, STORES),
        (f"/studio/studies/{study}/stores", "file", "stores.xlsx", {}, workbook()),
        (f"/studio/studies/{study}/checklists", "file", "checklist.xlsx", {}, workbook()),
        (f"/studio/waves/{wave.id}/visits/import", "file", "visits.csv", {"form_id": "shop"}, VISITS),
        (f"/studio/waves/{wave.id}/pictures", "file", "window.jpg", {"caption": "The window"}, jpeg),
        (f"/studio/clients/{client}/brand", "logo", "logo.jpg", {"accent": "#0a635e"}, jpeg),
        (f"/field/visits/{visit.id}/photos", "p-window", "window.jpg", {}, jpeg),
        ("/field/saved-file", "file", "saved.json", {}, json.dumps(SAVED).encode()),
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    return chance.choice(WAYS)(data, chance)


def _other_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[chance.randrange(len(data)) :] * chance.randint(1, 20)


def _other_sizes(data: bytes, chance: random.Random) -> bytes:
    """Numbers in headers: sizes, counts and places."""
    changed, place = bytearray(data), chance.randrange(max(1, min(len(data), 400)))
    changed[place : place + 4] = chance.choice([b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4), b"\x00\x01\x00\x00"])
    return bytes(changed)


def _something_else(data: bytes, chance: random.Random) -> bytes:
    return chance.choice(
        [b"", b"\0" * 1000, b"PK\x03\x04" + data, b"[" * 15_000, b'"' * 50_000, b"%PDF-1.7", b"<svg/>"]
    )


def _another_entry(data: bytes, chance: random.Random) -> bytes:
    """A workbook in which one part holds something else; other files get a ZIP's name."""
    if not data.startswith(b"PK"):
        return _other_bytes(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    name = chance.choice(list(parts))
    parts[name] = chance.choice([_other_bytes, _cut, _doubled])(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part, content in parts.items():
            after.writestr(part, content)
    return out.getvalue()


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _other_bytes, _other_bytes, _cut, _doubled, _other_sizes, _something_else, _another_entry, _another_entry,
)  # fmt: skip


def form(fields: dict[str, str], field: str, name: str, content: bytes) -> tuple[bytes, str]:
    border = uuid.uuid4().hex
    parts = [f'--{border}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    head = f'--{border}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + content + f"\r\n--{border}--\r\n".encode()
    return body, f"multipart/form-data; boundary={border}"


@pytest.mark.parametrize("data", [b"", b"{", b'{"format": "\xff"}', b"[" * 15_000, b'"\\ud800"'])
def test_a_saved_file_of_other_bytes_is_none(data: bytes) -> None:
    with pytest.raises(NotASavedFile):
        saved.read(io.BytesIO(data))


@dataclass(frozen=True)
class Pair:
    """Somebody who studies and somebody in the field: together they send as much as they may in a minute."""

    cookies: Mapping[str, str]
    doors: Sequence[tuple[str, str, str, dict[str, str], bytes]]


def pair(app: Flask, wave: Wave) -> Pair:
    visit = make.visit(make.assignment(wave))
    assert visit.fieldworker.user is not None
    people = {"studio": make.user(Role.COORDINATOR, wave.study.client), "field": visit.fieldworker.user}
    return Pair({room: cookie_of(app, person) for room, person in people.items()}, doors(wave, visit))


def test_no_mutated_upload_is_our_fault_and_nobody_waits_for_it(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    study = make.study()
    version = make.version(study)
    wave = make.wave(study)
    assignment = make.assignment(wave)
    pairs = [pair(app, wave) for _ in range(0, UPLOADS, UPLOADS_OF_PAIR)]
    chance = random.Random(SEED)  # noqa: S311 nothing secret
    statuses: Counter[int] = Counter()
    slowest = 0.0
    reader = assignment.fieldworker.user
    with processes.server(app) as server, honest.beside(server.address, app, reader, assignment, version) as waits:
        for number in range(UPLOADS):
            sender = pairs[number // UPLOADS_OF_PAIR]
            address, field, name, fields, good = sender.doors[number % len(sender.doors)]
            phone = Phone(server.address, sender.cookies[address.split("/")[1]], tries=1)
            phone.session()
            body, kind = form(fields, field, name, mutated(good, chance))
            begun = time.monotonic()
            reply = phone.once("POST", address, body, {"Content-Type": kind})
            slowest = max(slowest, time.monotonic() - begun)
            statuses[reply.status if reply is not None else 599] += 1
    with capsys.disabled():
        print(f"\n{UPLOADS} uploads: {dict(statuses)}, slowest {slowest:.2f} s\n{waits}")
    unexpected = {status: count for status, count in statuses.items() if status >= 500 or status in NEVER}
    assert (unexpected, sum(statuses.values())) == ({}, UPLOADS)
    assert (statuses[303] > 0, statuses[422] > 0) == (True, True)
    assert slowest < SLOWEST_SECONDS
    honest.check(waits, is_whole="UPLOADS" in os.environ)
