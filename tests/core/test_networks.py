"""What the report of a whole wave says together."""

from collections.abc import Iterator

from scipy import stats

from fieldstudy.core.changes import Change, Verdict
from fieldstudy.core.networks import NetworkSnapshot
from tests.reports import waves

BEFORE = {"A": [1, 1, 2, 1], "B": [2, 3, 2, 2], "C": [1, 3, 2, 4], "D": [2, 2, 1, 2]}
NOW = {"A": [4, 4, 3, 4], "B": [3, 3, 3, 4], "C": [2, 3, 1, 4], "D": [2, 2, 2, 2]}


def printed_changes(found: NetworkSnapshot) -> Iterator[Change]:
    assert found.last is not None
    yield from (line.change for line in found.stores if line.change is not None)
    yield from (change for _, change in (*found.last.sections, *found.last.questions))
    yield found.last.score


def test_stores_and_touchpoints_of_one_report_are_one_family_of_tests() -> None:
    """Held to scipy's Benjamini–Hochberg over every p that the report has."""
    tested = [change for change in printed_changes(waves.network(NOW, BEFORE)) if change.p is not None]
    adjusted = stats.false_discovery_control([change.p for change in tested])
    told = [change.verdict in (Verdict.BETTER, Verdict.WORSE) for change in tested]
    assert told == [p <= 0.10 for p in adjusted]
    assert len(set(told)) == 2


def test_a_store_alone_may_tell_what_the_network_cannot() -> None:
    """B's visits went from 2.25 to 3.25 of 4; among the tests of three quiet stores that proves less."""
    quiet = {"A": [2, 2, 3, 1], "C": [1, 3, 2, 4], "D": [2, 2, 1, 2]}
    alone = waves.network({"B": NOW["B"]}, {"B": BEFORE["B"]}).stores[0].change
    among = next(
        line.change
        for line in waves.network({**quiet, "B": NOW["B"]}, {**quiet, "B": BEFORE["B"]}).stores
        if line.code == "B"
    )
    assert alone is not None
    assert among is not None
    assert (alone.p, alone.verdict, among.verdict) == (among.p, Verdict.BETTER, Verdict.CANNOT_TELL)
