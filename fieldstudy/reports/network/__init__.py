"""The report of a whole network: a frozen snapshot becomes plain, worded values for the screen and for paper."""

from dataclasses import dataclass

from fieldstudy.core.checklist import Checklist
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import WaveFacts
from fieldstudy.reports import again
from fieldstudy.reports.network import (
    changed,
    experience,
    gaps,
    head,
    heat,
    journey,
    league,
    method,
    route,
    spread,
    sums,
)
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.network.changed import Changed
from fieldstudy.reports.network.head import Head
from fieldstudy.reports.network.heat import HeatMap
from fieldstudy.reports.network.journey import Journey
from fieldstudy.reports.network.league import League
from fieldstudy.reports.network.method import MethodPart, Source
from fieldstudy.reports.network.spread import SpreadPart
from fieldstudy.reports.store.experience import ExperiencePart
from fieldstudy.reports.store.priorities import GapTable
from fieldstudy.reports.store.routes import RouteMap
from fieldstudy.reports.sums import Sums
from fieldstudy.reports.voice import Voice, initial, isolated, shortened
from fieldstudy.services import releases
from fieldstudy.words import Words

SHORT_CHARACTERS = 40
TEMPLATE = "reports/network.html"


@dataclass(frozen=True)
class NetworkReport:
    """A part that is None is left out with its heading."""

    title: str
    running: str
    client: str
    initial: str
    eyebrow: str
    study: str
    head: Head
    league: League | None
    heat: HeatMap | None
    journey: Journey | None
    changed: Changed | None
    experience: ExperiencePart | None
    gaps: GapTable | None
    route: RouteMap | None
    spread: SpreadPart | None
    method: MethodPart
    sums: Sums | None
    mark: str = ""
    """What a preview says at the head of every page."""


def build(snapshot: NetworkSnapshot, checklist: Checklist, words: Words, source: Source) -> NetworkReport:
    case, facts = Case(snapshot, Voice(checklist, words)), snapshot.facts
    return NetworkReport(
        title=" · ".join(isolated(name) for name in (facts.study, facts.wave, facts.client)),
        running=again.named(words, _running(facts, words), source.edition),
        client=_short(facts.client),
        initial=initial(facts.client),
        eyebrow=again.named(words, words.gettext("Network report · %(wave)s", wave=_short(facts.wave)), source.edition),
        study=isolated(facts.study),
        head=head.build(case),
        league=league.build(case),
        heat=heat.build(case),
        journey=journey.build(case),
        changed=changed.build(case),
        experience=experience.build(case),
        gaps=gaps.build(case),
        route=route.build(case),
        spread=spread.build(case),
        method=method.build(case, source, releases.data_sha256(snapshot)),
        sums=sums.build(case),
    )


def _running(facts: WaveFacts, words: Words) -> str:
    return " · ".join([_short(facts.client), words.gettext("network report"), _short(facts.wave)])


def _short(name: str) -> str:
    return shortened(isolated(name), SHORT_CHARACTERS)
