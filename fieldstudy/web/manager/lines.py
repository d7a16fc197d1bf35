"""Figures as lines from 0 to 100 that can be read at a glance: value, interval, norm; and a store's history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import rounding, weights
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.figures import Figure
from fieldstudy.core.versions import VersionUse
from fieldstudy.models import StoreEdition
from fieldstudy.reports.voice import printed, printed_ends


@dataclass(frozen=True)
class Line:
    """Whole percents, rounded as the report rounds them; None where there is no figure."""

    score: Decimal | None
    ends: tuple[Decimal, Decimal] | None
    norm: Decimal | None = None
    before: Decimal | None = None


def of_figure(figure: Figure | None, norm: Decimal | None = None, before: Figure | None = None) -> Line:
    ends = printed_ends(figure) if figure is not None else None
    return Line(printed(figure), ends, None if norm is None else rounding.half_up(norm), printed(before))


def norm_of(checklist: Checklist, used: Sequence[VersionUse]) -> Decimal | None:
    """The overall norm as it is printed."""
    norm = weights.overall_norm(checklist, used)
    return None if norm is None else rounding.half_up(norm)


@dataclass(frozen=True)
class HistoryLine:
    edition: StoreEdition
    figure: Figure
    line: Line


def history(editions: Iterable[StoreEdition]) -> list[HistoryLine]:
    """One line a wave, of its newest edition; nothing where there is only one wave to tell of."""
    newest = {edition.edition.wave_id: edition for edition in sorted(editions, key=lambda e: e.edition.number)}
    found = sorted(newest.values(), key=lambda edition: edition.edition.wave.starts_on)
    return [_of_edition(edition) for edition in found] if len(found) > 1 else []


def _of_edition(edition: StoreEdition) -> HistoryLine:
    norm = norm_of(edition.checklist, edition.snapshot.used)
    return HistoryLine(edition, edition.score, of_figure(edition.score, norm))
