"""A report before its release, on paper: ordered by a coordinator, drawn by a worker, gone in an hour."""

from uuid import UUID

from fieldstudy.models import Job, Store, Wave
from fieldstudy.queries import previews
from fieldstudy.services import temporary_files


def order(wave: Wave, store: Store | None, language: str, actor: UUID) -> Job:
    """Of a store, or without one of the network; it is no edition and no paper of one."""
    return temporary_files.order(previews.PREVIEW, wave, previews.payload(wave, store, language), actor)
