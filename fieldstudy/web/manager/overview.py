"""All released waves, study by study: the score with its interval, and how it went from wave to wave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from fieldstudy.core.changes import Change
from fieldstudy.core.figures import Figure
from fieldstudy.models import Study, Wave
from fieldstudy.queries.dashboards import NetworkExcerpt
from fieldstudy.reports.voice import printed
from fieldstudy.web.manager import boards, lines, opened, tables
from fieldstudy.web.manager.lines import Line
from fieldstudy.web.manager.opened import Opened
from fieldstudy.web.manager.tables import Cell, Column, Table
from fieldstudy.words import Words


@dataclass(frozen=True)
class WaveLine:
    """`own` is the figure of the stores within reach, where they are a part of the network."""

    wave: Wave
    network: NetworkExcerpt
    own: Figure | None

    @property
    def figure(self) -> Figure:
        return self.own or self.network.score

    @property
    def line(self) -> Line:
        return lines.of_figure(self.figure)

    @property
    def network_score(self) -> Decimal | None:
        return printed(self.network.score)

    @property
    def change(self) -> Change | None:
        """Of the figure that stands here; the network's own is none of a part of it."""
        return None if self.own or self.network.last is None else self.network.last.score

    def against_last(self, words: Words) -> str:
        """The network's change since the wave before, as far as it can be told."""
        said = boards.against_last(words, self.network.last, self.network.score)
        return _("The network: %(change)s", change=said) if self.own and said else said

    def opened(self, words: Words) -> Opened:
        return opened.of_figure(words, self.figure) or Opened("", "", ())


def lines_of(
    waves: Sequence[Wave], networks: Mapping[UUID, NetworkExcerpt], own: Mapping[UUID, Figure]
) -> list[WaveLine]:
    """The newest first, as the waves come."""
    return [WaveLine(wave, networks[wave.id], own.get(wave.id)) for wave in waves if wave.id in networks]


def by_study(found: Sequence[WaveLine]) -> list[tuple[Study, list[WaveLine]]]:
    studies = {line.wave.study.id: line.wave.study for line in found}
    return [(study, [line for line in found if line.wave.study_id == study.id]) for study in studies.values()]


def table(words: Words, found: Sequence[WaveLine]) -> Table:
    columns = [
        Column(_("Wave"), "name"),
        Column(_("Study")),
        Column(_("From")),
        Column(_("To")),
        Column(_("score"), "figure"),
        Column(_("network"), "figure"),
        *boards.change_columns(),
        *tables.file_columns(),
    ]
    return tables.flat("waves", _("Waves"), columns, [_row(words, line) for line in found])


def _row(words: Words, line: WaveLine) -> list[Cell]:
    wave = line.wave
    return [
        Cell(wave.name, href=url_for("manager.wave", wave_id=wave.id)),
        Cell(wave.study.name),
        Cell(words.day(wave.starts_on), wave.starts_on),
        Cell(words.day(wave.ends_on), wave.ends_on),
        boards.figure_cell(words, line.figure),
        boards.figure_cell(words, line.network.score),
        *boards.change_cells(words, line.change),
        *tables.file_cells(line.figure),
    ]
