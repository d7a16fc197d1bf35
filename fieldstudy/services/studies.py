"""Clients, studies, waves and stores."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fieldstudy.core import colours
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Method
from fieldstudy.extensions import db
from fieldstudy.models import Client, Membership, Store, Study, Wave
from fieldstudy.models.columns import new_id
from fieldstudy.services import files, journal, unit
from fieldstudy.services.photos import Picture


class NameIsTaken(Exception):
    pass


class DatesAreReversed(Exception):
    pass


def create_client(name: str, actor: UUID | None = None, is_demo: bool = False) -> Client:
    client = Client(id=new_id(), name=name.strip(), is_demo=is_demo)
    with _unique(), unit.work():
        db.session.add(client)
        db.session.flush()
        if actor is not None:
            _keep_within_reach(client, actor)
        journal.write("client.created", client, actor, client.id, name=client.name)
    return client


def _keep_within_reach(client: Client, actor: UUID) -> None:
    """Whoever creates a client coordinates it, unless they coordinate every client already."""
    everywhere = select(Membership.id).where(
        Membership.user_id == actor, Membership.role == Role.COORDINATOR, Membership.client_id.is_(None)
    )
    if db.session.scalar(everywhere) is None:
        db.session.add(Membership(user_id=actor, client_id=client.id, role=Role.COORDINATOR))


class AccentIsPale(ValueError):
    """Text in this colour cannot be read on white; `contrast` says how far from 4.5 it is."""

    def __init__(self, contrast: float) -> None:
        super().__init__(f"{contrast:.2f}")
        self.contrast = contrast


class AccentIsTaken(ValueError):
    """`other` is a colour of the reports that has a meaning of its own, and the accent would be taken for it."""

    def __init__(self, other: str) -> None:
        super().__init__(other)
        self.other = other


def set_accent(client: Client, accent: str, actor: UUID | None) -> None:
    """The client's own colour (#rrggbb) on its reports and its managers' pages; empty: the house's own."""
    colour = colours.normal(accent) if accent.strip() else ""
    if colour and not colours.is_readable(colour):
        raise AccentIsPale(colours.contrast(colour, colours.WHITE))
    if colour and (other := colours.taken_for(colour)):
        raise AccentIsTaken(other)
    with unit.work(client):
        client.accent = colour
        journal.write("client.accent_set", client, actor, client.id, accent=colour)


def set_logo(client: Client, picture: Picture | None, actor: UUID | None) -> None:
    """A picture that was made anew on arrival; None takes the logo away."""
    sha256 = files.put(picture.small) if picture else ""
    with unit.work(client):
        client.logo_sha256 = sha256
        journal.write("client.logo_set", client, actor, client.id, logo=sha256)


def logo_of(client: Client) -> bytes | None:
    """For paper; None without one."""
    return files.read_all([client.logo_sha256]).get(client.logo_sha256) if client.logo_sha256 else None


def create_study(
    client: Client,
    name: str,
    slug: str = "",
    purpose: str = "",
    staff_notice: str = "",
    staff_notice_on: date | None = None,
    actor: UUID | None = None,
    jotting_methods: Sequence[Method] | None = None,
) -> Study:
    study = Study(
        id=new_id(),
        client_id=client.id,
        slug=slugify(slug or name),
        name=name.strip(),
        purpose=purpose,
        staff_notice=staff_notice,
        staff_notice_on=staff_notice_on,
        jotting_methods=None if jotting_methods is None else tuple(jotting_methods),
    )
    with _unique(), unit.work():
        db.session.add(study)
        db.session.flush()
        journal.write("study.created", study, actor, slug=study.slug)
    return study


def change_study(study: Study, actor: UUID | None, **changes: Any) -> None:
    """Name, purpose, staff notice and its date, and by which methods the client reads jottings."""
    with unit.work(study):
        for name in ("name", "purpose", "staff_notice", "staff_notice_on", "jotting_methods"):
            if name in changes:
                setattr(study, name, changes[name])
        fields = sorted(changes)
        journal.write("study.changed", study, actor, fields=fields, jotting_methods=_words(study.jotting_methods))


def _words(methods: Sequence[Method] | None) -> list[str] | None:
    return None if methods is None else [method.value for method in methods]


def create_wave(study: Study, name: str, starts_on: date, ends_on: date, actor: UUID | None = None) -> Wave:
    if ends_on < starts_on:
        raise DatesAreReversed
    wave = Wave(
        id=new_id(),
        client_id=study.client_id,
        study_id=study.id,
        name=name.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    with _unique(), unit.work():
        db.session.add(wave)
        db.session.flush()
        journal.write("wave.created", wave, actor, name=wave.name)
    return wave


class StoreRow(Protocol):
    """One row of a file (exchange.stores)."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def latitude(self) -> Decimal | None: ...
    @property
    def longitude(self) -> Decimal | None: ...
    @property
    def timezone(self) -> str: ...


STORE_FIELDS = ("code", "name", "city", "region", "address", "latitude", "longitude", "timezone")


def import_stores(study: Study, rows: Iterable[StoreRow], actor: UUID | None = None) -> tuple[int, int]:
    """Add new stores and bring known ones (by code) up to date; returns how many of each."""
    added = changed = 0
    with unit.work():
        known = {s.code: s for s in db.session.scalars(select(Store).where(Store.client_id == study.client_id))}
        for row in rows:
            fields = {name: getattr(row, name) for name in STORE_FIELDS}
            store = known.get(row.code)
            if store is None:
                db.session.add(Store(client_id=study.client_id, **fields))
                added += 1
            elif _update(store, fields):
                changed += 1
        journal.write("stores.imported", study, actor, added=added, changed=changed)
    return added, changed


def _update(store: Store, row: Mapping[str, Any]) -> bool:
    different = {name: value for name, value in row.items() if getattr(store, name) != value}
    for name, value in different.items():
        setattr(store, name, value)
    return bool(different)


def slugify(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "study"


@contextmanager
def _unique() -> Iterator[None]:
    """Turns the database's refusal of a second equal name into a fact of ours."""
    try:
        yield
    except IntegrityError as error:
        raise NameIsTaken from error
