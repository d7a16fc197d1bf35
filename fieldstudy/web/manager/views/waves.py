"""Released waves; one of them with its touchpoints and stores; two of them side by side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fieldstudy.core import access, together
from fieldstudy.core.gaps import Gap
from fieldstudy.core.standing import Group
from fieldstudy.models import Wave
from fieldstudy.queries import dashboards, releases
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import studies as study_queries
from fieldstudy.queries.dashboards import Dashboard, SeenStore
from fieldstudy.reports import critical
from fieldstudy.reports.network import heat as heat_map
from fieldstudy.web import guards, locale
from fieldstudy.web.manager import boards, comparisons, editions, heat_maps, overview, tables
from fieldstudy.web.manager.boards import Board
from fieldstudy.web.manager.comparisons import Comparison, Side
from fieldstudy.web.manager.forms import ComparisonForm, DownloadForm, Order, WaveForm
from fieldstudy.web.manager.views.room import blueprint, for_readers


@blueprint.get("/")
@for_readers()
def wave_list() -> ResponseReturnValue:
    viewer = guards.viewer()
    waves = releases.list_released_waves(viewer)
    own = {wave_id: together.score_of(scores) for wave_id, scores in dashboards.list_own_scores(viewer, waves).items()}
    lines = overview.lines_of(waves, dashboards.list_networks(waves), own)
    found = [overview.table(locale.current_words(), lines)]
    return tables.asked(found, "fieldstudy", DownloadForm(request.args)) or render_template(
        "manager/wave_list.html", studies=overview.by_study(lines), table=found[0], addresses=tables.addresses
    )


def dashboard_of(wave: Wave) -> Dashboard:
    found = dashboards.find(guards.viewer(), wave)
    if found is None or not found.stores:
        abort(404)
    return found


@blueprint.get("/waves/<uuid:wave_id>")
@for_readers(wave=releases.find_released_wave)
def wave(wave: Wave) -> ResponseReturnValue:
    """Whoever may see one store only goes straight to it."""
    dashboard = dashboard_of(wave)
    if len(dashboard.stores) == 1:
        return redirect(url_for("manager.store", store_edition_id=dashboard.stores[0].id))
    form = WaveForm(sorted({seen.line.region for seen in dashboard.stores if seen.line.region}), formdata=request.args)
    board = Board(dashboard, locale.current_words())
    found = _stores(dashboard, form)
    totals = Counter(seen.line.group for seen in found)
    cut = form.cut(found)
    league, heat = boards.league(board, cut.items, totals), heat_maps.table(board, cut.items)
    others = [boards.touchpoints(board), boards.gaps(board, _gaps(dashboard)), boards.regions(board)]
    return tables.asked([league, heat, *others], wave.name, form) or render_template(
        "manager/wave.html",
        board=board,
        head=boards.head(board),
        network_address=_network_address(wave),
        wave=wave,
        edition=dashboard.edition,
        tells_why=editions.tells_why(dashboard.edition, {seen.line.code for seen in dashboard.stores}),
        kept=len(paper_queries.list_for_manager(guards.viewer(), dashboard.edition, locale.current())),
        papers=len(dashboard.stores) + bool(_network_address(wave)),
        league=league,
        heat=heat,
        heat_key=heat_map.of_shades(board.words, board.sections),
        samples=heat_map.samples(board.words),
        rules=list(critical.said(board.voice, dashboard.rules)),
        caveat=critical.caveat(board.words, dashboard.rules, dashboard.score),
        touchpoints=others[0],
        gaps=others[1],
        regions=others[2],
        form=form,
        cut=cut,
        others=dashboards.list_comparable_waves(guards.viewer(), wave),
        addresses=tables.addresses,
    )


def _network_address(wave: Wave) -> str:
    """Of the network's report, for whoever may see all stores of the client."""
    sees_all = access.sees_all_stores(guards.viewer(), wave.client_id)
    return url_for("manager.network", wave_id=wave.id) if sees_all else ""


def _gaps(dashboard: Dashboard) -> Sequence[Gap]:
    """Of the whole network; a part of it was not ranked."""
    found = dashboard.network.gaps if dashboard.is_whole else ()
    return [gap for gap in found if gap.percent_points < 0][: boards.GAPS]


def _stores(dashboard: Dashboard, form: WaveForm) -> list[SeenStore]:
    """Within the filters, group by group; in a group by code, as they come, or the highest score first."""
    group, region = form.group.data, form.region.data
    found = [
        seen for seen in dashboard.stores if group in ("", seen.line.group.value) and region in ("", seen.line.region)
    ]
    order = list(Group)
    if form.order == Order.SCORE:
        found.sort(key=_by_score)
    return sorted(found, key=lambda seen: order.index(seen.line.group))


def _by_score(seen: SeenStore) -> tuple[bool, Decimal]:
    value = seen.line.score.value
    return value is None, -(value or Decimal(0))


@blueprint.get("/waves/<uuid:wave_id>/compare")
@for_readers(wave=releases.find_released_wave)
def comparison(wave: Wave) -> ResponseReturnValue:
    viewer = guards.viewer()
    others = dashboards.list_comparable_waves(viewer, wave)
    form = ComparisonForm(others, formdata=request.args)
    other = form.choose([o for o in others if o.starts_on < wave.starts_on] or others)
    if other is None:
        return render_template("manager/comparison_none.html", wave=wave)
    if form.other.data not in {str(one.id) for one in others}:
        form.other.data = str(other.id)
    return _compare(wave, next((o for o in others if str(o.id) == form.other.data), other), form)


def _compare(wave: Wave, other: Wave, form: ComparisonForm) -> ResponseReturnValue:
    found = _compared(dashboard_of(other), dashboard_of(wave))
    cut = form.cut(found.after.dashboard.stores)
    board = Board(found.after.dashboard, locale.current_words())
    shown = [
        comparisons.touchpoints(board, found),
        comparisons.questions(board, found),
        comparisons.stores(board, found, cut.items),
    ]
    about = f"{found.before.dashboard.wave.name} {found.after.dashboard.wave.name}"
    return tables.asked(shown, about, form) or render_template(
        "manager/comparison.html",
        wave=wave,
        other=other,
        board=board,
        comparison=found,
        stores_note=comparisons.stores_note(found, found.after.dashboard.stores),
        cut=cut,
        tables=shown,
        form=form,
        addresses=tables.addresses,
    )


def _side(dashboard: Dashboard) -> Side:
    excerpts = dashboards.list_store_figures(guards.viewer(), dashboard.edition)
    within = tuple(excerpts[seen.id] for seen in dashboard.stores if seen.id in excerpts)
    return Side(dashboard, within, dashboards.list_checklists(dashboard))


def _compared(first: Dashboard, second: Dashboard) -> Comparison:
    """With the changes that the later wave's release froze, where they are of this very pair and of the same stores."""
    before, after = sorted((first, second), key=lambda dashboard: dashboard.wave.starts_on)
    last = after.network.last
    is_consecutive = before.wave == study_queries.find_wave_before(after.wave)
    if last and last.basis.overlap and before.is_whole and after.is_whole and is_consecutive:
        return Comparison(Side(before), Side(after), last, is_consecutive)
    return replace(comparisons.judged(_side(before), _side(after)), is_consecutive=is_consecutive)
