"""What is said before a release: what has not come, and which visits are worth a look."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import User, Visit, Wave
from fieldstudy.services import photos, releases, unit, visits
from tests import factories as make

DATABASES = ("sqlite",)
SignIn = Callable[[User], FlaskClient]
AT_NIGHT = make.NOON.replace(hour=1, minute=4)
"""02:04 in Rome."""


@pytest.fixture
def wave(client: FlaskClient) -> Wave:
    make.received()
    study = make.study()
    make.version(study)
    return make.wave(study)


def page(sign_in: SignIn, wave: Wave, *roles: Role) -> str:
    for role in (Role.COORDINATOR, *roles):
        user = make.user(role, wave.study.client, "boss@example.org")
    return " ".join(sign_in(user).get(f"/studio/waves/{wave.id}/release").text.split())


def at(wave: Wave, code: str) -> object:
    return make.assignment(wave, at=make.store(wave.study, code))


def test_stores_without_a_visit_and_open_assignments_are_named(wave: Wave, sign_in: SignIn) -> None:
    make.approved(at(wave, "DONE"))
    at(wave, "TRENTO")
    make.visit(at(wave, "BEGUN"))
    said = page(sign_in, wave)
    missing = said[said.index("What has not come") :]
    assert "2 stores have an assignment and no visit that has arrived" in missing
    assert ("Store BEGUN; Store TRENTO" in missing, "Store DONE" in missing) == (True, False)
    assert "2 assignments have not been sent in." in missing
    assert "an approved one counts from the next edition" in missing


def test_where_everything_came_nothing_is_missing(wave: Wave, sign_in: SignIn) -> None:
    make.approved(at(wave, "DONE"))
    assert "What has not come" not in page(sign_in, wave)


def test_many_stores_are_a_list_to_open(wave: Wave, sign_in: SignIn) -> None:
    for number in range(9):
        make.approved(at(wave, f"S{number}"))
    said = page(sign_in, wave)
    assert ("Which stores</summary>" in said, "Store S0; Store S1" in said) == (True, False)


def hasty(wave: Wave, code: str) -> Visit:
    """At night, and eight seconds from the start to the end."""
    visit = visits.start(at(wave, code), make.new_id(), None, AT_NIGHT)
    visits.submit(visit, 1, make.GOOD, None, AT_NIGHT + timedelta(seconds=8))
    return visit


def test_a_visit_that_nobody_questioned_is_hinted_at(wave: Wave, sign_in: SignIn) -> None:
    visit = hasty(wave, "HASTY")
    visits.approve(visit, None)
    make.approved(at(wave, "DONE"))
    said = page(sign_in, wave)
    hints = said[said.index("Worth a look before the release") :]
    assert ("1 visit counts that nobody sent back and that is unusual" in hints, "Store DONE" in hints) == (True, False)
    assert "Only 8 s from the start to the end of the form and began at 02:04" in hints
    link = f'href="/desk/visits/{visit.id}"'
    assert (link in said, link in page(sign_in, wave, Role.REVIEWER)) == (True, True)


def test_a_visit_that_was_sent_back_was_questioned(wave: Wave, sign_in: SignIn) -> None:
    visit = hasty(wave, "HASTY")
    visits.send_back(visit, {"": "Really?"}, None)
    visits.submit(visit, 2, make.GOOD, None, AT_NIGHT + timedelta(seconds=8))
    visits.approve(visit, None)
    assert "Worth a look" not in page(sign_in, wave)


@pytest.mark.parametrize(("is_hasty", "is_hinted"), [(True, True), (False, False)])
def test_the_reviewer_is_hinted_at_it_too(wave: Wave, sign_in: SignIn, is_hasty: bool, is_hinted: bool) -> None:
    visit = hasty(wave, "HASTY") if is_hasty else make.received(at(wave, "CALM"))
    client = sign_in(make.user(Role.REVIEWER, wave.study.client))
    db.session.rollback()
    assert ("Worth a look" in client.get(f"/desk/visits/{visit.id}").text) == is_hinted


def test_all_answers_at_their_best_are_told_from_ten_on(wave: Wave, sign_in: SignIn) -> None:
    names = [f"q{number}" for number in range(10)]
    sections = (make.section("welcome", *(make.question(name) for name in names)),)
    make.version(wave.study, make.Checklist("shop", make.text("Ten"), sections))
    make.approved(at(wave, "BEST"), {f"q-{name}": ["yes"] for name in names})
    make.approved(at(wave, "LESS"), {f"q-{name}": ["yes" if name != "q0" else "no"] for name in names})
    said = page(sign_in, wave)
    hints = said[said.index("Worth a look before the release") :]
    assert ("All 10 scored answers are at their best" in hints, "Store LESS" in hints) == (True, False)


def test_photos_of_a_single_colour_are_hinted_at_until_they_are_taken_out(wave: Wave, sign_in: SignIn) -> None:
    visit = make.visit(at(wave, "COVERED"))
    kept = [photos.keep(visit, "window", make.picture(colour), None) for colour in ("black", "olive", "navy")]
    photos.remove(kept[0], visit, None)
    visits.submit(visit, 1, make.GOOD, None, make.NOON + timedelta(hours=1))
    client = sign_in(make.user(Role.REVIEWER, wave.study.client))
    assert "2 photos are of a single colour. It may be right" in " ".join(
        client.get(f"/desk/visits/{visit.id}").text.split()
    )


IN_SUMMER = make.NOON.replace(month=8)
ON_THE_FIRST_DAY = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""Half past midnight in Rome."""


def dated_otherwise(wave: Wave) -> list[Visit]:
    """Three that are outside, of which two count; and one that began with the wave."""
    found = [make.approved(at(wave, code), at=IN_SUMMER) for code in ("S10", "S2")]
    make.received(at(wave, "WAITS"), at=IN_SUMMER)
    make.approved(at(wave, "FIRST"), at=ON_THE_FIRST_DAY)
    return found


def test_visits_that_are_dated_outside_the_wave_are_counted_and_listed(wave: Wave, sign_in: SignIn) -> None:
    dated_otherwise(wave)
    said = page(sign_in, wave)
    hints = said[said.index("Worth a look before the release") :]
    assert "2 approved visits are dated outside the days of the wave (2 March 2026 – 1 April 2026)" in hints
    link = unescape(re.search(r'href="([^"]*assignments[^"]*)">Show which', hints)[1])
    listed = sign_in(coordinator(wave)).get(link).text
    assert met(listed) == ["Store S2", "Store S10"]
    assert listed.count("dated 2 August 2026, outside the days of the wave") == 2


def coordinator(wave: Wave) -> User:
    return make.user(Role.COORDINATOR, wave.study.client, "boss@example.org")


def met(text: str) -> list[str]:
    return re.findall(r'<th scope="row" class="wide">(Store \w+)', text)


def test_a_wave_whose_visits_are_dated_inside_is_told_nothing(wave: Wave, sign_in: SignIn) -> None:
    make.approved(at(wave, "FIRST"), at=ON_THE_FIRST_DAY.replace(hour=11, day=2))
    assert "dated outside" not in page(sign_in, wave)


def test_the_list_of_a_file_shows_the_stores_own_day(wave: Wave, sign_in: SignIn) -> None:
    """A day without an hour begins at midnight in the store, which is another day in UTC."""
    visit = make.approved(at(wave, "FILE"), at=ON_THE_FIRST_DAY)
    with unit.work(visit):
        visit.assignment_id = None
    page = sign_in(coordinator(wave)).get(f"/studio/waves/{wave.id}/assignments?source=file").text
    assert ("2 Mar" in page, "1 Mar" in page) == (True, False)


def test_the_reviewer_is_told_the_odd_date_too(wave: Wave, sign_in: SignIn) -> None:
    visit = dated_otherwise(wave)[0]
    client = sign_in(make.user(Role.REVIEWER, wave.study.client))
    assert "Dated 2 August 2026, outside the days of the wave" in client.get(f"/desk/visits/{visit.id}").text


def listed(said: str, about: str) -> str:
    """What stands in the list that opens after these words."""
    return said[said.index(about) :].split("</ul>")[0]


def test_every_visit_that_is_missing_is_named_by_its_stage(wave: Wave, sign_in: SignIn) -> None:
    make.approved(at(wave, "DONE"))
    waits, back = make.received(at(wave, "WAITS")), make.received(at(wave, "BACK"))
    visits.send_back(back, {"": "Which day?"}, None)
    at(wave, "IDLE")
    make.visit(at(wave, "BEGUN"))
    make.store(wave.study, "NOBODY")
    said = page(sign_in, wave)
    for about, store, visit in (("1 received", "WAITS", waits), ("1 returned", "BACK", back)):
        assert f'<a href="/desk/visits/{visit.id}">Store {store}</a>' in listed(said, about)
    assert "Store BEGUN" in listed(said, "1 in the field")
    assert "Store IDLE" in listed(said, "1 of them has not been started:")
    assert "Store BEGUN" not in listed(said, "1 of them has not been started:")
    assert "1 store of the client has neither an assignment nor a visit in this wave." in said
    assert "Approved after the release, they count from the next edition." in said


def test_visits_of_another_version_are_named(wave: Wave, sign_in: SignIn) -> None:
    old = make.approved(at(wave, "OLD"))
    make.version(wave.study)
    make.approved(at(wave, "NEW"))
    said = page(sign_in, wave)
    about = "1 of these visits was made with version 1 of the checklist; version 2 speaks for the wave."
    assert f'<a href="/desk/visits/{old.id}">Store OLD</a>' in listed(said, about)
    assert "Store NEW" not in listed(said, about)


def test_of_very_many_the_first_are_named(wave: Wave, sign_in: SignIn) -> None:
    for number in range(52):
        at(wave, f"S{number}")
    make.approved(at(wave, "DONE"))
    said = page(sign_in, wave)
    names = listed(said, "52 of them have not been started:")
    assert (names.count("<li>"), '<details class="store-names" >' in said) == (50, True)
    assert "And 2 more" in said


def test_what_is_open_at_the_release_can_still_be_made_and_counts_in_the_next_edition(
    wave: Wave, sign_in: SignIn
) -> None:
    make.approved(at(wave, "DONE"))
    late = at(wave, "LATE")
    releases.release(wave)
    client = sign_in(coordinator(wave))
    said = " ".join(client.get(f"/studio/waves/{wave.id}").text.split())
    assert "1 visit of this wave is still open: it can be made, sent and approved" in said
    db.session.rollback()
    make.approved(late)
    releases.release_again(wave, "One came late")
    assert make.edition(wave, "LATE").edition.number == 2
