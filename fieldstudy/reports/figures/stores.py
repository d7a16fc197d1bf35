"""The figures of one store, from the visits that its snapshot holds."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from fieldstudy.core import experience, findings, gaps, networks, paths, snapshots, standing, statistics, timings
from fieldstudy.core import grounds as resting
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.experience import Answers
from fieldstudy.core.figures import Formula, StoreFigures
from fieldstudy.core.snapshots import LastWave, StoreSnapshot, VisitRecord
from fieldstudy.reports.figures import shared
from fieldstudy.reports.figures.numbers import Json, Say, exact, floating, known
from fieldstudy.reports.sums import NotApplicable
from fieldstudy.services import releases

BONDS = ("engagement", "outcome_return", "outcome_recommend")
CHANGE = 0.10


def as_json(found: StoreFigures, taken: StoreSnapshot, checklist: Checklist, figure: Say) -> Json:
    """`found` are its recomputed figures; `taken` is as it was frozen."""
    headline = [visit for visit in taken.visits if visit.is_headline]
    na = NotApplicable(checklist, networks.answers_of(headline))
    return {
        "store": found.store,
        "visits": found.visits,
        "score": figure(found.score),
        "beside": [{"method": method.value, "score": figure(score)} for method, score in found.beside],
        "sections": shared.sections(found.sections, checklist, figure),
        "questions": shared.questions(found.questions, figure),
        "na_of_questions": shared.not_applicable(found.questions, na),
        "sha256": releases.data_sha256(taken),
        "harmony": shared.harmony(found.sections),
        **_of_answers(checklist, headline, na, figure),
        "gaps": [shared.gap(gap, figure) for gap in _gaps(checklist, taken, found)],
        "curve": shared.curve(checklist, [encounter for visit in headline for encounter in visit.encounters]),
        "paths": shared.paths(_paths(checklist, headline)),
        "grounds": shared.grounds(resting.grounds(checklist, map(snapshots.as_grounded, headline))),
        "spread": _spread([visit.final for visit in headline if visit.final is not None]),
        "last_wave": _last(taken.last, figure) if taken.last else None,
        "each_visit": [_visit(visit) for visit in taken.visits],
    }


def _of_answers(checklist: Checklist, headline: Sequence[VisitRecord], na: NotApplicable, figure: Say) -> Json:
    answers = networks.answers_of(headline)
    return {
        "grid": shared.grid(experience.grid(checklist, answers), na, figure),
        "pyramid": shared.pyramid(experience.pyramid(checklist, answers), figure),
        "bonds": {role: known(experience.of_role(checklist, answers, role), figure) for role in BONDS},
        "expectations": [_expectation(pair, figure) for pair in experience.expectations(checklist, answers)],
        "timings": [_timing(one, figure) for one in _timings(checklist, answers)],
    }


def _expectation(pair: experience.Expectation, figure: Say) -> Json:
    sides = {"perceived": figure(pair.perceived), "expected": figure(pair.expected)}
    return {"question": pair.question, **sides, "gap": exact(pair.gap)}


def _timings(checklist: Checklist, answers: Sequence[Answers]) -> Sequence[timings.Timing]:
    return timings.timings(checklist, [answer for of_visit in answers for answer in of_visit.values()])


def _timing(timing: timings.Timing, figure: Say) -> Json:
    return {
        "question": timing.question,
        "n": timing.n,
        "median_seconds": timing.median_seconds,
        "p90_seconds": timing.p90_seconds,
        "within_standard": known(timing.within_standard, figure),
        "within_tolerated": known(timing.within_tolerated, figure),
        "formula": Formula.QUANTILE.value,
        "formula_version": Formula.QUANTILE.version,
    }


def _gaps(checklist: Checklist, taken: StoreSnapshot, found: StoreFigures) -> Sequence[gaps.Gap]:
    again = replace(taken, figures=found)
    return gaps.of_questions(checklist, findings.observed_with_norm(again, checklist), again.visits)


def _paths(checklist: Checklist, headline: Sequence[VisitRecord]) -> paths.Paths:
    order = [section.name for section in checklist.sections if not section.former]
    return paths.paths(order, headline)


def _spread(finals: Sequence[Decimal]) -> Json:
    found = standing.spread(finals)
    needed = None if found.deviation is None else statistics.visits_needed(found.deviation, CHANGE)
    return {"n": found.n, "deviation": floating(found.deviation), "visits_needed_for_10_points": needed}


def _last(last: LastWave, figure: Say) -> Json:
    return {
        "wave": last.name,
        "basis": shared.basis(last.basis),
        "score": shared.change(last.score, figure),
        "sections": {name: shared.change(change, figure) for name, change in last.sections},
        "questions": {name: shared.change(change, figure) for name, change in last.questions},
    }


def _visit(visit: VisitRecord) -> Json:
    """`raw` is before the critical rules and `final` after them."""
    return {
        "number": visit.number,
        "method": visit.method.value,
        "is_headline": visit.is_headline,
        "raw": exact(visit.raw),
        "final": exact(visit.final),
        "fired": [shared.fired(one) for one in visit.fired],
        "sections_set_to_0": [section.section for section in visit.sections if section.is_zeroed],
    }
