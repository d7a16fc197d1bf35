"""Clients, studies, waves and stores."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from fieldstudy.core import ordering
from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import db
from fieldstudy.models import Client, Store, Study, Wave
from fieldstudy.queries import reach

READERS = (Role.MANAGER, Role.COORDINATOR)


class NotFound(LookupError):
    """`noun` and `name` say what was looked for."""

    def __init__(self, noun: str, name: str) -> None:
        super().__init__(f"{noun} {name!r} does not exist" if name else f"there is no {noun} yet")
        self.noun = noun
        self.name = name


def list_clients(viewer: Viewer, *roles: Role) -> Sequence[Client]:
    return db.session.scalars(
        select(Client).where(reach.of_clients(viewer, Client.id, *roles)).order_by(Client.name)
    ).all()


def find_client(viewer: Viewer, client_id: UUID) -> Client | None:
    query = select(Client).where(Client.id == client_id, reach.of_clients(viewer, Client.id, Role.COORDINATOR))
    return db.session.scalar(query)


def find_managed_client(viewer: Viewer, client_id: UUID) -> Client | None:
    """For its managers, and for coordinators, who write for its stores too."""
    query = select(Client).where(Client.id == client_id, reach.of_clients(viewer, Client.id, *READERS))
    return db.session.scalar(query)


def find_study(viewer: Viewer, study_id: UUID) -> Study | None:
    query = select(Study).where(Study.id == study_id, reach.of_clients(viewer, Study.client_id, Role.COORDINATOR))
    return db.session.scalar(query)


def find_wave(viewer: Viewer, wave_id: UUID) -> Wave | None:
    query = select(Wave).where(Wave.id == wave_id, reach.of_clients(viewer, Wave.client_id, Role.COORDINATOR))
    return db.session.scalar(query)


def list_studies_for_clients(clients: Sequence[Client]) -> Sequence[Study]:
    query = select(Study).where(Study.client_id.in_([client.id for client in clients])).order_by(Study.name)
    return db.session.scalars(query).all()


def list_waves_for_study(study: Study) -> Sequence[Wave]:
    return db.session.scalars(_waves(study)).all()


def _waves(study: Study) -> Select[Any]:
    return select(Wave).where(Wave.study_id == study.id).order_by(Wave.starts_on, Wave.id)


def find_wave_before(wave: Wave) -> Wave | None:
    """The wave of the same study that came before this one."""
    earlier = _waves(wave.study).where(Wave.starts_on < wave.starts_on).order_by(None)
    return db.session.scalar(earlier.order_by(Wave.starts_on.desc()).limit(1))


def list_stores_for_client(client_id: UUID) -> Sequence[Store]:
    """By code."""
    found = db.session.scalars(select(Store).where(Store.client_id == client_id))
    return ordering.by_code(found, lambda store: store.code)


def count_stores_for_client(client_id: UUID) -> int:
    return db.session.scalar(select(func.count()).where(Store.client_id == client_id)) or 0


def get_client_by_name(name: str) -> Client:
    return _get(select(Client).where(Client.name == name), "client", name)


def get_study_by_slug(slug: str) -> Study:
    return _get(select(Study).where(Study.slug == slug), "study", slug)


def get_wave(wave_id: UUID) -> Wave:
    """For workers, which have no reach. Raises NoResultFound."""
    return db.session.scalars(select(Wave).where(Wave.id == wave_id)).one()


def get_wave_by_name(study: Study, name: str) -> Wave:
    return _get(select(Wave).where(Wave.study_id == study.id, Wave.name == name), "wave", name)


def get_store_by_code(client_id: UUID, code: str) -> Store:
    return _get(select(Store).where(Store.client_id == client_id, Store.code == code), "store", code)


def _get(query: Select[Any], noun: str, name: str) -> Any:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound(noun, name)
    return found


def list_all_studies() -> Sequence[Study]:
    return db.session.scalars(select(Study).order_by(Study.slug)).all()


def is_empty() -> bool:
    """Does the database hold no client but the demo's?"""
    return db.session.scalar(select(Client.id).where(~Client.is_demo).limit(1)) is None


def find_demo_client() -> Client | None:
    return db.session.scalar(select(Client).where(Client.is_demo))
