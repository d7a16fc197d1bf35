"""What every part of the network report is built from."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from fieldstudy.core import rounding, rules, weights
from fieldstudy.core.figures import Figure, SectionFigure
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.reports.voice import Voice, printed, printed_ends


@dataclass(frozen=True)
class Case:
    snapshot: NetworkSnapshot
    voice: Voice

    @property
    def score(self) -> Figure:
        """The mean of store means: the number that stands for the network."""
        return self.snapshot.network.mean_of_store_means

    @cached_property
    def norm(self) -> Decimal | None:
        """Of the whole, as it is printed."""
        norm = weights.overall_norm(self.voice.checklist, self.snapshot.facts.versions)
        return None if norm is None else rounding.half_up(norm)

    @cached_property
    def sections(self) -> dict[str, SectionFigure]:
        return {figure.section: figure for figure in self.snapshot.network.sections}

    @cached_property
    def ruled(self) -> frozenset[str]:
        """The touchpoints in which a critical rule fired."""
        return rules.sections_of(self.voice.checklist, self.snapshot.rules.fired)

    @property
    def paired_stores(self) -> int:
        """Stores that the last wave has too, whose means were held against each other."""
        return sum(line.change is not None for line in self.snapshot.stores)

    def said_ends(self, figure: Figure) -> tuple[str, str] | None:
        ends = printed_ends(figure)
        return None if ends is None else (self.voice.words.number(ends[0]), self.voice.words.number(ends[1]))


def gap(figure: Figure | None, norm: Decimal | None) -> Decimal | None:
    """Of the printed numbers, so that the row adds up."""
    observed = printed(figure)
    return None if observed is None or norm is None else observed - norm
