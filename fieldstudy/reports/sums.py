"""Figures opened, for the last part of a report: what was divided by what, so that anybody can do the sum again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fieldstudy.core import experience, figures, rounding, weights
from fieldstudy.core.checklist import Checklist, Level, Question
from fieldstudy.core.experience import Answers, Cell, Harmony
from fieldstudy.core.feelings import FeelingCurve
from fieldstudy.core.figures import Figure, Formula, SectionFigure
from fieldstudy.core.gaps import Gap
from fieldstudy.core.grounds import Grounds
from fieldstudy.core.versions import VersionUse
from fieldstudy.reports.voice import Voice, is_scattered, printed, shortened
from fieldstudy.words import Words
from fieldstudy.words import weights as weight_words

NAME_CHARACTERS = 60
MOST_TERMS = 12
"""Single values that are written out; above that only their sum and number."""


@dataclass(frozen=True)
class Sum:
    """`text` holds the division, the base, N/A, weight and interval; `formula` where it is not its group's."""

    name: str
    value: str
    text: str
    formula: str


@dataclass(frozen=True)
class Line:
    """Sums that stand in one paragraph; `label` is empty for one that stands alone."""

    label: str
    sums: tuple[Sum, ...]


@dataclass(frozen=True)
class Group:
    """`formula` is that of all its sums but those that name another; empty where they have none in common."""

    title: str
    formula: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sums:
    key: str
    groups: tuple[Group, ...]


Found = tuple[str, Iterable[Sum]]
"""A line to be: its label and its sums."""


def group(title: str, formula: Formula | None, found: Iterable[Found]) -> Group:
    usual = formula.versioned if formula else ""
    lines = (
        Line(label, tuple(replace(one, formula="") if one.formula == usual else one for one in sums))
        for label, sums in found
    )
    return Group(title, usual, tuple(line for line in lines if line.sums))


def sums(key: str, groups: Iterable[Group]) -> Sums | None:
    """None where there is no figure to open."""
    known = tuple(group for group in groups if group.lines)
    return Sums(key, known) if known else None


# One figure


def of_figure(voice: Voice, name: str, figure: Figure, parts: Iterable[str]) -> Sum:
    text = "; ".join([*parts, *_interval(voice.words, figure)])
    return Sum(shortened(name, NAME_CHARACTERS), voice.printed(figure), text, figure.formula.versioned)


def known(voice: Voice, name: str, figure: Figure | None, na: int = 0) -> Iterator[Sum]:
    """A figure that carries its own two sums; nothing where nobody was asked or nobody answered."""
    if figure is not None and figure.value is not None:
        yield of_figure(voice, name, figure, [division(voice.words, figure), *not_applicable(voice.words, na)])


def division(words: Words, figure: Figure) -> str:
    """7 ÷ 12 answers; 7 of 15 points (5 answers); where the answers weigh unequally, 7.5 ÷ 11 (5 answers)."""
    earned, possible = figure.earned or figures.ZERO, figure.possible or figures.ZERO
    answers = words.ngettext("%(num)s answer", "%(num)s answers", figure.base)
    if figure.formula == Formula.POINTS_OF_ANSWERS:
        return f"{words.points_of(earned, possible)} ({answers})"
    if possible == figure.base:
        return f"{words.points(earned)} ÷ {answers}"
    return f"{words.points(earned)} ÷ {words.points(possible)} ({answers})"


def mean(words: Words, fractions: Sequence[Decimal], units: str) -> str:
    """(40.0 + 60.0) ÷ 2 visits; `units` says how many there are of what."""
    if len(fractions) > MOST_TERMS:
        return total(words, fractions, units)
    return f"({' + '.join(_percents(words, fractions))}) ÷ {units}"


def total(words: Words, fractions: Sequence[Decimal], units: str) -> str:
    """100.0 ÷ 2 visits"""
    return f"{_percent(words, sum_of(fractions))} ÷ {units}"


def sum_of(values: Iterable[Decimal]) -> Decimal:
    return sum(values, figures.ZERO)


def not_applicable(words: Words, count: int) -> Iterator[str]:
    if count:
        yield words.gettext("%(count)s n/a", count=words.integer(count))


def points_and_weight(voice: Voice, found: SectionFigure, used: Sequence[VersionUse]) -> Iterator[str]:
    """Of a touchpoint: the points that lie under its mean, N/A, and where touchpoints weigh, its weight.

    Where the versions of its visits have other weights, no weight says what it cost, and its share stands beside.
    """
    words = voice.words
    yield words.points_of(found.earned, found.possible)
    yield from not_applicable(words, found.na_count)
    if weight := weight_words.counted(words, voice.checklist, used, found.section):
        yield words.gettext("weight %(weight)s", weight=weight)
        if weights.differ(used) and found.share is not None:
            share = words.percent(found.share, 1)
            yield words.gettext("share %(share)s, the mean of its part in each visit", share=share)


def taken_away(voice: Voice, found: SectionFigure, used: Sequence[VersionUse]) -> Iterator[Sum]:
    """A touchpoint without a score whose points count in the whole all the same."""
    if found.earned:
        text = "; ".join(points_and_weight(voice, found, used))
        yield Sum(voice.section(found.section, NAME_CHARACTERS), voice.not_available, text, "")


def _interval(words: Words, figure: Figure) -> Iterator[str]:
    """Nothing where all units are alike: that they are shows in the sum, and certainty it is not."""
    interval = figures.telling_interval(figure)
    ends = [] if interval is None else [_percent(words, end) for end in (interval.low, interval.high)]
    if len(set(ends)) > 1:
        yield "–".join(ends)
    if is_scattered(figure):
        yield words.gettext("too unlike for an interval")


def _percents(words: Words, fractions: Iterable[Decimal]) -> list[str]:
    return [_percent(words, fraction) for fraction in fractions]


def _percent(words: Words, fraction: Decimal | float) -> str:
    return words.number(rounding.percent(fraction, 1), 1)


# Figures that both reports have


def gap(voice: Voice, found: Gap, parts: Iterable[str]) -> Sum:
    """`parts` open what was observed, and the interval is of that; share and cost are unrounded until they are said."""
    words, observed = voice.words, found.observed
    apart = words.signed(rounding.half_up(found.percent_points, 1))
    share = words.percent(found.share, 1)
    text = [
        f"{_percent(words, observed.value or figures.ZERO)} − {words.points(found.norm_percent)}",
        *parts,
        *_interval(words, observed),
        words.gettext("share %(share)s, the mean of its part in each visit", share=share),
        words.gettext(
            "cost %(cost)s = %(sum)s",
            cost=words.cost(found.burden),
            sum=f"{apart} × {share}",
        ),
    ]
    value = words.gap(printed(observed) or figures.ZERO, found.norm_percent)
    return Sum(voice.question(found.name, NAME_CHARACTERS), value, "; ".join(text), observed.formula.versioned)


def harmony(voice: Voice, found: Harmony, sections: Sequence[SectionFigure]) -> Iterator[Sum]:
    if found.value is None:
        return
    words = voice.words
    deviation = words.number((1 - found.value) * 50, 1)
    parts = [f"1 − {deviation} ÷ 50", words.ngettext("%(num)s touchpoint", "%(num)s touchpoints", found.base)]
    if found.base <= MOST_TERMS:
        terms = _percents(words, (one.score.value for one in sections if one.score.value is not None))
        parts.insert(1, words.gettext("%(deviation)s = sd of %(terms)s", deviation=deviation, terms=" ".join(terms)))
    name, value = words.gettext("Harmony"), words.number(found.value, 2)
    yield Sum(name, value, "; ".join(parts), Formula.HARMONY.versioned)


def feelings(voice: Voice, curve: FeelingCurve) -> Iterator[Sum]:
    words = voice.words
    for point in curve.points:
        if point.mean is not None:
            felt = words.number(point.mean * point.n)
            visits = words.ngettext("%(num)s visit", "%(num)s visits", point.n)
            value = words.signed(rounding.half_up(point.mean, 1))
            yield Sum(voice.section(point.section, NAME_CHARACTERS), value, f"{felt} ÷ {visits}", "")


def grounds(voice: Voice, found: Grounds) -> Iterator[Sum]:
    words = voice.words
    if found.evidence_share is not None:
        value, text = words.percent(found.evidence_share), words.points_of(found.on_evidence, found.possible)
        yield Sum(words.gettext("On evidence"), value, text, "")
    if found.in_store_share is not None:
        value, text = words.percent(found.in_store_share), words.points_of(found.in_store, found.timed)
        yield Sum(words.gettext("Answered in the store, where the moment is known"), value, text, "")


# What was not applicable


class NotApplicable:
    """How many answers were N/A, over the questions that make one figure of the experience."""

    def __init__(self, checklist: Checklist, visits: Iterable[Answers]) -> None:
        self._questions = [question for question in checklist.questions if experience.is_observed(question)]
        self._counts = Counter(answer.question for of in visits for answer in of.values() if answer.is_na)

    def of_cell(self, cell: Cell) -> int:
        return self._of(lambda question: question.expro == cell.expro and cell.sem in question.sem)

    def of_level(self, level: Level) -> int:
        return self._of(lambda question: question.level == level and experience.has_scale(question))

    def of_role(self, role: str) -> int:
        return self._of(lambda question: question.role == role)

    def of_question(self, name: str) -> int:
        return self._counts[name]

    def _of(self, belongs: Callable[[Question], bool]) -> int:
        return sum(self._counts[question.name] for question in self._questions if belongs(question))
