"""Part 10: how this was measured, with the exact statements that page one says in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import rounding
from fieldstudy.core.checklist import NUMBERS, Question
from fieldstudy.core.editions import EditionChange
from fieldstudy.core.figures import Figure, Formula, is_uniform, telling_interval
from fieldstudy.core.snapshots import VisitRecord
from fieldstudy.reports import rules
from fieldstudy.reports.again import again, frozen
from fieldstudy.reports.rules import Fact
from fieldstudy.reports.store import grounds
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import is_scattered, isolated

UNBROKEN_ROWS = 16


@dataclass(frozen=True)
class VisitRow:
    """`was`: the score before a critical rule, where one changed it."""

    number: str
    when: str
    lasted: str
    method: str
    stance: str
    score: str
    was: str
    is_beside: bool


@dataclass(frozen=True)
class MethodPart:
    facts: tuple[Fact, ...]
    visits: tuple[VisitRow, ...]
    formulas: tuple[Fact, ...]
    sha256: str

    @property
    def is_short(self) -> bool:
        """May the table of visits stand on one page unbroken without leaving much of the page before empty?"""
        return len(self.visits) + sum(bool(visit.was) for visit in self.visits) <= UNBROKEN_ROWS


def build(
    case: Case, edition: int | None, sha256: str, reason: str = "", change: EditionChange | None = None
) -> MethodPart:
    said = (frozen(case.words, edition), *again(case.words, reason, change, case.snapshot.store.code))
    return MethodPart(
        tuple(fact for fact in _facts(case, tuple(said)) if any(fact.texts)),
        tuple(_visit(case, visit) for visit in case.snapshot.visits),
        tuple(_formulas(case)),
        sha256,
    )


def _facts(case: Case, edition: tuple[str, ...]) -> Iterator[Fact]:
    words, facts = case.words, case.snapshot.facts
    yield Fact(words.gettext("Purpose"), (isolated(facts.purpose),))
    yield Fact(words.gettext("Scenario"), tuple(_scenarios(case)))
    yield Fact(words.gettext("Sample"), (_sample(case),))
    yield Fact(words.gettext("Spread"), tuple(grounds.spread(case)))
    yield Fact(words.gettext("Grounds"), tuple(grounds.grounds(case)))
    yield Fact(words.gettext("Checklist"), (rules.checklist(case.voice, case.versions),))
    yield Fact(words.gettext("Total of a visit"), _total(case))
    yield Fact(words.gettext("Norms"), (rules.norms(case.voice),))
    yield Fact(words.gettext("Edition"), edition)
    yield Fact(
        words.gettext("Staff"),
        (words.gettext("This report is about a place and a time. It contains no figure about one member of staff."),),
    )


def _total(case: Case) -> tuple[str, ...]:
    """Of this store's visits; an edition that froze only the versions of the whole wave says whose visits it counts."""
    said = rules.total(case.voice, case.versions)
    if case.snapshot.versions or len(said) == 1:
        return said
    return (case.words.gettext("Over all stores of the wave:"), *said)


def _scenarios(case: Case) -> list[str]:
    """Each scenario once, in the order of the visits."""
    return list(dict.fromkeys(isolated(visit.scenario) for visit in case.snapshot.visits if visit.scenario))


def _sample(case: Case) -> str:
    words, snapshot = case.words, case.snapshot
    headline = len(case.headline_visits())
    beside, planned, aside = len(snapshot.visits) - headline, snapshot.planned, snapshot.set_aside
    closed, others = snapshot.found_closed, snapshot.other_checklists
    open_ones = planned - len(snapshot.visits) - closed - aside - others
    parts = [
        words.ngettext("%(num)s visit was planned", "%(num)s visits were planned", planned) if planned else "",
        words.ngettext("%(num)s visit counts for the score", "%(num)s visits count for the score", headline),
        words.ngettext("%(num)s stands beside it", "%(num)s stand beside it", beside) if beside else "",
        words.ngettext("%(num)s found the store closed", "%(num)s found the store closed", closed) if closed else "",
        words.ngettext(
            "%(num)s was made with another checklist than most of the wave and is in no figure",
            "%(num)s were made with another checklist than most of the wave and are in no figure",
            others,
        )
        if others
        else "",
        words.ngettext("%(num)s was set aside", "%(num)s were set aside", aside) if aside else "",
        words.ngettext(
            "%(num)s was not made, or not approved in time", "%(num)s were not made, or not approved in time", open_ones
        )
        if open_ones > 0
        else "",
    ]
    return ", ".join(part for part in parts if part) + "."


def _visit(case: Case, visit: VisitRecord) -> VisitRow:
    words = case.words
    final = visit.final
    stance = [words.gold_role(visit.gold_role), words.disclosure(visit.disclosure)]
    return VisitRow(
        number=str(visit.number),
        when=words.short_moment(visit.started_at),
        lasted=_lasted(case, visit),
        method=words.name(visit.method),
        stance=", ".join(part for part in stance if part),
        score=case.not_available if final is None else words.number(rounding.percent(final)),
        was=_was(case, visit),
        is_beside=not visit.is_headline,
    )


def _was(case: Case, visit: VisitRecord) -> str:
    """Nothing where the rule took less than what is printed."""
    if visit.raw is None or visit.final is None or rounding.percent(visit.raw) == rounding.percent(visit.final):
        return ""
    return case.words.gettext("was %(score)s before the rule", score=case.words.number(rounding.percent(visit.raw)))


def _lasted(case: Case, visit: VisitRecord) -> str:
    if visit.stay.duration is None:
        return ""
    minutes = Decimal(visit.stay.duration.total_seconds()) / 60
    return case.words.gettext("%(minutes)s min", minutes=rounding.half_up(minutes))


def _formulas(case: Case) -> Iterator[Fact]:
    words, snapshot = case.words, case.snapshot
    yield _formula(words.gettext("Store"), Formula.MEAN_OF_VISITS_T, _store_formula(case, snapshot.figures.score))
    said = words.gettext("Mean over the visits of points earned divided by points possible; undefined without points.")
    yield _formula(words.gettext("Touchpoint"), Formula.MEAN_OF_VISITS_T, said)
    said = words.gettext(
        "Yes divided by yes and no, over the visits of the score; in brackets Wilson's 95 percent interval."
    )
    yield _formula(words.gettext("Question"), Formula.WILSON, said)
    yield from _of_answers(case)
    said = words.gettext("Weighted mean of the answers, each between 0 and 1; interval over the visits' own means.")
    yield _formula(words.gettext("Grid"), Formula.WEIGHTED_ANSWERS_T, said)
    said = words.gettext("1 − standard deviation of the touchpoints' percents ÷ 50; from three touchpoints on.")
    yield _formula(words.gettext("Harmony"), Formula.HARMONY, said)
    if case.has_network:
        said = rules.network_mean(case.voice, snapshot.network.mean_of_store_means)
        yield _formula(words.gettext("Network"), Formula.MEAN_OF_STORE_MEANS_T, said)
    yield from _of_changes(case)


def _of_answers(case: Case) -> Iterator[Fact]:
    """Only where the report prints such figures."""
    words, asked = case.words, case.sums.values()
    if any(sums.possible and _has_points(sums.question) for sums in asked):
        said = words.gettext("Points earned divided by points possible over the answers to a question; no interval.")
        yield _formula(words.gettext("Points"), Formula.POINTS_OF_ANSWERS, said)
    if any(sums.question.norm is not None for sums in asked):
        yield Fact(words.gettext("Cost of a gap"), (rules.cost_of_a_gap(words),))
    if any(sums.answers and sums.question.type in NUMBERS for sums in asked) or _has_times(case):
        said = words.gettext("Linear between the two nearest values; within a standard: Wilson's 95 percent interval.")
        yield _formula(words.gettext("Median, 9 of 10"), Formula.QUANTILE, said)


def _has_points(question: Question) -> bool:
    """Every other yes or no is printed as its rate."""
    return not question.is_yes_no or (question.is_reverse and question.norm is not None)


def _has_times(case: Case) -> bool:
    """The experience map prints the median minutes from one touchpoint to the next."""
    return any(encounter.met_at for visit in case.headline_visits() for encounter in visit.encounters)


def _of_changes(case: Case) -> Iterator[Fact]:
    words, last = case.words, case.snapshot.last
    if last is not None:
        said = words.gettext(
            "Welch's test of the visits; questions: pooled z test, Fisher's exact test where fewer than 5 are "
            "expected, Newcombe's interval; all judged together (Benjamini–Hochberg, q = 0.10), and the 95 percent "
            "interval of the change must leave out 0. "
            "Last wave: %(wave)s.",
            wave=isolated(last.name),
        )
        yield Fact(words.gettext("Change"), (said,))
    if grounds.needed(case) is not None:
        yield Fact(words.gettext("Visits needed"), (grounds.how_needed(words),))


def _formula(term: str, formula: Formula, said: str) -> Fact:
    return Fact(term, (f"{said} [{formula.versioned}]",))


def _store_formula(case: Case, figure: Figure) -> str:
    words = case.words
    interval = telling_interval(figure)
    if is_scattered(figure) and figure.value is not None:
        return words.gettext(
            "Mean of the visits that count: %(mean)s; the %(base)s visits are too unlike for an interval.",
            mean=words.percent(figure.value, 1),
            base=words.integer(figure.base),
        )
    if interval is None or figure.value is None:
        return words.gettext("Mean of the visits that count; from fewer than three visits there is no interval.")
    mean, base = words.percent(figure.value, 1), words.integer(figure.base)
    low, high = (words.percent(end, 1) for end in (interval.low, interval.high))
    if is_uniform(figure):
        return words.gettext(
            "Mean of the visits that count: %(mean)s, the same in all %(base)s visits: an interval would say nothing.",
            mean=mean,
            base=base,
        )
    if low == high:
        return words.gettext(
            "Mean of the visits that count: %(mean)s, n = %(base)s; both ends of the 95 percent t interval round to "
            "%(end)s.",
            mean=mean,
            base=base,
            end=low,
        )
    return words.gettext(
        "Mean of the visits that count: %(mean)s, 95 percent t interval %(low)s to %(high)s, n = %(base)s.",
        mean=mean,
        low=low,
        high=high,
        base=base,
    )
