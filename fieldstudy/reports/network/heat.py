"""Stores × touchpoints: a number in every cell, and a shade that says where it stands beside the norm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import Figure, SectionFigure
from fieldstudy.core.networks import StoreLine
from fieldstudy.core.ordering import by_code
from fieldstudy.reports.network.case import Case
from fieldstudy.reports.voice import Voice, isolated, printed, shortened
from fieldstudy.words import Words, versions

MOST_COLUMNS = 12
"""Touchpoints of one table; more of them make more tables."""
STORE_CHARACTERS = 40
TOUCHPOINT_CHARACTERS = 20
UNBROKEN_ROWS = 16
FAR_ABOVE, BELOW, FAR_BELOW = 10, -15, -30
"""Points from the norm at which the shade of a cell changes."""


@dataclass(frozen=True)
class Cell:
    """`tone`: far-above, above, near, below, far-below, or nothing to stand beside."""

    text: str
    tone: str = ""
    mark: str = ""


@dataclass(frozen=True)
class HeatRow:
    name: str
    code: str
    total: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatTable:
    """`norms` and `network` stand under the names, on every page that the table runs over."""

    columns: tuple[str, ...]
    norms: tuple[str, ...]
    network: tuple[str, ...]
    rows: tuple[HeatRow, ...]


@dataclass(frozen=True)
class Sample:
    tone: str
    text: str
    said: str


@dataclass(frozen=True)
class HeatMap:
    key: str
    samples: tuple[Sample, ...]
    norm_total: str
    network_total: str
    tables: tuple[HeatTable, ...]

    @property
    def is_short(self) -> bool:
        """It may stand on one page unbroken without leaving much of the page before empty."""
        return sum(len(table.rows) for table in self.tables) <= UNBROKEN_ROWS

    @property
    def has_norms(self) -> bool:
        return any(norm for table in self.tables for norm in table.norms)


def build(case: Case) -> HeatMap | None:
    sections = [section for section in case.voice.checklist.sections if section.name in case.sections]
    if len(case.snapshot.stores) < 2 or not sections:
        return None
    parts = -(-len(sections) // MOST_COLUMNS)
    length = -(-len(sections) // parts)
    cuts = [sections[start : start + length] for start in range(0, len(sections), length)]
    return HeatMap(
        key=_key(case, sections),
        samples=samples(case.voice.words),
        norm_total=case.voice.number(case.norm),
        network_total=case.voice.printed(case.score),
        tables=tuple(_table(case, cut) for cut in cuts),
    )


def _key(case: Case, sections: Sequence[Section]) -> str:
    words = case.voice.words
    against = of_shades(words, sections)
    base = words.gettext("Each number is the mean of a few visits: look for rows and columns, not for single cells.")
    return " ".join((against, base, *_partly_asked(case)))


def of_shades(words: Words, sections: Sequence[Section]) -> str:
    if any(section.norm is not None for section in sections):
        return words.gettext("The shade says how far a store is from the norm, or from the network without a norm.")
    return words.gettext("The shade says how far a store is from the network.")


def _partly_asked(case: Case) -> Iterator[str]:
    """Touchpoints that not every version of the checklist has."""
    asked = case.snapshot.asked
    for name, count in asked.sections:
        yield f"{case.voice.section(name)}: {versions.asked_in(case.voice.words, count, asked.of)}."


def samples(words: Words) -> tuple[Sample, ...]:
    return (
        Sample("far-above", "▲", words.gettext("%(points)s points above or more", points=FAR_ABOVE)),
        Sample("above", "", words.gettext("reaches it")),
        Sample("near", "", words.gettext("less than %(points)s below", points=-BELOW)),
        Sample("below", "\N{NO-BREAK SPACE}" * 4, words.gettext("%(points)s below or more", points=-BELOW)),
        Sample("far-below", "▼", words.gettext("%(points)s below or more", points=-FAR_BELOW)),
    )


def _table(case: Case, sections: Sequence[Section]) -> HeatTable:
    words = case.voice.words
    return HeatTable(
        columns=tuple(case.voice.section(section.name, TOUCHPOINT_CHARACTERS) for section in sections),
        norms=tuple("" if section.norm is None else words.points(section.norm) for section in sections),
        network=tuple(case.voice.printed(case.sections[section.name].score) for section in sections),
        rows=tuple(_row(case, line, sections) for line in by_code(case.snapshot.stores, lambda line: line.code)),
    )


def _row(case: Case, line: StoreLine, sections: Sequence[Section]) -> HeatRow:
    by_section = {figure.section: figure for figure in line.sections}
    return HeatRow(
        shortened(isolated(line.name), STORE_CHARACTERS),
        line.code,
        cell(case.voice, line.score, case.norm, case.score),
        tuple(_section_cell(case, by_section.get(section.name), section) for section in sections),
    )


def _section_cell(case: Case, figure: SectionFigure | None, section: Section) -> Cell:
    network = case.sections[section.name].score
    return cell(case.voice, figure.score if figure else None, section.norm, network)


def cell(voice: Voice, figure: Figure | None, norm: Decimal | None, network: Figure | None) -> Cell:
    """By its distance from the norm, else from the network; in this report and on the manager's page."""
    value = printed(figure)
    reference = printed(network) if norm is None else norm
    if value is None:
        return Cell(voice.not_available, "unknown")
    tone = "near" if reference is None else tone_of(value - reference)
    return Cell(voice.number(value), tone, {"far-above": "▲", "far-below": "▼"}.get(tone, ""))


def tone_of(gap: Decimal) -> str:
    if gap >= 0:
        return "far-above" if gap >= FAR_ABOVE else "above"
    if gap > BELOW:
        return "near"
    return "below" if gap > FAR_BELOW else "far-below"
