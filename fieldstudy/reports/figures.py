"""The figures of a wave as plain JSON values: the open form in which anybody can recompute them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fieldstudy.core import (
    experience,
    findings,
    gaps,
    networks,
    paths,
    rounding,
    snapshots,
    standing,
    statistics,
    timings,
)
from fieldstudy.core import grounds as resting
from fieldstudy.core.changes import Change
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.experience import Answers
from fieldstudy.core.figures import Figure, Formula, QuestionFigure, SectionFigure, StoreFigures
from fieldstudy.core.snapshots import LastWave, StoreSnapshot
from fieldstudy.services import releases
from fieldstudy.words import Words

BONDS = ("engagement", "outcome_return", "outcome_recommend")
CHANGE = 0.10


def as_json(
    study: str,
    wave: str,
    checklist: Checklist,
    stores: Sequence[StoreSnapshot],
    words: Words,
    decimals: int,
    store: str = "",
    edition: int | None = None,
) -> dict[str, Any]:
    """All stores of a wave, or the one with this code; the network is always the whole wave."""

    def figure(value: Figure) -> dict[str, Any]:
        return _figure(value, words, decimals)

    found = snapshots.recompute(checklist, stores)
    taken = {one.store.code: one for one in stores}
    network = found.network
    return {
        "study": study,
        "wave": wave,
        "edition": edition,
        "total": checklist.settings.total.value,
        "stores": [
            _store(one, figure) | _more(taken[one.store], checklist, figure)
            for one in found.stores
            if store in ("", one.store)
        ],
        "network": {
            "mean_of_visits": figure(network.mean_of_visits),
            "mean_of_store_means": figure(network.mean_of_store_means),
            "pooled": figure(network.pooled),
            "sections": [_section(section, figure) for section in network.sections],
            "questions": [_question(question, figure) for question in network.questions],
            "harmony": _harmony(network.sections),
        },
    }


def _store(store: StoreFigures, figure: Any) -> dict[str, Any]:
    return {
        "store": store.store,
        "visits": store.visits,
        "score": figure(store.score),
        "sections": [_section(section, figure) for section in store.sections],
        "questions": [_question(question, figure) for question in store.questions],
    }


def _section(section: SectionFigure, figure: Any) -> dict[str, Any]:
    return {"section": section.section, "score": figure(section.score)}


def _question(question: QuestionFigure, figure: Any) -> dict[str, Any]:
    return {"question": question.question, "rate": figure(question.rate) if question.rate else None}


# What a store's snapshot says beyond scores and rates


def _more(taken: StoreSnapshot, checklist: Checklist, figure: Any) -> dict[str, Any]:
    headline = [visit for visit in taken.visits if visit.is_headline]
    answers = networks.answers_of(headline)
    return {
        "sha256": releases.data_sha256(taken),
        "harmony": _harmony(taken.figures.sections),
        "grid": _grid(checklist, answers, figure),
        "pyramid": {level.value: _known(value, figure) for level, value in experience.pyramid(checklist, answers)},
        "bonds": {role: _known(experience.of_role(checklist, answers, role), figure) for role in BONDS},
        "expectations": [_expectation(pair, figure) for pair in experience.expectations(checklist, answers)],
        "timings": [_timing(one, figure) for one in _timings(checklist, answers)],
        "gaps": [_gap(gap) for gap in gaps.of_questions(checklist, findings.observed_with_norm(taken, checklist))],
        "curve": _curve(taken),
        "paths": _paths(checklist, taken),
        "grounds": _grounds(checklist, taken),
        "spread": _spread([visit.final for visit in headline if visit.final is not None]),
        "last_wave": _last(taken.last, figure) if taken.last else None,
    }


def _known(value: Figure | None, figure: Any) -> dict[str, Any] | None:
    """None: not asked."""
    return figure(value) if value is not None else None


def _harmony(sections: Sequence[SectionFigure]) -> dict[str, Any]:
    found = networks.harmony(sections)
    formula = Formula.HARMONY
    return {
        "value": _exact(found.value),
        "base": found.base,
        "formula": formula.value,
        "formula_version": formula.version,
    }


def _grid(checklist: Checklist, answers: Sequence[Answers], figure: Any) -> dict[str, Any]:
    grid = experience.grid(checklist, answers)
    return {
        "coverage": grid.coverage,
        "size": grid.size,
        "cells": [
            {"expro": cell.expro.value, "sem": cell.sem.value, "mean": _known(cell.figure, figure)}
            for cell in grid.cells
        ],
        "intensity": {sem.value: _exact(value) for sem, value in grid.intensity.items()},
        "breadth": {sem.value: _exact(value) for sem, value in grid.breadth.items()},
        "depth": {expro.value: _exact(value) for expro, value in grid.depth.items()},
    }


def _expectation(pair: experience.Expectation, figure: Any) -> dict[str, Any]:
    sides = {"perceived": figure(pair.perceived), "expected": figure(pair.expected)}
    return {"question": pair.question, **sides, "gap": _exact(pair.gap)}


def _timings(checklist: Checklist, answers: Sequence[Answers]) -> Sequence[timings.Timing]:
    return timings.timings(checklist, [answer for of_visit in answers for answer in of_visit.values()])


def _timing(timing: timings.Timing, figure: Any) -> dict[str, Any]:
    return {
        "question": timing.question,
        "n": timing.n,
        "median_seconds": timing.median_seconds,
        "p90_seconds": timing.p90_seconds,
        "within_standard": _known(timing.within_standard, figure),
        "within_tolerated": _known(timing.within_tolerated, figure),
        "formula": Formula.QUANTILE.value,
        "formula_version": Formula.QUANTILE.version,
    }


def _gap(gap: gaps.Gap) -> dict[str, Any]:
    return {
        "question": gap.name,
        "norm_percent": _plain(gap.norm_percent),
        "norm_by": gap.norm_by.value,
        "percent_points": _exact(gap.percent_points),
        "share": _exact(gap.share),
        "burden": _exact(gap.burden),
    }


def _curve(taken: StoreSnapshot) -> dict[str, Any]:
    curve = taken.curve
    points = [
        {"section": point.section, "mean": _exact(point.mean), "low": point.low, "high": point.high, "n": point.n}
        for point in curve.points
    ]
    return {"points": points, "peak": curve.peak, "low": curve.low, "end": curve.end}


def _paths(checklist: Checklist, taken: StoreSnapshot) -> dict[str, Any]:
    order = [section.name for section in checklist.sections]
    found = paths.paths(order, [visit.encounters for visit in taken.visits if visit.is_headline])
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


def _grounds(checklist: Checklist, taken: StoreSnapshot) -> dict[str, Any]:
    headline = (visit for visit in taken.visits if visit.is_headline)
    found = resting.grounds(checklist, map(snapshots.as_grounded, headline))
    return {"evidence": _exact(found.evidence_share), "in_store": _exact(found.in_store_share)}


def _spread(finals: Sequence[Decimal]) -> dict[str, Any]:
    found = standing.spread(finals)
    needed = None if found.deviation is None else statistics.visits_needed(found.deviation, CHANGE)
    deviation = None if found.deviation is None else f"{found.deviation:.4f}"
    return {"n": found.n, "deviation": deviation, "visits_needed_for_10_points": needed}


def _last(last: LastWave, figure: Any) -> dict[str, Any]:
    return {
        "wave": last.name,
        "score": _change(last.score, figure),
        "sections": {name: _change(change, figure) for name, change in last.sections},
        "questions": {name: _change(change, figure) for name, change in last.questions},
    }


def _change(change: Change, figure: Any) -> dict[str, Any]:
    return {"before": figure(change.before), "verdict": change.verdict.value, "test": change.test.value}


# Numbers


def _figure(figure: Figure, words: Words, decimals: int) -> dict[str, Any]:
    """`value` unrounded (12 significant digits), `text` rounded once for people."""
    interval = figure.interval
    return {
        "value": _exact(figure.value),
        "text": _text(figure, words, decimals),
        "earned": _plain(figure.earned),
        "possible": _plain(figure.possible),
        "base": figure.base,
        "base_of": figure.base_of.value,
        "interval": [f"{interval.low:.4f}", f"{interval.high:.4f}"] if interval else None,
        "formula": figure.formula.value,
        "formula_version": figure.formula.version,
    }


def _text(figure: Figure, words: Words, decimals: int) -> str:
    """With a plain space: this is data, not typesetting."""
    if figure.value is None:
        return words.gettext("n/a")
    return words.percent(figure.value, decimals).replace("\N{NO-BREAK SPACE}", " ")


def _exact(value: Decimal | None) -> str | None:
    """12 significant digits."""
    return None if value is None else _plain(rounding.significant(value))


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")
