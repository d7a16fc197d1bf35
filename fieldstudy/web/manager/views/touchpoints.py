"""One touchpoint and one question of a released wave, over the stores within reach."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from fieldstudy.core import together
from fieldstudy.core.checklist import Section
from fieldstudy.core.figures import Figure
from fieldstudy.models import Wave
from fieldstudy.queries import actions as action_queries
from fieldstudy.queries import dashboards, releases
from fieldstudy.reports import critical
from fieldstudy.web import clock, guards, locale
from fieldstudy.web.manager import answers, boards, lines, opened, plans, tables, touchpoints
from fieldstudy.web.manager.answers import Asked
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.forms import PageForm
from fieldstudy.web.manager.views.room import blueprint, for_readers
from fieldstudy.web.manager.views.waves import dashboard_of
from fieldstudy.words import changes as change_words


@blueprint.get("/waves/<uuid:wave_id>/touchpoints/<section>")
@for_readers(wave=releases.find_released_wave)
def touchpoint(wave: Wave, section: str) -> ResponseReturnValue:
    board = Board(dashboard_of(wave), locale.current_words())
    found = next((one for one in board.sections if one.name == section), None)
    if found is None:
        abort(404)
    form = PageForm(formdata=request.args)
    cut = form.cut(board.dashboard.stores)
    actions = action_queries.list_for_wave(guards.viewer(), wave, section=section)
    shown = [
        touchpoints.questions(board, found, _rates(board)),
        touchpoints.stores(board, found, cut.items),
        plans.table(board.voice, actions, clock.today()),
    ]
    return tables.asked(shown, board.voice.section(section), form) or render_template(
        "manager/touchpoint.html",
        board=board,
        wave=wave,
        section=found,
        cut=cut,
        **_figure_of(board, found),
        questions=shown[0],
        stores=shown[1],
        actions=shown[2],
        addresses=tables.addresses,
    )


def _figure_of(board: Board, section: Section) -> dict[str, object]:
    figure = board.dashboard.sections[section.name]
    network = next(f for f in board.dashboard.network.network.sections if f.section == section.name)
    change = board.dashboard.change_of_section(section.name)
    return {
        "opened": opened.of_section(board.words, figure, board.weight(section)),
        "line": lines.of_figure(figure.score, section.norm, change.printed_before if change else None),
        "gap": boards.gap_cell(board.words, figure.score, section.norm),
        "cost": opened.of_cost(board.words, figure, section.norm, board.share(section)),
        "before": critical.before(board.words, board.dashboard.rules),
        "feeling": boards.feeling_cell(board, section.name),
        "change": change,
        "change_text": touchpoints.before_or_change(board.words, change),
        "change_said": change_words.told(board.words, change) if change else "",
        "network": opened.of_section(board.words, network),
    }


def _rates(board: Board) -> dict[str, Figure | None]:
    """Frozen with the network; for a part of it, put together from the stores within reach."""
    dashboard = board.dashboard
    if dashboard.is_whole:
        return {figure.question: figure.rate for figure in dashboard.network.network.questions}
    excerpts = dashboards.list_store_figures(guards.viewer(), dashboard.edition).values()
    columns = zip(*(excerpt.figures.questions for excerpt in excerpts), strict=True)
    return {column[0].question: together.question_of(column).rate for column in columns}


@blueprint.get("/waves/<uuid:wave_id>/questions/<question>")
@for_readers(wave=releases.find_released_wave)
def question(wave: Wave, question: str) -> ResponseReturnValue:
    board = Board(dashboard_of(wave), locale.current_words())
    checklist = board.dashboard.checklist
    found = checklist.question_by_name.get(question)
    if found is None or not found.is_asked:
        abort(404)
    form = PageForm(formdata=request.args)
    cut = form.cut(board.dashboard.stores)
    is_all_read = len(board.dashboard.stores) <= answers.MOST_STORES
    read = board.dashboard.stores if is_all_read else cut.items
    excerpts = dashboards.list_answers(guards.viewer(), board.dashboard.edition, read)
    asked = {store_id: Asked(found, excerpt) for store_id, excerpt in excerpts.items()}
    figure = answers.over_all(found, list(asked.values())) if is_all_read else answers.frozen(board, found)
    na_count = sum(one.na_count for one in asked.values()) if is_all_read else None
    shown = [
        answers.stores(board, found, cut.items, asked),
        plans.table(board.voice, action_queries.list_for_wave(guards.viewer(), wave, question=question), clock.today()),
    ]
    counts = answers.counts(board, found, list(asked.values()))
    return tables.asked(
        [*shown, *([counts] if counts else [])], board.voice.question(question), form
    ) or render_template(
        "manager/question.html",
        board=board,
        wave=wave,
        question=found,
        cut=cut,
        is_all_read=is_all_read,
        section=checklist.section_of[question],
        figure=figure,
        opened=opened.of_question(board.words, figure, found, na_count) if figure else None,
        line=lines.of_figure(figure, found.norm),
        gap=boards.gap_cell(board.words, figure, found.norm),
        comments=sum(one.comments for one in asked.values()),
        counts=counts,
        stores=shown[0],
        actions=shown[1],
        addresses=tables.addresses,
    )
