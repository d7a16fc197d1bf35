"""Part 3: every touchpoint as a row of numbers that add up."""

from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import gaps, rounding, scoring
from fieldstudy.core.checklist import Section, Total
from fieldstudy.core.snapshots import LastWave
from fieldstudy.reports.store import head
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import printed, shortened
from fieldstudy.words import changes as change_words
from fieldstudy.words import comparisons, versions

LABEL_CHARACTERS = 80


@dataclass(frozen=True)
class Row:
    """`name` is the touchpoint's own in the checklist; empty for the whole visit."""

    name: str
    label: str
    is_moment: bool
    points: str
    observed: str
    weight: str
    norm: str
    gap: str
    cost: str
    is_below: bool
    na: str
    last: str
    network: str
    change: str


@dataclass(frozen=True)
class SectionTable:
    """Columns without a value in any row are not shown."""

    rows: tuple[Row, ...]
    total: Row
    has_weights: bool
    has_norms: bool
    has_na: bool
    has_last: bool
    has_changes: bool
    has_network: bool
    sentence: str


def build(case: Case) -> SectionTable | None:
    sections = [section for section in case.checklist.sections if section.name in case.section_figures]
    if not any(printed(case.figure(section)) is not None for section in sections):
        return None
    has_norms = any(section.norm is not None for section in sections)
    by_gap = sorted(sections, key=lambda section: _rank(case, section)) if has_norms else sections
    return SectionTable(
        rows=tuple(_row(case, section) for section in by_gap),
        total=_total(case),
        has_weights=case.checklist.settings.total == Total.SECTION_WEIGHTED,
        has_norms=has_norms,
        has_na=any(figure.na_count for figure in case.section_figures.values()),
        has_last=case.snapshot.last is not None,
        has_changes=case.snapshot.last is not None and _has_changes(case.snapshot.last),
        has_network=case.has_network,
        sentence=_sentence(case, has_norms),
    )


def _has_changes(last: LastWave) -> bool:
    return any(change.is_claimed for change in (last.score, *(change for _, change in last.sections)))


def _rank(case: Case, section: Section) -> tuple[bool, Decimal]:
    """What takes most off the score first; those that have no gap come last, in the order of the journey."""
    cost = _cost(case, section)
    return cost is None, cost or Decimal(0)


def _cost(case: Case, section: Section) -> Decimal | None:
    observed = printed(case.figure(section))
    if observed is None or section.norm is None:
        return None
    return (observed - section.norm) * gaps.section_share(case.checklist, case.snapshot.figures.sections, section.name)


def _sentence(case: Case, has_norms: bool) -> str:
    last = case.snapshot.last
    unshown = sum(not change.is_claimed for change in case.section_changes.values())
    sentences = [
        case.words.gettext("What takes most off the whole score comes first.") if has_norms else "",
        case.words.gettext(
            "A score is the mean of the visits, points are their sum: with unequal visits they may differ a little."
        ),
        case.words.ngettext(
            "For %(num)s touchpoint no change can be shown.", "For %(num)s touchpoints no change can be shown.", unshown
        )
        if unshown
        else "",
        comparisons.limits(case.words, last.basis) if last else "",
        case.words.gettext("What was not measured alike has no figure of before.")
        if last and last.basis.reasons
        else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _row(case: Case, section: Section) -> Row:
    figure, words = case.section_figures[section.name], case.words
    observed = printed(figure.score)
    change, cost = case.section_changes.get(section.name), _cost(case, section)
    gap = None if observed is None or section.norm is None else observed - section.norm
    return Row(
        name=section.name,
        label=_label(case, section),
        is_moment=section.is_moment_of_truth,
        points=_points(case, figure.earned, figure.possible),
        observed=case.printed(figure.score),
        weight=words.points(section.weight),
        norm="" if section.norm is None else words.points(section.norm),
        gap="" if gap is None else words.signed(gap),
        cost="" if cost is None else words.signed(rounding.half_up(cost, 1)),
        is_below=gaps.is_below(figure.score, section.norm),
        na=words.integer(figure.na_count) if figure.na_count else "",
        last=case.printed(change.before) if change else "",
        network=case.printed(case.network_sections[section.name].score) if case.has_network else "",
        change=change_words.marked(words, change),
    )


def _label(case: Case, section: Section) -> str:
    label = shortened(case.section(section.name), LABEL_CHARACTERS)
    asked = versions.asked_in(case.words, case.snapshot.asked.section(section.name), case.snapshot.asked.of)
    return ", ".join(part for part in (label, asked) if part)


def _points(case: Case, earned: Decimal, possible: Decimal) -> str:
    return f"{case.words.points(earned)} / {case.words.points(possible)}" if possible else ""


def _before(case: Case) -> str:
    """Nothing that was measured otherwise stands beside the figure of now."""
    before = case.snapshot.last.score.printed_before if case.snapshot.last else None
    return case.printed(before) if before else ""


def _total(case: Case) -> Row:
    snapshot, words = case.snapshot, case.words
    observed, norm = printed(snapshot.figures.score), head.overall_norm(case)
    gap = None if observed is None or norm is None else observed - norm
    figures = snapshot.figures.sections
    na_count = sum(figure.na_count for figure in figures)
    return Row(
        name="",
        label=words.gettext("Whole visit"),
        is_moment=False,
        points=_points(
            case,
            sum((figure.earned for figure in figures), scoring.ZERO),
            sum((figure.possible for figure in figures), scoring.ZERO),
        ),
        observed=case.printed(snapshot.figures.score),
        weight="",
        norm="" if norm is None else words.number(norm),
        gap="" if gap is None else words.signed(gap),
        cost="",
        is_below=gaps.is_below(snapshot.figures.score, norm),
        na=words.integer(na_count) if na_count else "",
        last=_before(case),
        network=case.printed(snapshot.network.mean_of_store_means) if case.has_network else "",
        change=change_words.marked(words, snapshot.last.score if snapshot.last else None),
    )
