"""In part 3: the questions that have a norm of their own, ranked by what their gap costs the score."""

from dataclasses import dataclass

from fieldstudy.core import findings, gaps
from fieldstudy.core.checklist import Checklist, Question
from fieldstudy.core.figures import Figure
from fieldstudy.core.gaps import Gap
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import printed, shortened
from fieldstudy.words import Words

MOST = 12
LABEL_CHARACTERS = 110


@dataclass(frozen=True)
class GapRow:
    label: str
    observed: str
    base: str
    norm: str
    norm_by: str
    gap: str
    is_below: bool
    share: str
    cost: str


@dataclass(frozen=True)
class GapTable:
    rows: tuple[GapRow, ...]
    rest: str


def build(case: Case) -> GapTable | None:
    found = ranked(case)
    if not found:
        return None
    rest = len(found) - MOST
    more = case.words.ngettext("%(num)s more question has a norm.", "%(num)s more questions have a norm.", rest)
    return GapTable(tuple(_row(case, gap) for gap in found[:MOST]), more if rest > 0 else "")


def ranked(case: Case) -> tuple[Gap, ...]:
    return gaps.of_questions(
        case.checklist, findings.observed_with_norm(case.snapshot, case.checklist), case.snapshot.visits
    )


def figure_of(case: Case, question: Question) -> Figure | None:
    found = case.question_figures.get(question.name)
    return findings.observed(question, found.rate if found else None, case.sums[question.name])


def base(words: Words, gap: Gap, checklist: Checklist) -> str:
    """Where less is better, the observed is the share of the points, of which more is better."""
    answers = words.ngettext("%(num)s answer", "%(num)s answers", gap.observed.base)
    if not checklist.question_by_name[gap.name].is_reverse:
        return answers
    turned = words.gettext("in points: less earns more")
    return f"{answers} · {turned}"


def _row(case: Case, gap: Gap) -> GapRow:
    words, observed = case.words, printed(gap.observed)
    return GapRow(
        label=shortened(case.question(gap.name), LABEL_CHARACTERS),
        observed=case.printed(gap.observed),
        base=base(words, gap, case.checklist),
        norm=words.points(gap.norm_percent),
        norm_by=words.name(gap.norm_by),
        gap="" if observed is None else words.gap(observed, gap.norm_percent),
        is_below=gaps.is_below(gap.observed, gap.norm_percent),
        share=words.percent(gap.share, 1),
        cost=words.cost(gap.burden),
    )
