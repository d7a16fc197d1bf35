"""Points of one visit. Exact: Decimal all the way, nothing is rounded here (docs/scoring.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fieldstudy.core import answers as answering
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import (
    CHOICES,
    Band,
    Checklist,
    Critical,
    CriticalRule,
    Method,
    Missing,
    Question,
    Section,
    Settings,
    Total,
)

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class QuestionScore:
    """Weighted points; `possible` is 0 for a question that left the sums, and for a bonus."""

    question: str
    earned: Decimal
    possible: Decimal
    is_na: bool = False


@dataclass(frozen=True)
class SectionScore:
    section: str
    earned: Decimal
    possible: Decimal
    weight: Decimal
    na_count: int = 0
    is_zeroed: bool = False

    @property
    def fraction(self) -> Decimal | None:
        """Earned ÷ possible, undefined (None) when nothing was possible; 0 when a critical rule says so."""
        if not self.possible:
            return None
        return ZERO if self.is_zeroed else self.earned / self.possible


@dataclass(frozen=True)
class Fired:
    """A critical rule that fired, and on which question; `percent` is the cap or the minimum."""

    question: str
    rule: CriticalRule
    percent: Decimal | None = None


@dataclass(frozen=True)
class Score:
    """`raw` is before the critical rules and `final` after them; both are fractions, None where undefined."""

    earned: Decimal
    possible: Decimal
    raw: Decimal | None
    final: Decimal | None
    sections: tuple[SectionScore, ...]
    questions: tuple[QuestionScore, ...]
    fired: tuple[Fired, ...] = ()


def score(checklist: Checklist, method: Method, answers: Sequence[Answer], on: date) -> Score:
    """Score one visit; `on` is the day of the visit, which conditions with today() refer to."""
    asked = checklist.for_method(method)
    given = {answer.question: answer for answer in answers}
    relevant = answering.relevant_names(asked, given, on)
    by_section = [(section, _score_questions(section, given, relevant, asked.settings)) for section in asked.sections]
    fired = _fired([q for q in asked.questions if q.name in relevant], given, asked.settings)
    zeroed = {asked.section_of[f.question].name for f in fired if f.rule == CriticalRule.SECTION_ZERO}
    sections = tuple(_sum_section(section, items) for section, items in by_section)
    final_sections = tuple(replace(section, is_zeroed=_is_zeroed(section, zeroed)) for section in sections)
    raw, final = totals(asked.settings, final_sections, fired)
    return Score(
        earned=sum((s.earned for s in sections), ZERO),
        possible=sum((s.possible for s in sections), ZERO),
        raw=raw,
        final=final,
        sections=final_sections,
        questions=tuple(item for _, items in by_section for item in items),
        fired=fired,
    )


def totals(
    settings: Settings, sections: Sequence[SectionScore], fired: Sequence[Fired]
) -> tuple[Decimal | None, Decimal | None]:
    """The total before the critical rules and after them."""
    as_earned = [replace(section, is_zeroed=False) for section in sections]
    return _total(settings, as_earned), _apply(fired, _total(settings, sections))


def total_of_part(checklist: Checklist, scored: Score, questions: Collection[str]) -> Decimal | None:
    """The final total as if these were all the questions: their points, and the rules that fired on them."""
    fired = [one for one in scored.fired if one.question in questions]
    zeroed = {checklist.section_of[one.question].name for one in fired if one.rule == CriticalRule.SECTION_ZERO}
    items = [item for item in scored.questions if item.question in questions]
    by_section = ((s, [item for item in items if checklist.section_of[item.question] is s]) for s in checklist.sections)
    sums = [_sum_section(section, own) for section, own in by_section]
    sums = [replace(one, is_zeroed=_is_zeroed(one, zeroed)) for one in sums]
    return totals(checklist.settings, sums, fired)[1]


def _score_questions(
    section: Section, given: Mapping[str, Answer], relevant: frozenset[str], settings: Settings
) -> list[QuestionScore]:
    return [
        score_question(question, given.get(question.name), settings)
        for question in section.questions
        if question.is_scored and question.name in relevant
    ]


def score_question(question: Question, answer: Answer | None, settings: Settings) -> QuestionScore:
    """Points of one question that was asked; the weight multiplies both sums."""
    possible = ZERO if question.is_bonus else question.possible * question.weight
    if answer is None or not answer.is_given:
        return QuestionScore(question.name, ZERO, possible if settings.unanswered == Missing.MISS else ZERO)
    if answer.is_na:
        return QuestionScore(question.name, ZERO, possible if settings.na == Missing.MISS else ZERO, is_na=True)
    return QuestionScore(question.name, points_earned(question, answer) * question.weight, possible)


def points_earned(question: Question, answer: Answer) -> Decimal:
    """Unweighted points of what was chosen, or of the band that the number falls in."""
    if question.type in CHOICES:
        chosen = (question.option_by_name.get(name) for name in set(answer.choices))
        return sum((o.points for o in chosen if o is not None and o.points is not None), ZERO)
    number = answering.read_number(answer.value)
    if number is None:
        return ZERO
    return next((band.points for band in question.bands if _falls_in(number, band)), ZERO)


def _falls_in(number: Decimal, band: Band) -> bool:
    if band.bound is None:
        return True
    return {
        "<": number < band.bound,
        "<=": number <= band.bound,
        ">": number > band.bound,
        ">=": number >= band.bound,
        "=": number == band.bound,
    }[band.relation]


def _sum_section(section: Section, items: Sequence[QuestionScore]) -> SectionScore:
    return SectionScore(
        section.name,
        sum((item.earned for item in items), ZERO),
        sum((item.possible for item in items), ZERO),
        section.weight,
        sum(item.is_na for item in items),
    )


def _is_zeroed(section: SectionScore, zeroed: Collection[str]) -> bool:
    """A rule that takes a touchpoint's points gives none: minus points stay what they are."""
    return section.section in zeroed and section.earned >= 0


def _total(settings: Settings, sections: Sequence[SectionScore]) -> Decimal | None:
    total = _pooled(settings, sections) if settings.total == Total.POOLED else _section_weighted(sections)
    if total is not None and settings.is_capped:
        return min(total, ONE)
    return total


def is_capped(settings: Settings, sections: Sequence[SectionScore]) -> bool:
    """Did the points of a visit come to more than its total may be?"""
    total = _total(replace(settings, is_capped=False), sections)
    return settings.is_capped and total is not None and total > ONE


def _pooled(settings: Settings, sections: Sequence[SectionScore]) -> Decimal | None:
    earned = sum((ZERO if s.is_zeroed else s.earned for s in sections), ZERO) + settings.adjust_earned_points
    possible = sum((s.possible for s in sections), ZERO) + settings.adjust_possible_points
    return earned / possible if possible > 0 else None


def _section_weighted(sections: Sequence[SectionScore]) -> Decimal | None:
    """Σ w·S ÷ Σ w over the sections that are defined."""
    defined = [(s.weight, s.fraction) for s in sections if s.fraction is not None]
    weight = sum((w for w, _ in defined), ZERO)
    return sum((w * fraction for w, fraction in defined), ZERO) / weight if weight > 0 else None


def shares(settings: Settings, sections: Sequence[SectionScore]) -> dict[str, Decimal]:
    """What part of a visit's total hangs on each touchpoint that has a score: of all points, or of all weights."""
    if settings.total == Total.POOLED:
        parts, more = {s.section: s.possible for s in sections if s.possible}, settings.adjust_possible_points
    else:
        parts, more = {s.section: s.weight for s in sections if s.fraction is not None}, ZERO
    whole = sum(parts.values(), ZERO) + more
    return {name: part / whole for name, part in parts.items()} if whole > 0 else {}


def effects(settings: Settings, sections: Sequence[SectionScore]) -> dict[str, Decimal]:
    """The part of a visit's total that touchpoints without a score take off (negative), or give as a bonus."""
    whole = sum((s.possible for s in sections), ZERO) + settings.adjust_possible_points
    if settings.total != Total.POOLED or whole <= 0:
        return {}
    return {s.section: s.earned / whole for s in sections if not s.possible and s.earned and not s.is_zeroed}


def _fired(asked: Sequence[Question], given: Mapping[str, Answer], settings: Settings) -> tuple[Fired, ...]:
    return tuple(
        Fired(question.name, question.critical.rule, question.critical.percent)
        for question in asked
        if question.critical is not None and _misses(question, question.critical, given.get(question.name), settings)
    )


def _misses(question: Question, critical: Critical, answer: Answer | None, settings: Settings) -> bool:
    """Held against the best answer before any weight, so that a question that counts for nothing can be critical too.

    An N/A misses nothing, and neither does a bonus that was not earned.
    """
    if question.is_bonus or question.best is None or (answer is not None and answer.is_na):
        return False
    if answer is None or not answer.is_given:
        if settings.unanswered == Missing.OMIT:
            return False
        earned = ZERO
    else:
        earned = points_earned(question, answer)
    if critical.rule == CriticalRule.MIN and critical.percent is not None and question.best > 0:
        return earned / question.best * HUNDRED < critical.percent
    return earned < question.best


def _apply(fired: Sequence[Fired], total: Decimal | None) -> Decimal | None:
    """Total := 0 goes before a cap; flag and minimum fail the visit and keep the number."""
    if total is None:
        return None
    if any(f.rule == CriticalRule.TOTAL_ZERO for f in fired):
        return ZERO
    caps = [f.percent / HUNDRED for f in fired if f.rule == CriticalRule.CAP and f.percent is not None]
    return min([total, *caps])
