"""Builds the snapshot of a whole network by hand, through the real scoring and figures, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from fieldstudy.core import feelings, figures, networks, snapshots
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import Checklist, ExPro, Method, Section, Sem, Settings, Text
from fieldstudy.core.figures import Tally, VisitSums, WaveFigures
from fieldstudy.core.networks import LastNetwork, NetworkSnapshot
from fieldstudy.core.snapshots import Place, StoreSnapshot, VisitRecord
from tests.reports import content
from tests.reports import snapshots as stores

D = Decimal
NAMES = ("greeted", "smiled", "helped", "thanked")
SECTION = Section(
    "door",
    Text({"it": "Porta", "en": "Door"}),
    tuple(
        content.yes_no(name, name, f"{name.capitalize()}?", ExPro.PEOPLE, sem=(Sem.FEEL,), norm=D(75)) for name in NAMES
    ),
    norm=D(75),
)
FORM = Checklist("form", Text({"en": "Form"}), (SECTION,), Settings(), "1", ("it", "en"), "en")

Network = Mapping[str, Sequence[int]]
"""By store: how many of the four questions each of its visits answers with yes."""


def network(
    visits: Network,
    before: Network | None = None,
    form: Checklist = FORM,
    regions: Mapping[str, str] | None = None,
    fieldworkers: Mapping[int, Sequence[Decimal]] | None = None,
    encounters: Sequence[Encounter] = (),
) -> NetworkSnapshot:
    """Stores are called "Store" and their code; `encounters` are those of every visit."""
    records = {code: _records(form, counts, encounters) for code, counts in visits.items()}
    found = _figures(form, records)
    earlier = _figures(form, {code: _records(form, counts, ()) for code, counts in before.items()}) if before else None
    last = _last_network(form, earlier, found) if earlier else None
    told = [
        _store(code, rows, found, (regions or {}).get(code, ""), _last(form, code, before, rows))
        for code, rows in records.items()
    ]
    by_fieldworker = {UUID(int=who): finals for who, finals in (fieldworkers or {}).items()}
    return networks.gather(form, told, last, by_fieldworker)


def store_of(visits: Network, before: Network, code: str) -> tuple[StoreSnapshot, Checklist]:
    """One store of that network, and its form."""
    records = {name: _records(FORM, counts, ()) for name, counts in visits.items()}
    last = _last(FORM, code, before, records[code])
    return _store(code, records[code], _figures(FORM, records), "", last), FORM


def _last_network(form: Checklist, earlier: WaveFigures, found: WaveFigures) -> LastNetwork:
    return networks.compare(form, "Before", earlier.stores, earlier.network, found.stores, found.network)


def _records(form: Checklist, counts: Sequence[int], encounters: Sequence[Encounter]) -> list[VisitRecord]:
    return [
        replace(_record(form, number, count), encounters=tuple(encounters)) for number, count in enumerate(counts, 1)
    ]


def _record(form: Checklist, number: int, yes: int) -> VisitRecord:
    answers = [Answer(name, "yes" if i < yes else "no") for i, name in enumerate(NAMES)]
    return stores.visit(form, 1 + number % 20, Method.MYSTERY_SHOPPING, answers)


def _figures(form: Checklist, records: Mapping[str, Sequence[VisitRecord]]) -> WaveFigures:
    sums = [_sums(code, record) for code, rows in records.items() for record in rows]
    tallies = [
        Tally(code, name, values.count("yes"), values.count("no"))
        for code, rows in records.items()
        for name in NAMES
        if (values := [a.value for record in rows for a in record.answers if a.question == name])
    ]
    return figures.wave_figures(form, sums, tallies)


def _sums(code: str, record: VisitRecord) -> VisitSums:
    return VisitSums(UUID(int=record.number), code, record.method, record.final, record.sections)


def _store(
    code: str, rows: list[VisitRecord], found: WaveFigures, region: str, last: snapshots.LastWave | None
) -> StoreSnapshot:
    own = next(store for store in found.stores if store.store == code)
    place = Place(code, f"Store {code}", "", region, "", "Europe/Rome")
    curve = feelings.FeelingCurve(())
    return StoreSnapshot(stores.FACTS, place, tuple(rows), own, found.network, last, curve, 0, 0)


def _last(form: Checklist, code: str, before: Network | None, rows: list[VisitRecord]) -> snapshots.LastWave | None:
    if before is None or code not in before:
        return None
    earlier = _records(form, before[code], ())
    was, now = (_figures(form, {code: part}).stores[0] for part in (earlier, rows))
    sums = [[_sums(code, record) for record in part] for part in (earlier, rows)]
    return snapshots.compare(form, "Before", was, sums[0], now, sums[1])


def whole(count: int = 12, seed: int = 3) -> tuple[NetworkSnapshot, Checklist]:
    """The demo's boutiques: so many stores of four to six visits, with feelings, times, photos and a last wave."""
    told = [
        replace(
            stores.store_snapshot(visits=4 + i % 3, stores=2, seed=seed + i),
            store=Place(f"S{i:03}", f"Negozio {i}", "", ("Veneto", "Lazio", "")[i % 3], "", "Europe/Rome"),
        )
        for i in range(count)
    ]
    found = figures.wave_figures(content.CHECKLIST, [_sums(s.store.code, v) for s in told for v in s.visits], [])
    own = {store.store: store for store in found.stores}
    told = [replace(s, figures=own[s.store.code], network=found.network) for s in told]
    finals = {UUID(int=i): [D("0.6"), D("0.7"), D("0.8")] for i in range(3)}
    return networks.gather(content.CHECKLIST, told, _same(found), finals), content.CHECKLIST


def _same(found: WaveFigures) -> LastNetwork:
    return replace(_last_network(content.CHECKLIST, found, found), name="Primavera 2026")
