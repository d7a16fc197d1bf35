"""Does it add up? What a report prints is summed once more, from the bottom, before it is released."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import scoring
from fieldstudy.core.checklist import Checklist, Settings
from fieldstudy.core.figures import Figure
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord

ZERO = Decimal(0)
DUST = Decimal("1e-20")
"""Decimal keeps 28 digits: quotients that were taken in another order may differ in the last ones."""


@dataclass(frozen=True)
class Fault:
    """`where` names store, visit or section; the two numbers should be one."""

    where: str
    printed: Decimal | None
    summed: Decimal | None


def faults_of_store(snapshot: StoreSnapshot, checklist: Checklist) -> tuple[Fault, ...]:
    return _only_faults(_of_store(snapshot, checklist))


def faults_of_totals(snapshot: StoreSnapshot, settings: Sequence[Settings]) -> tuple[Fault, ...]:
    """Each visit's total from its sections, by the settings of the version that it was scored with."""
    pairs = zip(snapshot.visits, settings, strict=True)
    return _only_faults(fault for visit, own in pairs for fault in _of_total(snapshot.store.code, visit, own))


def _of_total(store: str, visit: VisitRecord, settings: Settings) -> Iterator[Fault]:
    raw, final = scoring.totals(settings, visit.sections, visit.fired)
    yield Fault(f"{store} {visit.number}", visit.raw, raw)
    yield Fault(f"{store} {visit.number}", visit.final, final)


def faults_of_network(network: NetworkSnapshot) -> tuple[Fault, ...]:
    return _only_faults(_of_network(network))


def _of_network(snapshot: NetworkSnapshot) -> Iterator[Fault]:
    """The network's figures from the lines of its stores."""
    wave, found, lines = snapshot.facts.wave, snapshot.network, snapshot.stores
    yield Fault(wave, found.mean_of_store_means.value, _mean_of(line.score for line in lines))
    yield Fault(wave, found.pooled.earned, sum((section.earned for section in found.sections), ZERO))
    yield Fault(wave, found.pooled.possible, sum((section.possible for section in found.sections), ZERO))
    for place, section in enumerate(found.sections):
        own = [line.sections[place] for line in lines]
        yield Fault(f"{wave} {section.section}", section.score.value, _mean_of(one.score for one in own))
        yield Fault(f"{wave} {section.section}", section.earned, sum((one.earned for one in own), ZERO))
        yield Fault(f"{wave} {section.section}", section.possible, sum((one.possible for one in own), ZERO))
    for region, figure in snapshot.regions:
        yield Fault(f"{wave} {region}", figure.value, _mean_of(line.score for line in lines if line.region == region))


def _of_store(snapshot: StoreSnapshot, checklist: Checklist) -> Iterator[Fault]:
    code = snapshot.store.code
    headline = [visit for visit in snapshot.visits if visit.is_headline]
    for visit in snapshot.visits:
        yield from _of_visit(f"{code} {visit.number}", visit, checklist)
    finals = [visit.final for visit in headline if visit.final is not None]
    yield Fault(code, snapshot.figures.score.value, _mean(finals))
    for figure in snapshot.figures.sections:
        sums = [section for visit in headline for section in visit.sections if section.section == figure.section]
        where = f"{code} {figure.section}"
        yield Fault(where, figure.earned, sum((section.earned for section in sums), ZERO))
        yield Fault(where, figure.possible, sum((section.possible for section in sums), ZERO))
        defined = [fraction for section in sums if (fraction := section.fraction) is not None]
        yield Fault(where, figure.score.value, _mean(defined))
    for question in snapshot.figures.questions:
        if question.rate is not None:
            yield _of_rate(f"{code} {question.question}", question.rate, question.question, headline)


def _of_visit(where: str, visit: VisitRecord, checklist: Checklist) -> Iterator[Fault]:
    """The sections of a visit from its questions."""
    for section in visit.sections:
        inside = [q for q in visit.questions if _section_of(checklist, q.question) == section.section]
        yield Fault(f"{where} {section.section}", section.earned, sum((q.earned for q in inside), ZERO))
        yield Fault(f"{where} {section.section}", section.possible, sum((q.possible for q in inside), ZERO))


def _section_of(checklist: Checklist, question: str) -> str:
    section = checklist.section_of.get(question)
    return section.name if section else ""


def _of_rate(where: str, rate: Figure, question: str, visits: Iterable[VisitRecord]) -> Fault:
    values = [answer.value for visit in visits for answer in visit.answers if answer.question == question]
    yes, no = values.count("yes"), values.count("no")
    return Fault(where, rate.value, Decimal(yes) / (yes + no) if yes + no else None)


def _mean_of(figures: Iterable[Figure]) -> Decimal | None:
    return _mean([figure.value for figure in figures if figure.value is not None])


def _mean(values: list[Decimal]) -> Decimal | None:
    return sum(values, ZERO) / len(values) if values else None


def _only_faults(found: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(fault for fault in found if not _is_same(fault.printed, fault.summed))


def _is_same(printed: Decimal | None, summed: Decimal | None) -> bool:
    if printed is None or summed is None:
        return printed is summed
    return abs(printed - summed) <= DUST
