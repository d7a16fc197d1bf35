"""What of two waves may be held against each other: the same questions with the same key, methods and stores.

The key of a question is everything that turns an answer into points, and everything that decides who answers it.
A total is compared over all questions, or over those that both waves scored alike, or not at all; the reasons say why.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from fieldstudy.core.changes import Overlap, overlap
from fieldstudy.core.checklist import CHOICES, Checklist, CriticalRule, Method, Question, Section, Settings, Total
from fieldstudy.core.figures import VisitSums

TOLERANCE = Decimal("0.05")
"""By how much the share of a method may differ between two waves that still have the same mix."""
LEAST_PART = 2
"""A part of the checklist stands for the whole from one half of its scored questions on."""


class Reason(StrEnum):
    CHECKLIST = "checklist"
    POINTS = "points"
    QUESTIONS = "questions"
    RULES = "rules"
    TOTAL = "total"
    MISSING = "missing"
    METHODS = "methods"
    MIX = "mix"


Mix = tuple[tuple[Method, int], ...]
"""How many visits of the headline by each method."""


@dataclass(frozen=True)
class Basis:
    """Over what a total is compared: `questions` says over how many, `methods` over which visits; else over all.

    `overlap` is of the stores of the two waves, whatever they were visited by: those that both have are compared.
    A mix is that of their visits. `stores`: how many of them a part leaves, where it leaves fewer.
    """

    is_compared: bool = True
    reasons: tuple[Reason, ...] = ()
    questions: int | None = None
    methods: tuple[Method, ...] = ()
    mix_before: Mix = ()
    mix_now: Mix = ()
    overlap: Overlap | None = None
    stores: int | None = None

    @property
    def is_part(self) -> bool:
        return self.is_compared and (self.questions is not None or bool(self.methods) or self.has_other_stores)

    @property
    def has_other_stores(self) -> bool:
        return self.overlap is not None and not self.overlap.is_whole

    @property
    def has_same_methods(self) -> bool:
        return not self.reasons or not {Reason.MIX, Reason.METHODS, Reason.CHECKLIST} & set(self.reasons)


@dataclass(frozen=True)
class Alike:
    """What all versions of both waves have in common; `is_whole`: every question that is scored.

    `sections` are the touchpoints with the same questions and keys, `rates` the questions whose yes means the same.
    """

    reasons: tuple[Reason, ...]
    questions: frozenset[str]
    is_whole: bool
    has_total: bool
    sections: frozenset[str]
    rates: frozenset[str]
    methods: frozenset[Method]


@dataclass(frozen=True)
class Comparable:
    """What a comparison may claim. None: all; `before` and `after` are the visits of a total over a part."""

    basis: Basis
    sections: frozenset[str] | None = None
    rates: frozenset[str] | None = None
    before: tuple[VisitSums, ...] = ()
    after: tuple[VisitSums, ...] = ()

    def has_section(self, name: str) -> bool:
        return self.sections is None or name in self.sections

    def has_rate(self, question: str) -> bool:
        return self.rates is None or question in self.rates


EVERYTHING = Comparable(Basis())
OTHER_CHECKLIST = Comparable(Basis(False, (Reason.CHECKLIST,)), frozenset(), frozenset())


def alike(versions: Sequence[Checklist]) -> Alike:
    """`versions`: every one that visits of either wave were made with."""
    methods = frozenset[Method].intersection(*(frozenset(one.settings.headline_methods) for one in versions))
    are_weighted = all(one.settings.total == Total.SECTION_WEIGHTED for one in versions)
    keys = [_keys(one, methods, are_weighted) for one in versions]
    names = frozenset[str].union(*(frozenset(one) for one in keys))
    same = frozenset(name for name in names if len({one.get(name) for one in keys}) == 1)
    settings = list(_other_settings([one.settings for one in versions]))
    is_whole = same == names
    reasons = [*_other_keys(keys, names - same), *settings]
    return Alike(
        tuple(reason for reason in Reason if reason in reasons),
        same,
        is_whole,
        _has_total(versions, keys, same, is_whole, settings, methods),
        frozenset() if Reason.MISSING in reasons else frozenset(_sections(versions, methods)),
        frozenset(_rates(versions, methods)),
        methods,
    )


def _has_total(
    versions: Sequence[Checklist],
    keys: Sequence[Mapping[str, "_Key"]],
    same: frozenset[str],
    is_whole: bool,
    settings: Sequence[Reason],
    methods: frozenset[Method],
) -> bool:
    if not methods or {Reason.TOTAL, Reason.MISSING} & set(settings):
        return False
    if is_whole:
        return True
    is_adjusted = any(one.settings.adjust_earned_points or one.settings.adjust_possible_points for one in versions)
    is_enough = all(len(same) * LEAST_PART >= len(one) for one in keys)
    return bool(same) and is_enough and not is_adjusted


@dataclass(frozen=True)
class _Key:
    """`place` is what its touchpoint weighs in the total."""

    points: object
    place: object
    rule: object
    asked: object


def _keys(checklist: Checklist, methods: frozenset[Method], are_weighted: bool) -> dict[str, _Key]:
    """Of every question that gives points to a visit of these methods."""
    return {
        question.name: key
        for section in checklist.sections
        for question in section.questions
        if (key := _key(section, question, methods, are_weighted)) is not None
    }


def _key(section: Section, question: Question, methods: frozenset[Method], is_weighted: bool = False) -> _Key | None:
    askers = methods & frozenset(question.methods) & frozenset(section.methods)
    if not question.is_scored or not askers:
        return None
    options = {option.name: (option.points, option.is_na) for option in question.options}
    values = sorted(options.items()) if question.type in CHOICES else question.bands
    place = (section.name, section.weight) if is_weighted else ()
    zeroes = question.critical is not None and question.critical.rule == CriticalRule.SECTION_ZERO
    return _Key(
        (question.type, tuple(values), question.weight, question.is_bonus),
        place,
        (question.critical, section.name if zeroes else ""),
        (askers, question.relevant, section.relevant),
    )


def _other_keys(keys: Sequence[Mapping[str, _Key]], names: Iterable[str]) -> Iterator[Reason]:
    for name in names:
        found = [one.get(name) for one in keys]
        known = [one for one in found if one is not None]
        if len({(one.points, one.place) for one in known}) > 1:
            yield Reason.POINTS
        if len({one.rule for one in known}) > 1:
            yield Reason.RULES
        if len(known) < len(found) or len({one.asked for one in known}) > 1:
            yield Reason.QUESTIONS


def _other_settings(found: Sequence[Settings]) -> Iterator[Reason]:
    adjustments = ((one.adjust_earned_points, one.adjust_possible_points) for one in found)
    if len({(one.total, one.is_capped, pair) for one, pair in zip(found, adjustments, strict=True)}) > 1:
        yield Reason.TOTAL
    if len({(one.na, one.unanswered) for one in found}) > 1:
        yield Reason.MISSING
    if len({frozenset(one.headline_methods) for one in found}) > 1:
        yield Reason.METHODS


def _sections(versions: Sequence[Checklist], methods: frozenset[Method]) -> Iterator[str]:
    """Their own weight in the total does not matter to their score."""
    by_name = [{section.name: section for section in one.sections} for one in versions]
    for name in by_name[0]:
        if all(name in one for one in by_name) and len({_of_section(one[name], methods) for one in by_name}) == 1:
            yield name


def _of_section(section: Section, methods: frozenset[Method]) -> object:
    keys = ((question.name, _key(section, question, methods)) for question in section.questions)
    return frozenset((name, key.points, key.rule, key.asked) for name, key in keys if key is not None)


def _rates(versions: Sequence[Checklist], methods: frozenset[Method]) -> Iterator[str]:
    """A yes is a yes whatever it counts, but not whoever is asked, and not where no is wanted since."""
    found: dict[str, set[object]] = {}
    for checklist in versions:
        for section in checklist.sections:
            for question in section.questions:
                askers = methods & frozenset(question.methods) & frozenset(section.methods)
                meaning = (question.is_yes_no, question.is_reverse, askers, question.relevant, section.relevant)
                found.setdefault(question.name, set()).add(meaning)
    yield from (name for name, meanings in found.items() if len(meanings) == 1)


# The mix of methods


def mix_of(visits: Iterable[VisitSums], methods: Iterable[Method]) -> Mix:
    wanted = set(methods)
    counted = Counter(visit.method for visit in visits if visit.method in wanted)
    return tuple((method, counted[method]) for method in Method if counted[method])


def shares(visits: Sequence[VisitSums], methods: Iterable[Method]) -> dict[Method, Decimal]:
    """The mean of the stores' own shares, as the network's score is a mean of the stores' means."""
    by_store: dict[str, list[VisitSums]] = {}
    for visit in visits:
        by_store.setdefault(visit.store, []).append(visit)
    return mean_shares([mix_of(rows, methods) for rows in by_store.values()])


def mean_shares(mixes: Sequence[Mix]) -> dict[Method, Decimal]:
    own = [(mix, sum(count for _, count in mix)) for mix in mixes if mix]
    found: dict[Method, Decimal] = {}
    for mix, every in own:
        for method, count in mix:
            found[method] = found.get(method, Decimal(0)) + Decimal(count) / every / len(own)
    return found


def is_same_mix(before: Mapping[Method, Decimal], now: Mapping[Method, Decimal]) -> bool:
    return all(abs(before.get(m, Decimal(0)) - now.get(m, Decimal(0))) <= TOLERANCE for m in Method)


def basis(found: Alike, before: Sequence[VisitSums], now: Sequence[VisitSums]) -> Basis:
    """Of one store, or of all stores together; where the mix is another, over the method that both have most of."""
    mixes = mix_of(before, found.methods), mix_of(now, found.methods)
    is_same = is_same_mix(shares(before, found.methods), shares(now, found.methods))
    reasons = found.reasons if is_same else (*found.reasons, Reason.MIX)
    if not found.has_total:
        return Basis(False, reasons, None, (), *mixes)
    methods = [m for m in Method if m in found.methods] if Reason.METHODS in found.reasons else []
    if not is_same:
        methods = _most_common(*map(dict, mixes))
    questions = None if found.is_whole else len(found.questions)
    return Basis(is_same or bool(methods), reasons, questions, tuple(methods), *mixes)


def _most_common(before: Mapping[Method, int], now: Mapping[Method, int]) -> list[Method]:
    both = [method for method in Method if method in before and method in now]
    return [max(both, key=lambda method: min(before[method], now[method]))] if both else []


def comparable(
    found: Alike,
    before: Sequence[VisitSums],
    now: Sequence[VisitSums],
    finals: Mapping[UUID, Decimal | None] | None = None,
) -> Comparable:
    """`finals`: of every visit the total over the questions that are alike.

    The mix that counts is that of the stores of both waves: no others are compared, and too few of them are not either.
    """
    stores = [{row.store for row in rows} for rows in (before, now)]
    both = stores[0] & stores[1] if overlap(*stores).is_compared else set()
    over = basis(found, *([row for row in rows if row.store in both] for rows in (before, now)))
    is_same = over.has_same_methods
    return Comparable(
        over,
        found.sections if is_same else frozenset(),
        found.rates if is_same else frozenset(),
        *((_part(over, found, rows, finals) for rows in (before, now)) if over.is_part else ()),
    )


def _part(
    over: Basis, found: Alike, rows: Iterable[VisitSums], finals: Mapping[UUID, Decimal | None] | None
) -> tuple[VisitSums, ...]:
    methods = over.methods or found.methods
    kept = [row for row in rows if row.method in methods]
    if over.questions is None or finals is None:
        return tuple(kept)
    return tuple(replace(row, final=finals[row.visit_id]) for row in kept)
