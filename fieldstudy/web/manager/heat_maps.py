"""The heat map of a released wave: stores by touchpoints, in the colours of the network's report."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import Figure
from fieldstudy.queries.dashboards import SeenStore
from fieldstudy.reports.network import heat as heat_map
from fieldstudy.reports.voice import printed
from fieldstudy.web.manager import boards, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.tables import Cell, Column, Table


def table(board: Board, stores: Iterable[SeenStore]) -> Table:
    """Stores × touchpoints: the number in every cell, in the colours of the network's report."""
    columns = [Column(_("Store"), "name"), Column(_("code"), is_on_screen=False)]
    columns += [
        Column(board.voice.section(one.name), "cell", whole=board.voice.section(one.name, None))
        for one in board.sections
    ]
    return tables.flat("heat", _("Heat map"), columns, [_warm(board, seen) for seen in stores], "heat")


def _warm(board: Board, seen: SeenStore) -> list[Cell]:
    figures = {figure.section: figure.score for figure in seen.line.sections}
    return [
        boards.name_cell(seen),
        boards.code_cell(seen),
        *(_shade(board, seen, section, figures.get(section.name)) for section in board.sections),
    ]


def _shade(board: Board, seen: SeenStore, section: Section, figure: Figure | None) -> Cell:
    value = printed(figure)
    if figure is None or value is None:
        return Cell(_("n/a"), tone="unknown")
    network = next((one.score for one in board.dashboard.network.network.sections if one.section == section.name), None)
    shade = heat_map.cell(board.voice, figure, section.norm, network)
    return Cell(
        f"{shade.text} {shade.mark}".strip(),
        tables.percent_of(figure.value),
        href=url_for("manager.figure", store_edition_id=seen.id, section=section.name),
        tone=shade.tone,
    )
