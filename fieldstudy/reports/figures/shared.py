"""What the figures of a store and of the network have in common."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from fieldstudy.core import feelings, gaps, networks
from fieldstudy.core.answers import Encounter
from fieldstudy.core.changes import Change, Overlap, Verdict
from fieldstudy.core.checklist import Checklist, Level, Section
from fieldstudy.core.comparability import Basis
from fieldstudy.core.experience import Grid
from fieldstudy.core.figures import Figure, Formula, QuestionFigure, SectionFigure
from fieldstudy.core.gaps import Gap
from fieldstudy.core.grounds import Grounds
from fieldstudy.core.paths import Paths
from fieldstudy.core.rules import RuleCount
from fieldstudy.core.scoring import Fired
from fieldstudy.reports.figures.numbers import Json, Say, chance, exact, interval, known, plain
from fieldstudy.reports.sums import NotApplicable


def sections(found: Sequence[SectionFigure], checklist: Checklist, figure: Say) -> list[Json]:
    """`weight` is the newest checklist's; each visit counts by its own version, and `share` is the mean of the visits.

    `taken` and `given` are what minus points and a bonus did to the score where nothing was possible, and in how many
    visits; `cost` is gap × share and both of them, in percent points.
    """
    own = {section.name: section for section in checklist.sections}
    shares = {one.section: gaps.section_share(checklist, found, one.section) for one in found}
    return [_section(one, own.get(one.section), shares[one.section], figure) for one in found]


def fired(one: Fired | RuleCount) -> Json:
    return {"question": one.question, "rule": one.rule.value, "percent": plain(one.percent)}


def _section(section: SectionFigure, own: Section | None, share: Decimal, figure: Say) -> Json:
    cost = gaps.section_cost(section, own.norm if own else None, share)
    return {
        "section": section.section,
        "score": figure(section.score),
        "earned": plain(section.earned),
        "possible": plain(section.possible),
        "na_count": section.na_count,
        "weight": plain(own.weight if own else None),
        "share": exact(share) if section.score.value is not None else None,
        "taken": {"score": exact(section.taken), "visits": section.taken_in},
        "given": {"score": exact(section.given), "visits": section.given_in},
        "cost": exact(cost),
    }


def questions(found: Sequence[QuestionFigure], figure: Say) -> list[Json]:
    return [{"question": one.question, "rate": known(one.rate, figure)} for one in found]


def not_applicable(found: Sequence[QuestionFigure], na: NotApplicable) -> dict[str, int]:
    """How many answers were N/A, of the questions that have any."""
    return {one.question: count for one in found if (count := na.of_question(one.question))}


def harmony(sections: Sequence[SectionFigure]) -> Json:
    found = networks.harmony(sections)
    formula = Formula.HARMONY
    return {
        "value": exact(found.value),
        "base": found.base,
        "formula": formula.value,
        "formula_version": formula.version,
    }


def grid(grid: Grid, na: NotApplicable, figure: Say) -> Json:
    return {
        "coverage": grid.coverage,
        "size": grid.size,
        "cells": [
            {
                "expro": cell.expro.value,
                "sem": cell.sem.value,
                "mean": known(cell.figure, figure),
                "na_count": na.of_cell(cell),
            }
            for cell in grid.cells
        ],
        "intensity": {sem.value: exact(value) for sem, value in grid.intensity.items()},
        "breadth": {sem.value: exact(value) for sem, value in grid.breadth.items()},
        "depth": {expro.value: exact(value) for expro, value in grid.depth.items()},
    }


def pyramid(levels: Iterable[tuple[Level, Figure | None]], figure: Say) -> Json:
    return {level.value: known(value, figure) for level, value in levels}


def gap(gap: Gap, figure: Say) -> Json:
    return {
        "question": gap.name,
        "observed": figure(gap.observed),
        "norm_percent": plain(gap.norm_percent),
        "norm_by": gap.norm_by.value,
        "percent_points": exact(gap.percent_points),
        "share": exact(gap.share),
        "burden": exact(gap.burden),
    }


def curve(checklist: Checklist, encounters: Iterable[Encounter]) -> Json:
    found = feelings.feeling_curve(checklist.sections, encounters)
    points = [
        {"section": point.section, "mean": exact(point.mean), "low": point.low, "high": point.high, "n": point.n}
        for point in found.points
    ]
    return {"points": points, "peak": found.peak, "low": found.low, "end": found.end}


def paths(found: Paths) -> Json:
    return {
        "visits": found.visits,
        "steps": [{"section": step.section, "met": step.met, "late": step.late} for step in found.steps],
        "moves": [
            {
                "from": m.before,
                "to": m.after,
                "count": m.count,
                "median_minutes": m.median_minutes,
                "next": m.is_normative,
            }
            for m in found.moves
        ],
        "missing": [list(pair) for pair in found.missing],
    }


def grounds(found: Grounds) -> Json:
    """The two shares, then the points that they are shares of."""
    return {
        "evidence": exact(found.evidence_share),
        "in_store": exact(found.in_store_share),
        "possible": plain(found.possible),
        "on_evidence": plain(found.on_evidence),
        "timed": plain(found.timed),
        "answered_in_store": plain(found.in_store),
        "clocked_visits": found.clocked,
        "placed_visits": found.placed,
    }


def change(change: Change, figure: Say) -> Json:
    """As it was judged at the release: the visits of the last wave are not in this wave's snapshots."""
    return {
        "before": known(change.before if change.verdict != Verdict.NOT_COMPARED else None, figure),
        "now_over_a_part": known(change.now, figure),
        "verdict": change.verdict.value,
        "test": change.test.value,
        "p": chance(change.p),
        "interval": interval(change.interval),
        **({"stores": overlap(change.overlap)} if change.overlap else {}),
    }


def overlap(found: Overlap) -> Json:
    """Those of both waves are compared."""
    return {"both": found.both, "new": found.new, "gone": found.gone}


def basis(over: Basis) -> Json:
    """Over what the score was compared with the last wave's, and why not over more."""
    return {
        "compared": over.is_compared,
        "reasons": [reason.value for reason in over.reasons],
        "questions": over.questions,
        "methods": [method.value for method in over.methods],
        "mix_before": {method.value: count for method, count in over.mix_before},
        "mix_now": {method.value: count for method, count in over.mix_now},
        **({"stores": overlap(over.overlap)} if over.overlap else {}),
    }
