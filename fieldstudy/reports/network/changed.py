"""What changed since the last wave: only where a test was made, and marked only where it says so."""

from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.changes import Change, Test, Verdict
from fieldstudy.core.figures import Figure
from fieldstudy.core.networks import LastNetwork, StoreLine
from fieldstudy.reports.network import verdicts
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.voice import isolated, printed

TOLD = (Verdict.BETTER, Verdict.WORSE)


@dataclass(frozen=True)
class ChangeRow:
    label: str
    before: str
    now: str
    difference: str
    verdict: str
    is_told: bool


@dataclass(frozen=True)
class Changed:
    """`questions` and `stores` hold only what a test could tell; the sentences say how many it could not."""

    key: str
    rows: tuple[ChangeRow, ...]
    questions: tuple[ChangeRow, ...]
    other_questions: str
    stores: tuple[ChangeRow, ...]
    other_stores: str


def build(case: Case) -> Changed | None:
    last = case.snapshot.last
    if last is None:
        return None
    whole = _row(case, case.voice.words.gettext("Whole visit"), last.score, case.score)
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
        _other_questions(case, last),
        _stores(case),
        _other_stores(case),
    )


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
    sentences.append(words.gettext("Better and worse are said only where chance alone would hardly do that."))
    return " ".join(sentences)


def _row(case: Case, label: str, change: Change, now: Figure | None) -> ChangeRow:
    words, after, before = case.voice.words, printed(now), printed(change.before)
    difference = "" if after is None or before is None else words.gap(after, before)
    return ChangeRow(
        label,
        case.voice.number(before),
        case.voice.number(after),
        difference,
        verdicts.mark(words, change),
        change.verdict in TOLD,
    )


def _questions(case: Case, last: LastNetwork) -> tuple[ChangeRow, ...]:
    rates = {figure.question: figure.rate for figure in case.snapshot.network.questions}
    told = [(name, change) for name, change in last.questions if change.verdict in TOLD]
    told.sort(key=lambda pair: _difference(pair[1], rates[pair[0]]))
    return tuple(_row(case, case.voice.question(name), change, rates[name]) for name, change in told)


def _difference(change: Change, now: Figure | None) -> Decimal:
    after, before = printed(now), printed(change.before)
    return Decimal(0) if after is None or before is None else after - before


def _other_questions(case: Case, last: LastNetwork) -> str:
    others = sum(change.verdict not in TOLD for _, change in last.questions)
    if not others:
        return ""
    return case.voice.words.ngettext(
        "Of %(num)s yes/no question no change can be told.",
        "Of %(num)s yes/no questions no change can be told.",
        others,
    )


def _stores(case: Case) -> tuple[ChangeRow, ...]:
    told = [line for line in case.snapshot.stores if line.change is not None and line.change.verdict in TOLD]
    told.sort(key=_change_of)
    return tuple(_row(case, isolated(line.name), line.change, line.score) for line in told if line.change is not None)


def _change_of(line: StoreLine) -> Decimal:
    return Decimal(0) if line.change is None else _difference(line.change, line.score)


def _other_stores(case: Case) -> str:
    others = sum(line.change is not None and line.change.verdict not in TOLD for line in case.snapshot.stores)
    if not others:
        return ""
    return case.voice.words.ngettext(
        "Of %(num)s store no change can be told from its own visits.",
        "Of %(num)s stores no change can be told from their own visits.",
        others,
    )
