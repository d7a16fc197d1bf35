"""A visit that found the store closed: approved like any other, and in no figure."""

import pytest

from fieldstudy import words
from fieldstudy.core.lifecycle import Outcome, State
from fieldstudy.extensions import db
from fieldstudy.models import Store, Visit, Wave
from fieldstudy.queries import figures, snapshots
from fieldstudy.reports import store as store_reports
from fieldstudy.services import releases, visits
from tests import factories as make

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def closed(of: Wave, at: Store) -> Visit:
    visit = make.visit(make.assignment(of, at=at))
    visits.submit(visit, 1, {}, None, make.NOON, Outcome.STORE_CLOSED)
    visits.approve(visit, None)
    return visit


def half_and_closed() -> tuple[Wave, Visit]:
    """One visit of 50 percent, and one that found the door shut."""
    wave = make.wave()
    store = make.store(wave.study)
    make.visited(wave, store)
    return wave, closed(wave, store)


def test_a_page_sends_it_without_answers() -> None:
    visit = make.visit()
    sent = visits.submit(visit, 1, {}, None, make.NOON, Outcome.STORE_CLOSED)
    assert (sent.receipt is not None, visit.state, visit.outcome) == (True, State.RECEIVED, Outcome.STORE_CLOSED)


def test_it_enters_no_mean() -> None:
    wave, _ = half_and_closed()
    found, sums = figures.wave_figures(wave, figures.find_wave_checklist(wave))
    assert (str(found.stores[0].score.value), found.stores[0].score.base, len(sums)) == ("0.5", 1, 1)


def test_the_report_counts_it() -> None:
    wave, _ = half_and_closed()
    taken = snapshots.take(wave)[0]
    built = store_reports.build(taken.snapshot, taken.version.content, words.of("en"), None, {})
    sample = next(fact for fact in built.method.facts if fact.term == "Sample")
    assert (taken.snapshot.found_closed, "1 found the store closed" in sample.texts[0]) == (1, True)


def test_it_is_released_with_its_wave() -> None:
    wave, visit = half_and_closed()
    releases.release(wave)
    db.session.expire_all()
    assert visit.state == State.RELEASED


def test_a_wave_of_closed_stores_alone_has_nothing_to_release() -> None:
    wave = make.wave()
    closed(wave, make.store(wave.study))
    with pytest.raises(releases.NothingToRelease):
        releases.release(wave)
