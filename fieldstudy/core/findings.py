"""What a store's visits say first: strengths, priorities, critical rules, one quotation. Values only, no words."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from fieldstudy.core import figures, gaps, rounding, rules, statistics
from fieldstudy.core.answers import Answer, read_number
from fieldstudy.core.checklist import Checklist, CriticalRule, ExPro, Method, Question, QuestionType, Section
from fieldstudy.core.figures import Figure
from fieldstudy.core.scoring import Fired
from fieldstudy.core.snapshots import StoreSnapshot, VisitRecord

ZERO = Decimal(0)
MOST = 3
"""Strengths and priorities that a manager is shown."""
FACTS = 2
QUOTATION_CHARACTERS = (60, 240)


class Against(StrEnum):
    NORM = "norm"
    NETWORK = "network"


@dataclass(frozen=True)
class YesFact:
    """`is_every`: every visit of the score answered it."""

    question: str
    yes: int
    base: int
    is_reverse: bool = False
    is_every: bool = True


@dataclass(frozen=True)
class MedianFact:
    question: str
    value: Decimal
    base: int
    is_seconds: bool = False
    standard: Decimal | None = None
    is_reverse: bool = False


@dataclass(frozen=True)
class PointsFact:
    question: str
    earned: Decimal
    possible: Decimal


Fact = YesFact | MedianFact | PointsFact


@dataclass(frozen=True)
class SectionFinding:
    """`observed` and `reference` are percents as they are printed, so that the gap adds up; the cost is of exact ones.

    `share` is what part of the whole score hangs on the touchpoint.
    """

    section: str
    score: Figure
    observed: Decimal
    reference: Decimal
    against: Against
    share: Decimal
    facts: tuple[Fact, ...]
    comments: int
    lever: ExPro | None
    stands: bool = True
    """Does it stand in the test over all touchpoints of the report?"""
    cost: Decimal = ZERO
    """Of the whole score, in percent points and unrounded; negative is a loss."""

    @property
    def gap(self) -> Decimal:
        return self.observed - self.reference

    @property
    def is_clear(self) -> bool:
        """Is it above or below what is expected by more than chance?"""
        return self.stands and gaps.is_apart(self.score, self.reference)


@dataclass(frozen=True)
class CriticalFinding:
    """A rule that fired, and the numbers of the visits in which it did; `beside`: of those that enter no score."""

    question: str
    rule: CriticalRule
    percent: Decimal | None
    visits: tuple[int, ...]
    beside: tuple[int, ...] = ()


class Source(StrEnum):
    JOTTING = "jotting"
    COMMENT = "comment"


@dataclass(frozen=True)
class Quotation:
    text: str
    source: Source
    section: str
    visit: int
    method: Method
    at: datetime


@dataclass(frozen=True)
class MomentsOfTruth:
    """How many moments of truth have a norm and a score, how many of these are below it, and how many clearly."""

    below: int
    of: int
    clear: int


@dataclass(frozen=True)
class Findings:
    strengths: tuple[SectionFinding, ...]
    priorities: tuple[SectionFinding, ...]
    moments: MomentsOfTruth
    critical: tuple[CriticalFinding, ...]
    quotation: Quotation | None
    has_ruled_lead: bool = False
    """Does a touchpoint in which a critical rule fired lie further above what is expected than every strength?"""


@dataclass(frozen=True)
class QuestionSums:
    """One question over the visits of the headline: its share of the points, and the answers behind it."""

    question: Question
    earned: Decimal
    possible: Decimal
    answers: tuple[Answer, ...]

    @property
    def share(self) -> Decimal | None:
        return self.earned / self.possible if self.possible else None


def find(snapshot: StoreSnapshot, checklist: Checklist) -> Findings:
    """What is more than expected, and what costs the score, the costliest first; what is neither is neither.

    Where a critical rule fired in a visit of the score there is no strength: what must not happen, did.
    """
    ground = _Ground(snapshot, checklist)
    found = _tested([finding for section in checklist.sections if (finding := _compare(ground, section))])
    told = {finding.section for finding in found if finding.is_clear}
    ruled = rules.sections_of(checklist, (one for visit in snapshot.visits if visit.is_headline for one in visit.fired))
    above = sorted((f for f in found if f.gap > 0), key=lambda f: -f.gap)
    strengths = [f for f in above if f.section not in ruled]
    priorities = sorted((f for f in found if f.gap < 0 and f.cost < 0), key=lambda f: f.cost)
    return Findings(
        tuple(strengths[:MOST]),
        tuple(priorities[:MOST]),
        _moments(ground, told),
        _critical(snapshot),
        _quotation(snapshot, checklist, [finding.section for finding in priorities]),
        bool(above) and (not strengths or above[0].gap > strengths[0].gap),
    )


def _tested(found: Sequence[SectionFinding]) -> list[SectionFinding]:
    told = gaps.told((finding.section, finding.score, finding.reference) for finding in found)
    return [replace(finding, stands=finding.section in told) for finding in found]


class _Ground:
    """What every touchpoint is compared with, looked up by name."""

    def __init__(self, snapshot: StoreSnapshot, checklist: Checklist) -> None:
        self.checklist = checklist
        self.sums = sums_by_question(snapshot.visits, checklist.questions)
        self.sections = snapshot.figures.sections
        self.visits = sum(visit.is_headline for visit in snapshot.visits)
        self.fired = {fired.question for visit in snapshot.visits for fired in visit.fired}
        self.figures = {figure.section: figure for figure in snapshot.figures.sections}
        self.scores = {figure.section: figure.score for figure in snapshot.figures.sections}
        self.network = {figure.section: figure.score for figure in snapshot.network.sections}
        self.comments = Counter(
            section.name
            for visit in snapshot.visits
            for answer in visit.answers
            if answer.comment and (section := checklist.section_of.get(answer.question)) is not None
        )


def sums_by_question(visits: Iterable[VisitRecord], questions: Iterable[Question]) -> Mapping[str, QuestionSums]:
    """Every question's sums from one pass over the visits that enter the score."""
    answers: dict[str, list[Answer]] = defaultdict(list)
    earned: dict[str, Decimal] = defaultdict(Decimal)
    possible: dict[str, Decimal] = defaultdict(Decimal)
    for visit in visits:
        if not visit.is_headline:
            continue
        for score in visit.questions:
            earned[score.question] += score.earned
            possible[score.question] += score.possible
        for answer in visit.answers:
            if answer.is_given and not answer.is_na:
                answers[answer.question].append(answer)
    return {
        q.name: QuestionSums(q, earned.get(q.name, ZERO), possible.get(q.name, ZERO), tuple(answers.get(q.name, ())))
        for q in questions
    }


def observed(question: Question, rate: Figure | None, sums: QuestionSums) -> Figure | None:
    """What is held against the norm of a question: its rate of yes, else its share of the points."""
    if rate is not None and not question.is_reverse:
        return rate
    return figures.points_of_answers(sums.earned, sums.possible, len(sums.answers)) if sums.possible else None


def observed_with_norm(snapshot: StoreSnapshot, checklist: Checklist) -> Iterator[tuple[str, Figure]]:
    normed = [question for question in checklist.questions if question.norm is not None]
    sums = sums_by_question(snapshot.visits, normed)
    rates = {figure.question: figure.rate for figure in snapshot.figures.questions}
    for question in normed:
        found = observed(question, rates.get(question.name), sums[question.name])
        if found is not None:
            yield question.name, found


def fact(sums: QuestionSums, visits: int) -> Fact | None:
    """The plainest thing that can be said of the answers to one question, of so many visits; None without answers."""
    name, base, is_reverse = sums.question.name, len(sums.answers), sums.question.is_reverse
    if not base:
        return None
    if sums.question.is_yes_no:
        return YesFact(name, sum(answer.value == "yes" for answer in sums.answers), base, is_reverse, base == visits)
    median = median_answer(sums)
    if sums.question.type == QuestionType.TIMER and median is not None:
        return MedianFact(name, median, base, True, sums.question.standard, is_reverse)
    if sums.possible:
        return PointsFact(name, sums.earned, sums.possible)
    return MedianFact(name, median, base, is_reverse=is_reverse) if median is not None else None


def median_answer(sums: QuestionSums) -> Decimal | None:
    numbers = [float(number) for answer in sums.answers if (number := read_number(answer.value)) is not None]
    median = statistics.median(numbers)
    return None if median is None else Decimal(str(median))


def _compare(ground: _Ground, section: Section) -> SectionFinding | None:
    score = ground.scores.get(section.name)
    observed = _printed(score)
    reference, against = _reference(ground, section)
    if score is None or observed is None or reference is None:
        return None
    sums = [ground.sums[question.name] for question in section.questions]
    if observed >= reference:
        # What must not happen, and did, speaks for nothing.
        sums = [one for one in sums if one.question.name not in ground.fired]
    ranked = _rank(sums, strongest=observed >= reference)
    is_telling = _at_least(reference) if observed >= reference else _below(reference)
    share = gaps.section_share(ground.checklist, ground.sections, section.name)
    return SectionFinding(
        section.name,
        score,
        observed,
        reference,
        against,
        share,
        tuple(said for item in ranked if is_telling(item) and (said := fact(item, ground.visits)))[:FACTS],
        ground.comments[section.name],
        _lever(item.question for item in ranked if is_telling(item)),
        cost=gaps.section_cost(ground.figures[section.name], _exact(ground, section), share) or ZERO,
    )


def _printed(figure: Figure | None) -> Decimal | None:
    return rounding.percent(figure.value) if figure is not None and figure.value is not None else None


def _reference(ground: _Ground, section: Section) -> tuple[Decimal | None, Against]:
    """The norm; without one the network's mean, unless the network is this store alone."""
    if section.norm is not None:
        return section.norm, Against.NORM
    network = ground.network.get(section.name)
    return (_printed(network) if network and network.base > 1 else None), Against.NETWORK


def _exact(ground: _Ground, section: Section) -> Decimal | None:
    """What a cost is reckoned from: a network's mean as it is, not as it is printed."""
    network = ground.network.get(section.name)
    if section.norm is not None or network is None or network.value is None:
        return section.norm
    return network.value * 100


def _rank(sums: Sequence[QuestionSums], strongest: bool) -> list[QuestionSums]:
    """Best or worst share first; among equals the one with more points at stake, then the order of the form."""
    scored = [(item.share, item) for item in sums if item.share is not None]
    sign = -1 if strongest else 1
    return [item for share, item in sorted(scored, key=lambda pair: (sign * pair[0], -pair[1].possible))]


def _at_least(percent: Decimal) -> Callable[[QuestionSums], bool]:
    return lambda item: item.share is not None and item.share * 100 >= percent


def _below(percent: Decimal) -> Callable[[QuestionSums], bool]:
    return lambda item: item.share is not None and item.share * 100 < percent


def _lever(questions: Iterable[Question]) -> ExPro | None:
    """The most frequent experience provider; among equals the first."""
    counted = Counter(question.expro for question in questions if question.expro is not None)
    return counted.most_common(1)[0][0] if counted else None


def _moments(ground: _Ground, told: Collection[str]) -> MomentsOfTruth:
    known = [
        (section.name, score, section.norm)
        for section in ground.checklist.sections
        if section.is_moment_of_truth and section.norm is not None
        if (score := ground.scores.get(section.name)) is not None and score.value is not None
    ]
    below = [name for name, score, norm in known if rounding.percent(score.value or ZERO) < norm]
    return MomentsOfTruth(len(below), len(known), sum(name in told for name in below))


def _critical(snapshot: StoreSnapshot) -> tuple[CriticalFinding, ...]:
    visits: dict[Fired, list[int]] = {}
    for visit in snapshot.visits:
        for fired in visit.fired:
            visits.setdefault(fired, []).append(visit.number)
    beside = {visit.number for visit in snapshot.visits if not visit.is_headline}
    return tuple(
        CriticalFinding(fired.question, fired.rule, fired.percent, tuple(numbers), tuple(beside.intersection(numbers)))
        for fired, numbers in visits.items()
    )


def _quotation(snapshot: StoreSnapshot, checklist: Checklist, wanted: Sequence[str]) -> Quotation | None:
    """From the first priority that has one, else from any touchpoint in the order of the journey.

    Where feelings were lowest comes first, a jotting before a comment, an earlier visit before a later one.
    """
    names = [*wanted, *(section.name for section in checklist.sections if section.name not in wanted)]
    order = {name: place for place, name in enumerate(names)}

    def place(candidate: tuple[int, Quotation]) -> tuple[int, int, bool, int]:
        feeling, said = candidate
        return order[said.section], feeling, said.source == Source.COMMENT, said.visit

    candidates = (
        (_feeling(visit, said.section), said)
        for visit in snapshot.visits
        for said in _said(visit, checklist)
        if said.section in order and _fits(said.text)
    )
    best = min(candidates, key=place, default=None)
    return best[1] if best else None


def _said(visit: VisitRecord, checklist: Checklist) -> Iterator[Quotation]:
    for jotting in visit.jottings:
        yield Quotation(jotting.text, Source.JOTTING, jotting.section, visit.number, visit.method, jotting.jotted_at)
    for answer in visit.answers:
        section = checklist.section_of.get(answer.question)
        if section is not None and answer.comment:
            yield Quotation(answer.comment, Source.COMMENT, section.name, visit.number, visit.method, visit.started_at)


def _fits(text: str) -> bool:
    low, high = QUOTATION_CHARACTERS
    return low <= len(text) <= high


def _feeling(visit: VisitRecord, section: str) -> int:
    felt = (e.feeling for e in visit.encounters if e.section == section and e.feeling is not None)
    return next(felt, 0)
