"""What changed since the last wave: only where a test was made, and marked only where it says so."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.changes import Change, Test, Verdict
from fieldstudy.core.figures import Figure
from fieldstudy.core.networks import LastNetwork, StoreLine
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.voice import isolated, printed
from fieldstudy.words import Words, comparisons
from fieldstudy.words import changes as change_words

PAIRED = (Test.PAIRED_T, Test.SIGNS)


@dataclass(frozen=True)
class ChangeRow:
    label: str
    before: str
    now: str
    difference: str
    reach: str
    verdict: str
    is_untested: bool = False
    """`reach` says why, and has the room of the verdict too."""


@dataclass(frozen=True)
class Changed:
    """`questions` and `stores` hold only what can be shown; `others` says of how much no change can be.

    `untested` are the questions that moved in all stores alike, and that the report of a store may tell.
    """

    key: str
    rows: tuple[ChangeRow, ...]
    questions: tuple[ChangeRow, ...]
    untested: tuple[ChangeRow, ...]
    stores: tuple[ChangeRow, ...]
    others: str

    @property
    def has_verdicts(self) -> bool:
        return any(row.verdict for row in self.rows)


def build(case: Case) -> Changed | None:
    last = case.snapshot.last
    if last is None:
        return None
    whole = _row(case, _whole(case, last), last.score, last.score.now or case.score)
    named = dict(last.sections)
    rows = [
        _row(case, case.voice.section(name), named[name], named[name].now or figure.score)
        for name, figure in case.sections.items()
        if name in named and named[name].verdict != Verdict.NOT_COMPARED
    ]
    return Changed(
        _key(case, last),
        (*rows, whole),
        _questions(case, [pair for pair in last.questions if pair[1].is_claimed]),
        _questions(case, _alike(case, last)),
        _stores(case),
        " ".join(_others(case, last)),
    )


def _whole(case: Case, last: LastNetwork) -> str:
    words = case.voice.words
    if not last.basis.is_part:
        return words.gettext("Whole visit")
    return words.gettext("Over %(part)s", part=comparisons.part(words, last.basis))


def _key(case: Case, last: LastNetwork) -> str:
    words = case.voice.words
    sentences = [words.gettext("Held against %(wave)s.", wave=isolated(last.name))]
    if not last.basis.has_other_stores and any(change.test in PAIRED for change in _changes(last)):
        sentences.append(
            words.ngettext(
                "%(num)s store that both waves have is compared with itself.",
                "The %(num)s stores that both waves have are each compared with themselves.",
                case.paired_stores,
            )
        )
    if limits := comparisons.limits(words, last.basis):
        sentences.append(limits)
    if last.basis.is_compared and last.basis.has_other_stores:
        sentences.append(words.gettext("Every figure here is of these stores alone."))
    if last.basis.reasons:
        sentences.append(words.gettext("Touchpoints and questions that were not measured alike have no row."))
    sentences.append(
        words.gettext(
            "Better and worse are said only where the true change, with all changes of this report in mind, is not "
            "just chance; beside it, between what points it may lie."
        )
    )
    sentences.append(
        words.gettext(
            "This report tests stores, each of which counts once, and judges all changes together. The report of one "
            "store tests its visits and answers: the same question, or the store itself, may read otherwise there."
        )
    )
    return " ".join(sentences)


def _row(case: Case, label: str, change: Change, now: Figure | None) -> ChangeRow:
    words, after, before = case.voice.words, printed(now), printed(change.before)
    difference = "" if after is None or before is None else words.gap(after, before)
    return ChangeRow(
        label,
        case.voice.number(before),
        case.voice.number(after),
        difference,
        change_words.reach(words, change),
        change_words.mark(words, change),
        change.verdict in change_words.NO_INTERVAL,
    )


def _changes(last: LastNetwork) -> Iterator[Change]:
    yield last.score
    yield from (change for _, change in (*last.sections, *last.questions))


def _questions(case: Case, told: Sequence[tuple[str, Change]]) -> tuple[ChangeRow, ...]:
    rates = {name: change.now or _rates(case)[name] for name, change in told}
    ranked = sorted(told, key=lambda pair: _difference(pair[1], rates[pair[0]]))
    return tuple(_row(case, _asked(case, name), change, rates[name]) for name, change in ranked)


def _rates(case: Case) -> dict[str, Figure | None]:
    return {figure.question: figure.rate for figure in case.snapshot.network.questions}


def _alike(case: Case, last: LastNetwork) -> list[tuple[str, Change]]:
    """The questions that moved, in stores that are too much alike to be tested."""
    rates, unvaried = _rates(case), [pair for pair in last.questions if pair[1].is_unvaried]
    return [(name, change) for name, change in unvaried if _difference(change, change.now or rates[name])]


def _asked(case: Case, name: str) -> str:
    return " · ".join(part for part in (case.voice.question(name), case.voice.wanted(name)) if part)


def _difference(change: Change, now: Figure | None) -> Decimal:
    after, before = printed(now), printed(change.before)
    return Decimal(0) if after is None or before is None else after - before


def _stores(case: Case) -> tuple[ChangeRow, ...]:
    told = [line for line in case.snapshot.stores if line.change is not None and line.change.is_claimed]
    told.sort(key=_change_of)
    return tuple(_row(case, isolated(line.name), line.change, line.score) for line in told if line.change is not None)


def _change_of(line: StoreLine) -> Decimal:
    return Decimal(0) if line.change is None else _difference(line.change, line.score)


def _others(case: Case, last: LastNetwork) -> Iterator[str]:
    """Once, instead of a column that repeats it; why there is no test is said of stores and of their visits apart."""
    words = case.voice.words
    stores = [line.change for line in case.snapshot.stores if line.change is not None]
    shown = {name for name, _ in _alike(case, last)}
    sections = [change for _, change in last.sections]
    questions = [change for name, change in last.questions if name not in shown]
    if listed := _counted(words, _is(Verdict.CANNOT_TELL), sections, questions, stores):
        yield words.gettext("No change can be shown for %(listed)s.", listed=listed)
    if listed := _counted(words, _is(Verdict.CONFLICT), sections, questions):
        yield words.gettext(
            "Not judged, because all answers together and the stores one by one do not agree there: %(listed)s.",
            listed=listed,
        )
    if listed := _counted(words, _is_unmoved, sections, questions):
        yield words.gettext("The same in every store: %(listed)s.", listed=listed)
    if listed := _counted(words, _is_untested, sections, questions):
        yield words.gettext("Not tested, because all stores moved alike there: %(listed)s.", listed=listed)
    if listed := _counted(words, _is(Verdict.TOO_FEW), sections, questions):
        yield words.gettext("Not tested, because a wave has fewer than three stores there: %(listed)s.", listed=listed)
    if listed := _counted(words, _is(Verdict.NOT_COMPARED), sections, questions):
        yield words.gettext(
            "Not compared, because fewer than three stores are in both waves there: %(listed)s.", listed=listed
        )
    if listed := _counted(words, _is(Verdict.NO_VARIATION), stores=stores):
        yield words.gettext("Not tested, because all visits of a wave had the same score: %(listed)s.", listed=listed)
    if listed := _counted(words, _is(Verdict.TOO_FEW), stores=stores):
        yield words.gettext("Not tested, because a wave has fewer than three visits there: %(listed)s.", listed=listed)
    if listed := _counted(words, _is(Verdict.NOT_COMPARED), stores=stores):
        yield words.gettext("Not compared: %(listed)s.", listed=listed)


Rule = Callable[[Change], bool]


def _is(verdict: Verdict) -> Rule:
    return lambda change: change.verdict == verdict


def _is_unmoved(change: Change) -> bool:
    return change.is_alike and not change.direction


def _is_untested(change: Change) -> bool:
    return change.is_unvaried and not _is_unmoved(change)


def _counted(
    words: Words,
    rule: Rule,
    sections: Iterable[Change] = (),
    questions: Iterable[Change] = (),
    stores: Iterable[Change] = (),
) -> str:
    found = [sum(rule(change) for change in part) for part in (sections, questions, stores)]
    counted = (
        words.ngettext("%(num)s touchpoint", "%(num)s touchpoints", found[0]),
        words.ngettext("%(num)s yes/no question", "%(num)s yes/no questions", found[1]),
        words.ngettext("%(num)s store", "%(num)s stores", found[2]),
    )
    return words.listing(said for said, count in zip(counted, found, strict=True) if count)
