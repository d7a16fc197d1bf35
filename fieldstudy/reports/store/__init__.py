"""The report of one store: a snapshot and its checklist become plain, worded values for the screen and for paper."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fieldstudy.core.checklist import Checklist
from fieldstudy.core.editions import EditionChange
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports import again
from fieldstudy.reports.store import (
    actions as action_part,
)
from fieldstudy.reports.store import (
    expectations,
    experience,
    happened,
    head,
    journey,
    method,
    photos,
    priorities,
    questions,
    routes,
    sections,
    sums,
    waits,
)
from fieldstudy.reports.store.actions import ActionLine, Actions
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.store.expectations import Expectations
from fieldstudy.reports.store.experience import ExperiencePart
from fieldstudy.reports.store.happened import Told
from fieldstudy.reports.store.head import Head
from fieldstudy.reports.store.journey import Journey
from fieldstudy.reports.store.method import MethodPart
from fieldstudy.reports.store.photos import Pictures
from fieldstudy.reports.store.priorities import GapTable
from fieldstudy.reports.store.questions import Questions
from fieldstudy.reports.store.routes import RouteMap
from fieldstudy.reports.store.sections import SectionTable
from fieldstudy.reports.store.sums import Sums
from fieldstudy.reports.store.waits import Waits
from fieldstudy.reports.voice import initial, isolated, shortened
from fieldstudy.services import releases
from fieldstudy.words import Words

SHORT_CHARACTERS = 40
SMALL = 3
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
    expectations: Expectations | None
    route: RouteMap | None
    sections: SectionTable | None
    gaps: GapTable | None
    experience: ExperiencePart | None
    questions: Questions | None
    waits: Waits | None
    told: tuple[Told, ...]
    pictures: Pictures | None
    actions: Actions | None
    method: MethodPart
    sums: Sums | None
    is_small: bool
    """So few visits that the parts follow each other: with a page for each, most of it would be white."""
    mark: str = ""
    """What a preview says at the head of every page."""


def build(
    snapshot: StoreSnapshot,
    checklist: Checklist,
    words: Words,
    edition: int | None,
    available: Collection[str],
    actions: Sequence[ActionLine] = (),
    reason: str = "",
    change: EditionChange | None = None,
) -> StoreReport:
    """`edition` is None before the release; `available` holds the hashes of the photos that can be shown.

    `reason` and `change` say why there is an edition after the first, and what it changed.
    """
    case = Case(snapshot, checklist, words)
    facts, store = snapshot.facts, snapshot.store
    numbered = photos.number(snapshot, available)
    shown = numbered[: photos.MOST]
    return StoreReport(
        title=" · ".join(isolated(name) for name in (store.name, facts.wave, facts.client)),
        running=again.named(words, _running(case), edition),
        client=_short(facts.client),
        initial=initial(facts.client),
        eyebrow=again.named(words, words.gettext("Store report · %(wave)s", wave=_short(facts.wave)), edition),
        store=isolated(store.name),
        place=", ".join(isolated(part) for part in (store.address, store.region) if part),
        head=head.build(case, shown, actions),
        journey=journey.build(case),
        expectations=expectations.build(case),
        route=routes.build(case),
        sections=sections.build(case),
        gaps=priorities.build(case),
        experience=experience.build(case),
        questions=questions.build(case, shown),
        waits=waits.build(case),
        told=happened.build(case),
        pictures=photos.build(case, numbered),
        actions=action_part.build(case, actions),
        method=method.build(case, edition, releases.data_sha256(snapshot), reason, change),
        sums=sums.build(case),
        is_small=len(snapshot.visits) <= SMALL,
    )


def _running(case: Case) -> str:
    facts = case.snapshot.facts
    wave = case.words.gettext("wave %(number)s of %(of)s", number=facts.number, of=facts.of)
    return " · ".join([_short(facts.client), _short(case.snapshot.store.name), wave])


def _short(name: str) -> str:
    return shortened(isolated(name), SHORT_CHARACTERS)
