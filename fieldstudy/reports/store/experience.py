"""Part 4: the grid of levers and modules, the pyramid, harmony, and the bond that a visit leaves."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from fieldstudy.core import experience, networks
from fieldstudy.core.experience import Harmony
from fieldstudy.reports import grid, pyramid, rows
from fieldstudy.reports.grid import Table
from fieldstudy.reports.rows import Kind, Mark, Row
from fieldstudy.reports.store.case import Case
from fieldstudy.reports.voice import printed, printed_ends
from fieldstudy.words import Words
from fieldstudy.words.marks import _

BONDS = (
    ("engagement", _("Engagement")),
    ("outcome_return", _("Would come back")),
    ("outcome_recommend", _("Would recommend it")),
)


@dataclass(frozen=True)
class ExperiencePart:
    grid: Table | None
    pyramid: Markup | None
    harmony: str
    bonds: Markup | None


def build(case: Case) -> ExperiencePart | None:
    part = ExperiencePart(
        grid=grid.table(case.voice, case.grid),
        pyramid=pyramid.of_levels(case.voice, experience.pyramid(case.checklist, case.headline_answers)),
        harmony=_harmony(case),
        bonds=_bonds(case),
    )
    return part if part.grid or part.pyramid or part.bonds or part.harmony else None


def _harmony(case: Case) -> str:
    network = networks.harmony(case.snapshot.network.sections) if case.has_network else None
    return harmony(case.words, networks.harmony(case.snapshot.figures.sections), network)


def harmony(words: Words, own: Harmony, network: Harmony | None = None) -> str:
    if own.value is None:
        return ""
    sentence = words.gettext("Harmony between the touchpoints: %(own)s", own=words.number(own.value, 2))
    if network is not None and network.value is not None:
        sentence += " " + words.gettext("(network %(network)s)", network=words.number(network.value, 2))
    return f"{sentence}. " + words.gettext("The closer to 1, the more even the experience along the journey.")


def _bonds(case: Case) -> Markup | None:
    drawn = list(_bond_rows(case))
    if not drawn:
        return None
    said = "; ".join(f"{row.label}: {row.said}, {row.below}" for row in drawn)
    return rows.draw(case.words.gettext("What bond the visit leaves, from 0 to 100.") + f" {said}.", drawn, rows.HALF)


def _bond_rows(case: Case) -> Iterator[Row]:
    words = case.words
    for role, label in BONDS:
        figure = experience.of_role(case.checklist, case.headline_answers, role)
        value = printed(figure)
        if figure is None or value is None:
            continue
        ends = printed_ends(figure)
        yield Row(
            label=words.gettext(label),
            marks=(Mark(float(value), Kind.FOUND),),
            said=words.number(value),
            below=words.ngettext("from %(num)s answer", "from %(num)s answers", figure.base),
            band=None if ends is None else (float(ends[0]), float(ends[1])),
        )
