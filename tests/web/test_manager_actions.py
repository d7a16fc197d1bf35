"""What a store will do: written by managers and coordinators within their reach, judged by the next wave's report."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from fieldstudy.core.access import Role
from fieldstudy.extensions import db
from fieldstudy.models import Action, StoreEdition, Study, User, Wave
from fieldstudy.services import actions, releases
from fieldstudy.services.actions import Plan
from tests import factories as make

SignIn = Callable[[User], FlaskClient]

pytestmark = pytest.mark.usefixtures("app")
DATABASES = ("sqlite",)
YES = {"q-greeted": ["yes"], "q-receipt": ["yes"]}
NO = {"q-greeted": ["no"], "q-receipt": ["no"]}
TYPED = {"about": "question:greeted", "text": "Somebody looks up and says good morning.", "owner": "store manager"}


def manager(study: Study, **narrowed: object) -> User:
    return make.user(Role.MANAGER, study.client, **narrowed)


def written(wave: Wave, code: str = "AA") -> Action:
    return actions.add(make.edition(wave, code), Plan("A larger sign", section="welcome"), None)


def test_an_action_is_written_from_a_question(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    edition = make.edition(wave, "BB")
    client, path = sign_in(manager(wave.study)), f"/manager/waves/{wave.id}/actions/new"
    form = client.get(f"{path}?about=question:greeted&store={edition.id}").text
    assert 'selected value="question:greeted"' in form
    answer = client.post(path, data={**TYPED, "store": str(edition.id), "due_on": "2026-06-01"})
    assert (answer.status_code, answer.location) == (303, f"/manager/stores/{edition.id}/actions")
    assert "Somebody looks up" in client.get(answer.location).text


def test_what_was_typed_comes_back_with_what_is_missing(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    answer = sign_in(manager(wave.study)).post(
        f"/manager/waves/{wave.id}/actions/new", data={**TYPED, "text": " ", "store": str(make.edition(wave, "AA").id)}
    )
    assert (answer.status_code, "Write what will be done." in answer.text) == (422, True)
    assert 'value="store manager"' in answer.text


def test_nobody_writes_for_a_store_next_door(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    client = sign_in(manager(wave.study, store_id=make.edition(wave, "AA").store_id))
    other = make.edition(wave, "BB")
    answer = client.post(f"/manager/waves/{wave.id}/actions/new", data={**TYPED, "store": str(other.id)})
    assert (answer.status_code, client.get(f"/manager/stores/{other.id}/actions").status_code) == (422, 404)
    assert client.get(f"/manager/actions/{written(wave, 'BB').id}").status_code == 404


def test_a_coordinator_writes_too(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    edition = make.edition(wave, "AA")
    client = sign_in(make.user(Role.COORDINATOR, wave.study.client))
    assert client.get(f"/manager/stores/{edition.id}/actions").status_code == 200
    answer = client.post(f"/manager/waves/{wave.id}/actions/new", data={**TYPED, "store": str(edition.id)})
    assert answer.status_code == 303


def test_an_action_is_finished_and_taken_up_again(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    action = written(wave)
    client, path = sign_in(manager(wave.study)), f"/manager/actions/{action.id}"
    client.post(f"{path}/finish", data={"done-done_on": "2026-05-20", "done-result": "It hangs."})
    assert "Done on 20 May 2026" in client.get(path).text
    client.post(f"{path}/reopen")
    assert "Is it done?" in client.get(path).text


def test_an_action_is_changed_and_removed(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    action = written(wave)
    client, path = sign_in(manager(wave.study)), f"/manager/actions/{action.id}"
    client.post(path, data={"text": "A sign with light"})
    listed = f"/manager/stores/{make.edition(wave, 'AA').id}/actions"
    assert "A sign with light" in client.get(listed).text
    client.post(f"{path}/remove")
    assert "Nothing is written down yet." in client.get(listed).text
    assert client.get(path).status_code == 404


def next_wave(raw: dict[str, list[str]], visits: int) -> StoreEdition:
    """Store AA: one visit with yes and the others with no, then one with the other answer; an action in between."""
    study = make.study()
    store, first = make.store(study, "AA"), make.wave(study)
    for number in range(visits):
        make.visited(first, store, NO if number else YES)
    releases.release(first)
    written(first)
    second = make.wave(study, starts_on=make.TODAY + timedelta(days=60))
    other = NO if raw == YES else YES
    for number in range(visits):
        make.visited(second, store, raw if number else other)
    releases.release(second)
    return make.edition(second, "AA")


@pytest.mark.parametrize(("raw", "said"), [(YES, "▲ better"), (NO, "no change that we can tell from 12 visits")])
def test_the_next_wave_says_what_came_of_it(sign_in: SignIn, raw: dict[str, list[str]], said: str) -> None:
    """From 1 of 12 to 11 of 12, or to 1 of 12 again."""
    edition = next_wave(raw, 12)
    client = sign_in(manager(edition.edition.wave.study))
    for page in (f"/manager/stores/{edition.id}/actions", f"/manager/stores/{edition.id}"):
        assert said in client.get(page).text


def test_too_few_visits_say_nothing(sign_in: SignIn) -> None:
    edition = next_wave(YES, 1)
    page = sign_in(manager(edition.edition.wave.study)).get(f"/manager/stores/{edition.id}/actions").text
    assert "not tested, too few visits" in page


def test_what_is_late_is_said_in_a_word(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    edition = make.edition(wave, "AA")
    actions.add(edition, Plan("A sign", section="welcome", due_on=make.TODAY), None)
    client, path = sign_in(manager(wave.study)), f"/manager/stores/{edition.id}"
    assert ["overdue" in client.get(page).text for page in (path, f"{path}/actions")] == [True, True]


def test_nobody_is_chosen_for_whoever_writes(sign_in: SignIn) -> None:
    """A link that names nothing that is there leaves both lists open; with one store there is nothing to choose."""
    wave = make.released(make.study(), "AA", "BB")
    client, path = sign_in(manager(wave.study)), f"/manager/waves/{wave.id}/actions/new"
    form = client.get(f"{path}?about=question:nonesuch").text
    assert (form.count('<option value="">choose…'), re.findall(r'<option selected value="([^"]+)"', form)) == (2, [])
    answer = client.post(path, data={"text": "A sign", "store": "", "about": ""})
    said = ["Choose a store." in answer.text, "Choose a touchpoint or a question." in answer.text]
    assert (answer.status_code, said) == (422, [True, True])
    own = make.edition(wave, "AA")
    alone = sign_in(manager(wave.study, store_id=own.store_id)).get(path).text
    assert f'<input type="hidden" name="store" value="{own.id}">' in alone


def test_no_day_before_the_wave_and_none_to_come(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    action = written(wave)
    client, path = sign_in(manager(wave.study)), f"/manager/actions/{action.id}"
    early = client.post(path, data={"text": "A sign", "due_on": "0001-01-01"})
    ahead = client.post(f"{path}/finish", data={"done-done_on": "2999-01-01"})
    assert ("The wave began on 2 March 2026" in early.text, "This day is still to come." in ahead.text) == (True, True)
    assert (early.status_code, ahead.status_code, action.done_on, action.due_on) == (422, 422, None, None)


def test_a_form_that_came_back_says_so_above_and_can_be_read_again(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA")
    client, path = sign_in(manager(wave.study)), f"/manager/actions/{written(wave).id}"
    page = client.post(f"{path}/finish", data={"done-done_on": ""}).text
    assert page.index("One thing has to be looked at") < page.index("<form class")
    assert client.get(f"{path}/finish").location == path


def test_actions_of_a_touchpoint_stand_on_its_page(sign_in: SignIn) -> None:
    wave = make.released(make.study(), "AA", "BB")
    written(wave)
    client = sign_in(manager(wave.study))
    pages = [client.get(f"/manager/waves/{wave.id}/touchpoints/{name}").text for name in ("welcome", "till")]
    assert ["A larger sign" in page for page in pages] == [True, False]
    assert db.session.scalar(db.select(Action.section)) == "welcome"
