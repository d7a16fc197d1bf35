"""The questions of the whole network that have a norm, ranked by what their gap costs the score."""

from fieldstudy.core.gaps import Gap, is_below
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.store.priorities import GapRow, GapTable, base
from fieldstudy.reports.voice import printed

MOST = 20
LABEL_CHARACTERS = 110


def build(case: Case) -> GapTable | None:
    found = [gap for gap in case.snapshot.gaps if gap.observed.value is not None]
    if not found:
        return None
    rest, words = len(found) - MOST, case.voice.words
    more = words.ngettext("%(num)s more question has a norm.", "%(num)s more questions have a norm.", rest)
    return GapTable(tuple(_row(case, gap) for gap in found[:MOST]), more if rest > 0 else "")


def _row(case: Case, gap: Gap) -> GapRow:
    words, observed = case.voice.words, printed(gap.observed)
    return GapRow(
        label=case.voice.question(gap.name, LABEL_CHARACTERS),
        observed=case.voice.number(observed),
        base=base(words, gap, case.voice.checklist),
        norm=words.points(gap.norm_percent),
        norm_by=words.name(gap.norm_by),
        gap="" if observed is None else words.gap(observed, gap.norm_percent),
        is_below=is_below(gap.observed, gap.norm_percent),
        share=words.percent(gap.share, 1),
        cost=words.cost(gap.burden),
    )
