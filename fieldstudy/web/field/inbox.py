"""Photos of a visit that are not there yet, as its pages show them: being checked, or refused with the reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from fieldstudy.models import Medium, Visit
from fieldstudy.queries import jobs as job_queries
from fieldstudy.services import visits
from fieldstudy.web import pictures
from fieldstudy.words import Words


@dataclass(frozen=True)
class Received:
    """`refusal` is empty while it is being checked."""

    id: UUID
    question: str
    refusal: str


def of_visit(visit: Visit, words: Words) -> dict[str, list[Received]]:
    """By question."""
    found: dict[str, list[Received]] = defaultdict(list)
    for medium in list_media(visit):
        refusal = _say(medium, visit, words) if medium.refusal else ""
        found[medium.question].append(Received(medium.id, medium.question, refusal))
    return dict(found)


def list_media(visit: Visit) -> Sequence[Medium]:
    return [*job_queries.list_pending_media(visit), *job_queries.list_refused_media(visit)]


def _say(medium: Medium, visit: Visit, words: Words) -> str:
    """Its file's name is not kept: the time has to do."""
    taken_at = visits.local(medium.taken_at or medium.received_at, visit.store.timezone)
    return pictures.say(medium.refusal, _("Photo (%(moment)s)", moment=words.short_moment(taken_at)))
