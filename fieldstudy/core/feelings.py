"""How it felt along the journey: the mean of each touchpoint, its range, and the touchpoints that stand out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import rounding, statistics
from fieldstudy.core.answers import Encounter
from fieldstudy.core.checklist import Section


@dataclass(frozen=True)
class FeelingPoint:
    """Mean, least and most of the feelings at one touchpoint; n is their number.

    Between `lower` and `upper` lies the middle half of them; editions of before 0.4 did not keep it.
    """

    section: str
    mean: Decimal | None
    low: int | None
    high: int | None
    n: int
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class FeelingCurve:
    """Points in the order of the journey; `peak`, `low` and `end` name touchpoints."""

    points: tuple[FeelingPoint, ...]
    peak: str | None = None
    low: str | None = None
    end: str | None = None

    def like(self, section: str) -> tuple[str, ...]:
        """The touchpoints that felt the same, to the decimal that is printed; in the order of the journey."""
        felt = {point.section: rounding.half_up(point.mean, 1) for point in self.points if point.mean is not None}
        return tuple(name for name, mean in felt.items() if mean == felt.get(section))


def feeling_curve(sections: Sequence[Section], encounters: Iterable[Encounter]) -> FeelingCurve:
    felt: dict[str, list[int]] = {}
    for encounter in encounters:
        if encounter.feeling is not None:
            felt.setdefault(encounter.section, []).append(encounter.feeling)
    points = tuple(_feeling_point(section.name, felt.get(section.name, [])) for section in sections)
    ranked = [(point.mean, point.section) for point in points if point.mean is not None]
    if not ranked:
        return FeelingCurve(points)
    means = [mean for mean, _ in ranked]
    return FeelingCurve(
        points,
        peak=ranked[means.index(max(means))][1],
        low=ranked[means.index(min(means))][1],
        end=ranked[-1][1],
    )


def _feeling_point(section: str, felt: Sequence[int]) -> FeelingPoint:
    if not felt:
        return FeelingPoint(section, None, None, None, 0)
    lower, upper = (statistics.quantile(felt, at) for at in (0.25, 0.75))
    return FeelingPoint(section, Decimal(sum(felt)) / len(felt), min(felt), max(felt), len(felt), lower, upper)
