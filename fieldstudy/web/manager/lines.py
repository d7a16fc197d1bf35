"""Frozen scores as lines that can be read at a glance: value, base, interval, norm."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import figures, rounding
from fieldstudy.core.figures import Figure
from fieldstudy.models import StoreEdition
from fieldstudy.reports.store.case import printed, printed_ends
from fieldstudy.web.manager.forms import Order


@dataclass(frozen=True)
class ScoreLine:
    """Whole percents, rounded as the report rounds them; None where there is no figure."""

    edition: StoreEdition
    score: Decimal | None
    ends: tuple[Decimal, Decimal] | None
    norm: Decimal | None

    @property
    def base(self) -> int:
        return self.edition.score.base


def draw(edition: StoreEdition) -> ScoreLine:
    norm = figures.overall_norm(edition.checklist_version.content.sections)
    figure: Figure = edition.score
    return ScoreLine(edition, printed(figure), printed_ends(figure), None if norm is None else rounding.half_up(norm))


def sort(lines: Iterable[ScoreLine], order: Order) -> list[ScoreLine]:
    """By code, or the highest score first and those without one last."""
    if order == Order.CODE:
        return sorted(lines, key=lambda line: line.edition.store.code)
    return sorted(lines, key=lambda line: (line.score is None, -(line.score or 0), line.edition.store.code))


def history(editions: Iterable[StoreEdition]) -> list[ScoreLine]:
    """One line a wave, of its newest edition; nothing where there is only one wave to tell of."""
    newest = {edition.edition.wave_id: edition for edition in sorted(editions, key=lambda e: e.edition.number)}
    found = sorted(newest.values(), key=lambda edition: edition.edition.wave.starts_on)
    return [draw(edition) for edition in found] if len(found) > 1 else []
