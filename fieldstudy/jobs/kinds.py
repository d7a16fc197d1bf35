"""What each kind of job does: at most one reader with one service. Begun again, it ends in the same state."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import UUID

from fieldstudy.exchange import pictures
from fieldstudy.models import Medium
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import media, photos
from fieldstudy.services.jobs import Lease


def clean_picture(lease: Lease) -> None:
    """From the inbox to a photo of its visit; a picture that is refused stays in the inbox with its reason."""
    medium = job_queries.get_medium(UUID(lease.payload["user"]), UUID(lease.payload["medium"]))
    if medium.photo_id is None and not medium.refusal:
        _take_in(medium)
    if medium.photo_id is not None and medium.erased_at is None:
        photos.erase_received(medium)


def _take_in(medium: Medium) -> None:
    try:
        with media.path_of(medium.user_id, medium.id).open("rb") as stream:
            picture = pictures.clean(stream)
    except pictures.PictureIsRefused as refused:
        photos.refuse(medium, refused.key)
        return
    # Somebody may have chosen the other version of its visit: then it belongs to none, and waits in the inbox.
    with suppress(photos.MediumIsUnclaimed):
        photos.take_in(medium, picture)


KINDS: Mapping[str, Callable[[Lease], None]] = {"picture": clean_picture}
