"""What another device of the same person holds, on the page that works without script: shown, and asked about."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from fieldstudy.core.checklist import QuestionType
from fieldstudy.core.lifecycle import State
from fieldstudy.extensions import db
from fieldstudy.models import Draft, User, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.services import photos, sendings, visits
from tests import factories as make
from tests.web.test_field_check import found, texts
from tests.web.test_field_visits import GOOD, fieldworker, send, visit_with

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def pictured_visit() -> Visit:
    """Nothing is missing of it that it asks for."""
    visit = make.visit()
    photos.keep(visit, "window", make.picture(), None)
    return visit


def back_up(visit: Visit, raw: dict[str, list[str]], device: str = "one", **content: Any) -> None:
    """From a phone that has not seen what the page saved."""
    version = visit.checklist_version_id
    assert visit.assignment_id is not None
    draft = sendings.OpenDraft(visit.assignment_id, version, make.NOON, raw, device, 1, 5, content)
    assert sendings.back_up(fieldworker(visit).id, visit.id, draft)


def page_of(client: FlaskClient, visit: Visit, device: str = "") -> str:
    return client.get(f"/field/visits/{visit.id}?device={device}").text


def test_both_sides_stand_there_in_the_words_of_the_form(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    client.post(
        f"/field/visits/{visit.id}", data={"act": "save", "revision": "1", **GOOD, "entered_at": "2026-03-02T13:05"}
    )
    there = {"q-greeted": ["no"], "c-greeted": ["w" * 100], "q-words": ["Good day"], "feeling-welcome": ["-2"]}
    back_up(visit, there, entered_at="2026-03-02T12:20:00Z")
    page = page_of(client, visit)
    assert texts(page, "#versions summary") == [
        "2 different answers, 1 different time of entry or exit",
        "1 answer that is missing here",
        "1 answer only here",
    ]
    assert texts(page, "#versions .links a") == [
        "Time you went in Here: 2 March 2026, 13:05 On the other phone: 2 March 2026, 13:20",
        f"greeted Here: yes On the other phone: no · Comment: {'w' * 90}…",
        "welcome: How did you feel here? Here: +1 On the other phone: −2",
        "words Good day",
        "receipt no",
    ]
    assert "2 different answers, 1 different time of entry or exit, 1 answer that is missing here" in page


def test_a_measured_time_is_read_in_minutes_and_seconds_on_both_sides(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    client.post(f"/field/visits/{visit.id}", data={"act": "save", "revision": "1", **GOOD, "q-wait": "12"})
    back_up(visit, {"q-wait": ["130"]})
    assert "wait Here: 0:12 On the other phone: 2:10" in texts(page_of(client, visit), "#versions .links a")


def test_what_a_phone_left_blank_is_no_difference(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **GOOD)
    back_up(visit, {"q-greeted": ["yes"]})
    assert texts(page_of(client, visit), "#versions .cards > li") == []


def test_a_visit_does_not_leave_photos_on_a_phone_without_asking(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    ids = [str(new_id()) for _ in range(3)]
    taken = [{"id": id, "question": question} for id, question in zip(ids, ("window", "", ""), strict=True)]
    back_up(visit, {"q-greeted": ["yes"]}, photos=taken, pocket=ids[1:2])
    page = page_of(client, visit)
    assert texts(page, "#versions .links a") == ["window Here: 1 photo On the other phone: 1 photo"]
    assert "1 photo was taken on the pocket screen: to see it, open the visit there." in page
    assert "1 photo belongs to no question" in page
    answer = send(client, visit, "submit", **GOOD)
    assert (answer.status_code, visit.state) == (200, State.IN_FIELD)
    assert texts(answer.text, "#evidence[autofocus] h2") == ["Part of this visit is only on another device"]
    assert texts(answer.text, "#evidence .note") == ["3 photos are still on the other phone. See which"]
    assert (send(client, visit, **GOOD).status_code, visit.state) == (303, State.RECEIVED)


def test_a_visit_does_not_leave_other_answers_on_a_phone_without_asking(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-greeted": ["no"], "q-receipt": ["no"]})
    answer = send(client, visit, "submit", **GOOD)
    assert visit.state == State.IN_FIELD
    [note] = texts(answer.text, "#evidence .note")
    assert note.endswith(": 1 different answer, 1 answer only here. See what differs")


def test_nothing_is_asked_where_the_page_has_seen_it_all(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-greeted": ["no"]})
    answer = send(client, visit, "submit", **GOOD, seen='{"one": 5}')
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)


def test_photos_that_lie_on_several_phones_are_not_said_to_lie_on_one(sign_in: SignIn) -> None:
    visit = two_windows()
    client = sign_in(fieldworker(visit))
    for device, count in (("one", 1), ("two", 2)):
        taken = [{"id": str(new_id()), "question": "door"} for _ in range(count)]
        back_up(visit, {}, device, photos=taken)
    page = page_of(client, visit)
    assert texts(page, "#apart span") == ["3 photos are still on the other phones."]
    assert texts(page, "#versions .cards p") == [
        "Each phone can send only its own photos. Send the visit from one of those phones, or from here without them."
    ]
    assert texts(page, "#versions .links a") == ["door Here: 0 photos On the other phones: 3 photos"]


def shown(page: str) -> str | None:
    """The answer to the first question."""
    [picked] = [each.get("value") for each in found(page, '[name="q-greeted"][checked]')] or [None]
    return picked


def hidden(page: str) -> dict[str, str]:
    names = ("seen", "mark", "stay")
    return {name: each.get("value") or "" for name in names for each in found(page, f'[name="{name}"]')}


def choices(page: str) -> list[tuple[str, str]]:
    """What #versions offers to show: its title and its address."""
    cards = found(page, "#versions .cards > li")
    links = [each.get("href") for each in found(page, "#versions .cards > li > p > a")]
    return list(zip([card.find("{*}h3").text for card in cards], links, strict=True))


def test_whose_answers_are_shown_is_said_and_what_gave_way_can_be_shown_again(sign_in: SignIn) -> None:
    visit = make.visit()
    first, second = (sign_in(fieldworker(visit)) for _ in range(2))
    for client, answer in ((first, "yes"), (second, "no")):
        send(client, visit, "save", **GOOD | {"q-greeted": answer}, seen="{}")
    page = page_of(second, visit)
    assert (shown(page), found(page, "#chosen")) == ("no", [])
    [(title, address)] = choices(page)
    assert title.startswith("In another browser without JavaScript (last saved: ")

    page = second.get(address).text
    assert shown(page) == "yes"
    [told] = texts(page, "#chosen")
    assert told.startswith(f"{title}. You are looking at these answers. If you save or send, they take the place of ")
    assert [link.get("href") for link in found(page, "#chosen a")] == [f"/field/visits/{visit.id}", "#versions"]
    assert found(page, "#apart[hidden]")
    assert shown(second.get(f"/field/visits/{visit.id}").text) == "no"

    send(second, visit, "save", **GOOD, **hidden(page))
    page = page_of(second, visit)
    assert (shown(page), found(page, "#chosen")) == ("yes", [])
    assert found(page, "#versions .none[hidden]")
    assert found(page, "#to-versions[hidden]") == []
    [(title, address)] = choices(page)
    assert title.startswith("From this browser, as of ")
    assert texts(page, "#versions .links a") == ["greeted Here: yes Before: no"]

    page = second.get(address).text
    assert (shown(page), texts(page, "#chosen strong")) == ("no", [f"{title}."])
    send(second, visit, "save", **GOOD | {"q-greeted": "no"}, **hidden(page))
    page = page_of(second, visit)
    assert (shown(page), texts(page, "#versions .links a")) == ("no", ["greeted Here: no Before: yes"])


def test_what_was_laid_aside_is_no_reason_to_ask_before_sending(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-greeted": ["no"], "q-receipt": ["no"]})
    send(client, visit, "save", **GOOD, seen="{}")
    page = client.get(f"/field/visits/{visit.id}?device=one").text
    assert texts(page, "#chosen strong")[0].startswith("On another phone (last saved: ")
    typed = {"q-greeted": "no", "q-receipt": "no", "feeling-welcome": "1"}
    send(client, visit, "save", **typed, **hidden(page))
    page = page_of(client, visit)
    assert (len(choices(page)), texts(page, "#apart[hidden] span")) == (1, [""])
    answer = send(client, visit, "submit", **typed, **hidden(page))
    assert (answer.status_code, visit.state) == (303, State.RECEIVED)


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        {"id": "a", "at": "2026-03-02T12:00:00Z", "device": "b", "raw": {"q-greeted": "no"}},
        {"id": 1, "at": "2026-03-02T12:00:00Z", "device": "b", "raw": {"q-greeted": ["no"]}},
    ],
)
def test_what_a_phone_says_to_have_laid_aside_may_be_of_any_shape(sign_in: SignIn, entry: Any) -> None:
    visit = make.visit()
    back_up(visit, {"q-greeted": ["yes"]}, aside=[entry])
    assert choices(page_of(sign_in(fieldworker(visit)), visit)) == []


def two_windows() -> Visit:
    return visit_with(make.question("greeted"), *(make.question(name, QuestionType.IMAGE) for name in ("sign", "door")))


def test_an_asked_person_can_read_which_photos_are_missing_and_which_are_elsewhere(sign_in: SignIn) -> None:
    visit = two_windows()
    client = sign_in(fieldworker(visit))
    back_up(visit, {}, photos=[{"id": str(new_id()), "question": "door"} for _ in range(2)])
    answer = send(client, visit, "submit", **{"q-greeted": "yes"})
    assert texts(answer.text, "#evidence h2") == ["1 photo is missing"]
    assert "without them" not in texts(answer.text, "#evidence")[0]
    assert "add photos by yourself" in texts(answer.text, "#evidence")[0]
    assert texts(answer.text, "#evidence .note") == ["2 photos are still on the other phone. See which"]
    assert texts(answer.text, "#evidence .links a") == ["sign welcome", "door 2 photos are on other phones"]
    assert (send(client, visit, **{"q-greeted": "yes"}).status_code, visit.state) == (303, State.RECEIVED)


def test_a_photo_on_another_phone_is_not_called_missing(sign_in: SignIn) -> None:
    visit = two_windows()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **{"q-greeted": "yes"})
    back_up(visit, {"q-greeted": ["yes"]}, photos=[{"id": str(new_id()), "question": "door"}])
    page = page_of(client, visit)
    assert texts(page, "#sections [data-missing]") == ["1 photo is missing · 1 photo is on another phone"]
    assert texts(page, "#q-door .there") == ["1 photo is on another phone"]
    assert texts(page, "#q-sign .there") == [""]
    assert texts(page, "#lacking .advisable a") == ["sign welcome"]
    assert texts(page, "#lacking .others a") == ["door 1 photo is on another phone"]
    photos.keep(visit, "sign", make.picture(), None)
    answer = send(client, visit, "submit", **{"q-greeted": "yes"})
    assert texts(answer.text, "#evidence[autofocus] h2") == ["Part of this visit is only on another device"]


SINCE = 1_772_452_800_000


def test_of_a_timer_that_runs_on_a_phone_the_page_says_so_beside_it_and_can_do_without(sign_in: SignIn) -> None:
    """The time that is written may be the very one that the phone had measured before."""
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-wait": ["3"]}, timers={"q-wait": SINCE})
    typed = {**GOOD, "q-wait": "3"}
    send(client, visit, "save", **typed, seen='{"one": 5}')
    page = page_of(client, visit)
    assert texts(page, "#q-wait .told")[0] == "A timer is still running on one of your phones."
    assert texts(page, "#check .blocking a") == [
        "wait A timer is still running on one of your phones. Stop it there, write another time here, or tick “The "
        "time written here counts”."
    ]
    [box] = found(page, '#q-wait [name="stop-wait"]')
    assert (box.get("value"), box.get("checked")) == (str(SINCE), None)
    assert send(client, visit, "submit", **typed, seen='{"one": 5}').status_code == 422
    send(client, visit, "save", **typed, **{"stop-wait": str(SINCE)}, seen='{"one": 5}')
    page = page_of(client, visit)
    assert found(page, '#q-wait [name="stop-wait"][checked]')
    assert texts(page, "#check .blocking a") == []
    send(client, visit, "submit", **typed, **{"stop-wait": str(SINCE)}, seen='{"one": 5}')
    assert visit.state == State.RECEIVED


@pytest.mark.parametrize(
    ("is_required", "asked", "box"),
    [
        (True, "Stop it there, or write the time here.", []),
        (False, "Stop it there, write the time here, or tick “No time”.", ["No time"]),
    ],
)
def test_what_is_asked_of_a_running_timer_without_a_time_is_enough(
    sign_in: SignIn, is_required: bool, asked: str, box: list[str]
) -> None:
    visit = visit_with(make.question("wait", QuestionType.TIMER, is_required=is_required))
    client = sign_in(fieldworker(visit))
    back_up(visit, {}, timers={"q-wait": SINCE})
    page = page_of(client, visit)
    [sentence] = texts(page, "#check .blocking a")
    assert sentence.endswith(asked)
    assert texts(page, "#q-wait noscript .drop") == box
    enough = {"stop-wait": str(SINCE)} if box else {"q-wait": "4"}
    send(client, visit, "save", **enough, seen='{"one": 5}')
    page = page_of(client, visit)
    assert texts(page, "#check .blocking a") == []
    assert texts(page, "#q-wait noscript .told") == []
    assert (send(client, visit, **enough, seen='{"one": 5}').status_code, visit.state) == (303, State.RECEIVED)


def test_another_time_than_the_phones_counts_and_nothing_says_that_it_is_running(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-wait": ["3"]}, timers={"q-wait": SINCE})
    send(client, visit, "save", **GOOD, **{"q-wait": "4"}, seen='{"one": 5}')
    page = page_of(client, visit)
    assert texts(page, "#q-wait noscript") == []
    assert texts(page, "#check .blocking a") == []
    assert "running" not in texts(page, '#sections [data-missing="till"]')[0]
    send(client, visit, "save", **GOOD, **{"q-wait": "0:03"}, seen='{"one": 5}')
    page = page_of(client, visit)
    assert texts(page, "#q-wait noscript .told") == ["A timer is still running on one of your phones."]
    assert len(texts(page, "#check .blocking a")) == 1


def test_a_typed_time_comes_back_as_minutes_and_seconds_and_an_untouched_page_says_nothing(sign_in: SignIn) -> None:
    visit = make.visit()
    client = sign_in(fieldworker(visit))
    send(client, visit, "save", **GOOD, **{"q-wait": "4"})
    page = page_of(client, visit)
    assert [field.get("value") for field in found(page, '[name="q-wait"]')] == ["0:04"]
    assert texts(page, "#u-wait") == ["minutes and seconds, for example 1:30"]
    [draft] = db.session.scalars(select(Draft))
    before = (draft.stamp, draft.raw)
    [mark] = [field.get("value") for field in found(page, '[name="mark"]')]
    send(client, visit, "save", **GOOD, **{"q-wait": "0:04", "mark": mark})
    [draft] = db.session.scalars(select(Draft))
    assert ((draft.stamp, draft.raw), draft.raw["q-wait"]) == (before, ["0:04"])


def test_a_timer_that_was_started_anew_runs_again(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    back_up(visit, {"q-wait": ["3"]}, timers={"q-wait": SINCE + 60_000})
    typed = {**GOOD, "q-wait": "3", "stop-wait": str(SINCE)}
    assert send(client, visit, "submit", **typed, seen='{"one": 5}').status_code == 422
    assert visit.state == State.IN_FIELD


def test_a_required_photo_on_another_phone_blocks_and_says_where_it_is(sign_in: SignIn) -> None:
    visit = visit_with(make.question("door", QuestionType.IMAGE, is_required=True))
    client = sign_in(fieldworker(visit))
    send(client, visit, "save")
    back_up(visit, {}, photos=[{"id": str(new_id()), "question": "door"}])
    assert texts(page_of(client, visit), "#lacking .blocking a") == ["door 1 photo is on another phone"]


def test_the_receipt_tells_what_did_not_go_along(sign_in: SignIn) -> None:
    """The phone itself may be lost, and another browser without script has no other place for it."""
    visit = pictured_visit()
    times = {"left_at": "2026-03-02T12:40:00Z"}
    back_up(visit, {"q-greeted": ["no"], "q-words": ["Only there"]}, "two", **times)
    back_up(visit, {"q-greeted": ["yes"]}, "within")
    visits.submit(visit, 1, {name: [text] for name, text in GOOD.items()}, None, make.NOON)
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}/receipt").text
    assert page.count("<details") == 1
    for line in ("On that device: Only there", "In what was sent: –", "On that device: no"):
        assert line in page


def test_a_receipt_of_all_there_was_tells_nothing_more(sign_in: SignIn) -> None:
    visit = pictured_visit()
    back_up(visit, {"q-greeted": ["yes"]}, "within")
    visits.submit(visit, 1, {name: [text] for name, text in GOOD.items()}, None, make.NOON)
    page = sign_in(fieldworker(visit)).get(f"/field/visits/{visit.id}/receipt").text
    assert "did not go along" not in page


def test_a_phone_that_draws_its_own_receipt_has_a_page_of_what_did_not_go_along(sign_in: SignIn) -> None:
    visit = pictured_visit()
    client = sign_in(fieldworker(visit))
    address = f"/field/visits/{visit.id}/unsent"
    assert client.get(address).status_code == 302
    back_up(visit, {"q-words": ["Only there"]}, "two")
    visits.submit(visit, 1, {name: [text] for name, text in GOOD.items()}, None, make.NOON)
    page = client.get(address).text
    assert "On that device: Only there" in page
    assert "On a phone of yours" in page
