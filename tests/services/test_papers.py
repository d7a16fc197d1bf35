"""Papers of an edition: ordered with the release, kept once, told of once; and the edition after the first."""

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from fieldstudy.core.access import Role
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Assignment, Edition, Job, StoreEdition, User, Visit, Wave
from fieldstudy.queries import papers as paper_queries
from fieldstudy.queries import releases as release_queries
from fieldstudy.services import files, papers, releases, visits
from tests import factories as make
from tests import papers as drawn
from tests.papers import ALL, newest

pytestmark = pytest.mark.usefixtures("app")
IT, EN = "it", "en"


def kinds() -> list[str]:
    return list(db.session.scalars(db.select(Job.kind).order_by(Job.id)))


def test_a_release_orders_a_paper_for_each_store_and_one_for_the_network() -> None:
    edition = newest(drawn.released())
    assert [job.payload["store_edition"] is None for job in paper_queries.list_jobs(edition)] == [False, False, True]


def test_a_release_that_fails_orders_nothing() -> None:
    with pytest.raises(releases.NothingToRelease):
        releases.release(make.wave())
    assert kinds() == []


def choose(user: User, locale: str) -> None:
    user.locale = locale
    db.session.commit()


@pytest.mark.parametrize(
    ("chosen", "languages"), [([], [IT, EN]), ([EN], [EN]), ([EN, IT], [IT, EN]), ([EN, ""], [IT, EN])]
)
def test_papers_are_drawn_in_the_languages_of_the_managers(chosen: list[str], languages: list[str]) -> None:
    study = make.study()
    for locale in chosen:
        choose(make.user(Role.MANAGER, study.client), locale)
    assert paper_queries.list_languages(study.client_id) == languages


def first_store(edition: Edition) -> UUID:
    return db.session.scalars(db.select(StoreEdition.id).where(StoreEdition.edition_id == edition.id)).first()


def test_a_paper_that_is_kept_again_is_the_same_row() -> None:
    edition = newest(drawn.released())
    store = first_store(edition)
    papers.keep(edition, store, IT, b"first", "a")
    papers.keep(edition, store, IT, b"second", "b")
    found = paper_queries.find(edition.id, store, IT)
    assert found is not None
    assert (drawn.count(), files.path_of(found.sha256).read_bytes()) == (1, b"second")


def test_the_networks_paper_is_kept_once_too() -> None:
    edition = newest(drawn.released())
    for data in (b"first", b"second"):
        papers.keep(edition, None, IT, data, "a")
    assert drawn.count() == 1


# An edition after the first


def exclude(visit: Visit) -> None:
    visits.set_aside(visit, State.EXCLUDED, "another store", None)


@pytest.fixture
def wave(app: Flask) -> Wave:
    """AA holds a visit of 50 and one of 100 percent: 75."""
    made = make.wave()
    place = make.store(made.study, "AA")
    make.visited(made, place)
    make.approved(make.assignment(made, at=place), ALL, make.NOON.replace(hour=9))
    make.visited(made, make.store(made.study, "BB"))
    make.assignment(made)
    releases.release(made)
    return made


def late(wave: Wave) -> Visit:
    """Planned before the release, approved after it."""
    query = db.select(Assignment).where(Assignment.wave_id == wave.id).order_by(Assignment.id.desc())
    return make.approved(db.session.scalars(query).first(), ALL)


def full_visit(wave: Wave) -> Visit:
    query = db.select(Visit).where(Visit.wave_id == wave.id).order_by(Visit.started_at)
    return db.session.scalars(query).first()


def test_what_a_new_edition_changed_is_frozen_with_it(wave: Wave) -> None:
    exclude(full_visit(wave))
    edition = releases.release_again(wave, "A visit was to another store")
    assert edition.change is not None
    (store,) = edition.change.stores
    assert (edition.number, store.code, store.went_out, store.came_in) == (2, "AA", 1, 0)
    assert (store.before, store.after) == (Decimal("0.75"), Decimal("0.5"))


def test_the_edition_before_stays_as_it_was(wave: Wave) -> None:
    before = make.edition(wave, "AA").sha256
    exclude(full_visit(wave))
    releases.release_again(wave, "A visit was to another store")
    first = release_queries.list_editions(wave)[1]
    assert db.session.get_one(StoreEdition, first_store(first)).sha256 == before


def test_a_late_visit_comes_in_and_is_released(wave: Wave) -> None:
    visit = late(wave)
    edition = releases.release_again(wave, "A visit arrived late")
    db.session.refresh(visit)
    assert edition.change is not None
    assert (visit.state, [store.came_in for store in edition.change.stores]) == (State.RELEASED, [1])


def test_an_edition_that_changes_nothing_is_not_made(wave: Wave) -> None:
    with pytest.raises(releases.NothingChanged):
        releases.release_again(wave, "Just so")


def test_an_edition_without_a_reason_is_not_made(wave: Wave) -> None:
    with pytest.raises(releases.ReasonIsMissing):
        releases.release_again(wave, " ")


def test_a_wave_that_was_never_released_has_no_second_edition() -> None:
    with pytest.raises(releases.WaveIsNotReleased):
        releases.release_again(make.wave(), "Too early")


def test_what_would_change_is_counted(wave: Wave) -> None:
    exclude(full_visit(wave))
    late(wave)
    pending = release_queries.count_pending(newest(wave))
    assert (pending.approved, pending.set_aside) == (1, 1)


def test_after_the_new_edition_nothing_is_pending(wave: Wave) -> None:
    exclude(full_visit(wave))
    assert not release_queries.count_pending(releases.release_again(wave, "A visit was to another store"))
