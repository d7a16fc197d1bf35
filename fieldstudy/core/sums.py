"""Does it add up? What a report prints is summed once more, from the bottom, before it is released."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures
from fieldstudy.core.checklist import Checklist
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
    return tuple(fault for fault in _of_store(snapshot, checklist) if not _is_same(fault.printed, fault.summed))


def faults_of_network(network: NetworkSnapshot) -> tuple[Fault, ...]:
    means = [line.score.value for line in network.stores if line.score.value is not None]
    fault = Fault(network.facts.wave, network.network.mean_of_store_means.value, _mean(means))
    return () if _is_same(fault.printed, fault.summed) else (fault,)


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


def _of_rate(where: str, rate: figures.Figure, question: str, visits: Iterable[VisitRecord]) -> Fault:
    values = [answer.value for visit in visits for answer in visit.answers if answer.question == question]
    yes, no = values.count("yes"), values.count("no")
    return Fault(where, rate.value, Decimal(yes) / (yes + no) if yes + no else None)


def _mean(values: list[Decimal]) -> Decimal | None:
    return sum(values, ZERO) / len(values) if values else None


def _is_same(printed: Decimal | None, summed: Decimal | None) -> bool:
    if printed is None or summed is None:
        return printed is summed
    return abs(printed - summed) <= DUST
