"""What changed since the last wave: only where a test was made, and marked only where it says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.changes import Change, Test
from fieldstudy.core.figures import Figure
from fieldstudy.core.networks import LastNetwork, StoreLine
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.voice import isolated, printed
from fieldstudy.words import Words, comparisons
from fieldstudy.words import changes as change_words


@dataclass(frozen=True)
class ChangeRow:
    label: str
    before: str
    now: str
    difference: str
    reach: str
    verdict: str


@dataclass(frozen=True)
class Changed:
    """`questions` and `stores` hold only what can be shown; `others` says of how much no change can be."""

    key: str
    rows: tuple[ChangeRow, ...]
    questions: tuple[ChangeRow, ...]
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
        _row(case, case.voice.section(name), named[name], figure.score)
        for name, figure in case.sections.items()
        if name in named
    ]
    return Changed(
        _key(case, last),
        (*rows, whole),
        _questions(case, last),
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
    if last.score.test == Test.PAIRED_T:
        sentences.append(
            words.ngettext(
                "%(num)s store that both waves have is compared with itself.",
                "The %(num)s stores that both waves have are each compared with themselves.",
                case.paired_stores,
            )
        )
    if last.basis.reasons:
        sentences.append(comparisons.limits(words, last.basis))
        sentences.append(words.gettext("What was not measured alike has no row."))
    sentences.append(
        words.gettext(
            "Better and worse are said only where the true change, with all changes of this report in mind, is not "
            "just chance; beside it, between what points it may lie."
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
    )


def _questions(case: Case, last: LastNetwork) -> tuple[ChangeRow, ...]:
    rates = {figure.question: figure.rate for figure in case.snapshot.network.questions}
    told = [(name, change) for name, change in last.questions if change.is_claimed]
    told.sort(key=lambda pair: _difference(pair[1], rates[pair[0]]))
    return tuple(_row(case, _asked(case, name), change, rates[name]) for name, change in told)


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
    """Once, instead of a column that repeats it. What does not vary is not tested: a store's own report may tell it."""
    words = case.voice.words
    stores = [line.change for line in case.snapshot.stores if line.change is not None]
    of = [[change for _, change in last.sections], [change for _, change in last.questions], stores]
    unshown = _counted(words, *(sum(not (one.is_claimed or one.is_unvaried) for one in part) for part in of))
    unvaried = _counted(words, *(sum(one.is_unvaried for one in part) for part in of))
    if unshown:
        yield words.gettext("No change can be shown for %(listed)s.", listed=unshown)
    if unvaried:
        yield words.gettext("Not tested, because the results do not vary: %(listed)s.", listed=unvaried)


def _counted(words: Words, sections: int, questions: int, stores: int) -> str:
    counted = (
        words.ngettext("%(num)s touchpoint", "%(num)s touchpoints", sections) if sections else "",
        words.ngettext("%(num)s yes/no question", "%(num)s yes/no questions", questions) if questions else "",
        words.ngettext("%(num)s store", "%(num)s stores", stores) if stores else "",
    )
    return words.listing(one for one in counted if one)
