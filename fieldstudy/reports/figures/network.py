"""The figures of the whole network, gathered once more from the snapshots of its stores."""

from collections.abc import Sequence
from dataclasses import replace

from fieldstudy.core import networks
from fieldstudy.core.checklist import Checklist
from fieldstudy.core.figures import NetworkFigures, StoreFigures, WaveFigures
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.core.rules import Rules
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.core.standing import Group, Heterogeneity, Spread
from fieldstudy.core.statistics import Components
from fieldstudy.reports.figures import shared
from fieldstudy.reports.figures.numbers import Json, Say, chance, exact, floating
from fieldstudy.reports.network.spread import LEAST_FIELDWORKERS
from fieldstudy.reports.sums import NotApplicable
from fieldstudy.services import releases


def as_json(
    found: WaveFigures,
    stores: Sequence[StoreSnapshot],
    frozen: NetworkSnapshot | None,
    checklist: Checklist,
    figure: Say,
) -> Json:
    """`frozen` says what no store's snapshot knows: the last wave, and the spread between fieldworkers."""
    visits = [visit for store in stores for visit in store.visits if visit.is_headline]
    na = NotApplicable(checklist, networks.answers_of(visits))
    told = _means(found.network, checklist, na, figure)
    if not stores:
        return told
    again = _gathered(found, stores, checklist)
    return {
        **told,
        "sha256": releases.data_sha256(frozen) if frozen else None,
        "regions": [{"region": name, "score": figure(score)} for name, score in again.regions],
        "groups": _groups(frozen or again),
        "critical_rules": _rules(again.rules),
        "grid": shared.grid(again.grid, na, figure),
        "pyramid": shared.pyramid(again.pyramid, figure),
        "gaps": [shared.gap(gap, figure) for gap in again.gaps],
        "curve": shared.curve(checklist, [encounter for visit in visits for encounter in visit.encounters]),
        "paths": shared.paths(again.paths),
        "grounds": shared.grounds(again.grounds),
        "heterogeneity": _heterogeneity(again.heterogeneity, frozen),
        "last_wave": _last(frozen, figure) if frozen else None,
    }


def _groups(found: NetworkSnapshot) -> Json:
    """As they were released, by the rule of that day."""
    return {group.value: [line.code for line in found.stores if line.group == group] for group in Group}


def _rules(found: Rules) -> Json:
    """`without`: the mean of the store means as it would be without them; none where no rule fired.

    What touchpoints and gaps cost does not hold what overruled a total, or capped it at 100.
    """
    return {
        "visits_changed": found.changed,
        "visits_overruled": found.overruled,
        "visits_capped": found.capped,
        "without": exact(found.before) if found.fired else None,
        "fired": [{**shared.fired(one), "visits": one.visits, "stores": one.stores} for one in found.fired],
    }


def _means(network: NetworkFigures, checklist: Checklist, na: NotApplicable, figure: Say) -> Json:
    return {
        "mean_of_visits": figure(network.mean_of_visits),
        "mean_of_store_means": figure(network.mean_of_store_means),
        "pooled": figure(network.pooled),
        "sections": shared.sections(network.sections, checklist, figure),
        "questions": shared.questions(network.questions, figure),
        "na_of_questions": shared.not_applicable(network.questions, na),
        "harmony": shared.harmony(network.sections),
    }


def _gathered(found: WaveFigures, stores: Sequence[StoreSnapshot], checklist: Checklist) -> NetworkSnapshot:
    """With the recomputed figures in the place of those that were frozen beside the visits."""
    own: dict[str, StoreFigures] = {one.store: one for one in found.stores}
    again = [replace(one, figures=own.get(one.store.code, one.figures), network=found.network) for one in stores]
    return networks.gather(checklist, again, None, {})


def _heterogeneity(found: Heterogeneity, frozen: NetworkSnapshot | None) -> Json:
    """Deviations as fractions. Between fieldworkers only where the report shows it too, and never least and most."""
    between = found.between_stores
    people = frozen.heterogeneity.between_fieldworkers if frozen else None
    return {
        "within_stores": floating(found.within_stores),
        "between_stores": {**_spread(between), "low": exact(between.low), "high": exact(between.high)},
        "between_fieldworkers": _spread(people) if people and people.n >= LEAST_FIELDWORKERS else None,
        "stores": _components(found.stores),
    }


def _components(found: Components | None) -> Json | None:
    """Standard deviations as fractions; the limits of the share of the variance that is between the stores."""
    if found is None:
        return None
    return {
        "between": floating(found.between),
        "within": floating(found.within),
        "p": chance(found.p),
        "share_low": floating(found.low),
        "share_high": floating(found.high),
    }


def _spread(found: Spread) -> Json:
    return {"n": found.n, "deviation": floating(found.deviation)}


def _last(frozen: NetworkSnapshot, figure: Say) -> Json | None:
    """All of them, those of the stores too, were judged as one family."""
    last = frozen.last
    if last is None:
        return None
    return {
        "wave": last.name,
        "basis": shared.basis(last.basis),
        "score": shared.change(last.score, figure),
        "sections": {name: shared.change(change, figure) for name, change in last.sections},
        "questions": {name: shared.change(change, figure) for name, change in last.questions},
        "stores": {line.code: shared.change(line.change, figure) for line in frozen.stores if line.change is not None},
    }
