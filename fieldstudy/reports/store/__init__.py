"""The report of one store: a snapshot and its checklist become plain, worded values for the screen and for paper."""

from collections.abc import Collection
from dataclasses import dataclass

from fieldstudy.core.checklist import Checklist
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports.store import happened, head, journey, method, photos, questions, sections
from fieldstudy.reports.store.case import Case, shortened
from fieldstudy.reports.store.happened import Told
from fieldstudy.reports.store.head import Head
from fieldstudy.reports.store.journey import Journey
from fieldstudy.reports.store.method import MethodPart
from fieldstudy.reports.store.photos import Pictures
from fieldstudy.reports.store.questions import Questions
from fieldstudy.reports.store.sections import SectionTable
from fieldstudy.services import releases
from fieldstudy.words import Words

SHORT_CHARACTERS = 40
"""Of a name at the head and foot of a page."""


@dataclass(frozen=True)
class StoreReport:
    """A part that is None, or empty, is left out with its heading."""

    title: str
    running: str
    client: str
    initial: str
    eyebrow: str
    store: str
    place: str
    head: Head
    journey: Journey | None
    sections: SectionTable | None
    questions: Questions | None
    told: tuple[Told, ...]
    pictures: Pictures | None
    method: MethodPart


def build(
    snapshot: StoreSnapshot, checklist: Checklist, words: Words, edition: int | None, available: Collection[str]
) -> StoreReport:
    """`edition` is None before the release; `available` holds the hashes of the photos that can be shown."""
    case = Case(snapshot, checklist, words)
    facts, store = snapshot.facts, snapshot.store
    numbered = photos.number(snapshot, available)
    return StoreReport(
        title=f"{store.name} · {facts.wave} · {facts.client}",
        running=_running(case),
        client=_short(facts.client),
        initial=facts.client.strip()[:1].upper(),
        eyebrow=words.gettext("Store report · %(wave)s", wave=_short(facts.wave)),
        store=store.name,
        place=", ".join(part for part in (store.address, store.region) if part),
        head=head.build(case),
        journey=journey.build(case),
        sections=sections.build(case),
        questions=questions.build(case, numbered[: photos.MOST]),
        told=happened.build(case),
        pictures=photos.build(case, numbered),
        method=method.build(case, edition, releases.data_sha256(snapshot)),
    )


def _running(case: Case) -> str:
    facts = case.snapshot.facts
    wave = case.words.gettext("wave %(number)s of %(of)s", number=facts.number, of=facts.of)
    return " · ".join([_short(facts.client), _short(case.snapshot.store.name), wave])


def _short(name: str) -> str:
    return shortened(name, SHORT_CHARACTERS)
