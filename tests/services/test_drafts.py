"""What several devices of one person hold of a visit: none takes another's place, and a page sends the notes of all."""

from datetime import timedelta
from typing import Any

import pytest

from fieldstudy.core import drafts as rules
from fieldstudy.core.drafts import PAGE, SENT
from fieldstudy.core.sealed import SealedJotting
from fieldstudy.extensions import db
from fieldstudy.models import AnswerRow, Draft, Jotting, Visit
from fieldstudy.models.columns import new_id
from fieldstudy.queries.visits import list_drafts
from fieldstudy.services import sendings, unit, visits
from fieldstudy.services.visits import drafts
from tests import factories as make
from tests.web.door import Scene, scene

pytestmark = pytest.mark.usefixtures("app")


def back_up(world: Scene, visit_id: Any, device: str, stamp: int, raw: dict[str, list[str]], **content: Any) -> bool:
    draft = sendings.OpenDraft(world.assignment.id, world.version.id, make.NOON, raw, device, 1, stamp, content)
    return sendings.back_up(world.person.id, visit_id, draft)


def held(visit_id: Any) -> dict[str, dict[str, list[str]]]:
    rows = db.session.scalars(db.select(Draft).where(Draft.visit_id == visit_id))
    return {row.device: row.raw for row in rows}


def test_each_device_has_its_own() -> None:
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "one", 5, {"q-greeted": ["yes"]})
    back_up(world, visit_id, "two", 3, {"q-greeted": ["no"]})
    visits.save_draft(db.session.get_one(Visit, visit_id), {"q-words": ["Hm"]})
    assert held(visit_id) == {"one": {"q-greeted": ["yes"]}, "two": {"q-greeted": ["no"]}, PAGE: {"q-words": ["Hm"]}}


def test_what_comes_late_takes_no_newer_ones_place() -> None:
    world, visit_id = scene(), new_id()
    for stamp, answer in ((5, "new"), (4, "late"), (5, "again")):
        assert back_up(world, visit_id, "one", stamp, {"q-words": [answer]}) is True
    assert held(visit_id) == {"one": {"q-words": ["again"]}}


def test_other_answers_under_the_same_stamp_lay_the_former_ones_aside() -> None:
    """And the page, which went on from them, stays the one to go on with."""
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "one", 5, {"q-words": ["first"]})
    visit = db.session.get_one(Visit, visit_id)
    visits.save_draft(visit, {"q-words": ["page"]}, make.NOON, {"one": 5})
    stamp = db.session.get_one(Draft, (visit_id, PAGE)).stamp
    back_up(world, visit_id, "one", 5, {"q-words": ["again"]}, seen={PAGE: stamp})
    found = rules.newest(list_drafts(visit), 1)
    [aside] = db.session.get_one(Draft, (visit_id, "one")).content["aside"]
    assert (found and found.device, aside["raw"]) == (PAGE, {"q-words": ["first"]})


def test_two_saves_of_a_page_in_the_same_moment_have_two_stamps() -> None:
    visit = make.visit()
    stamps = []
    for answer in ("one", "two"):
        visits.save_draft(visit, {"q-words": [answer]}, make.NOON)
        stamps.append(db.session.get_one(Draft, (visit.id, PAGE)).stamp)
    assert stamps[0] < stamps[1]


def test_all_that_a_draft_holds_is_kept_as_it_came() -> None:
    world, visit_id = scene(), new_id()
    content = {"timers": {"q-wait": {"since": 1.5}}, "stamps": [{"id": "x"}], "entered_at": None, "new": [1]}
    back_up(world, visit_id, "one", 5, {}, **content)
    assert db.session.get_one(Draft, (visit_id, "one")).content == content


def test_of_another_revision_nothing_is_kept() -> None:
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "one", 5, {})
    draft = sendings.OpenDraft(world.assignment.id, world.version.id, make.NOON, {}, "one", 2, 6)
    assert sendings.back_up(world.person.id, visit_id, draft) is False


def test_more_devices_than_anybody_has_are_refused_without_harm() -> None:
    world, visit_id = scene(), new_id()
    kept = [back_up(world, visit_id, f"device-{number}", 1, {}) for number in range(drafts.DEVICES + 1)]
    assert (kept.count(True), kept[-1]) == (drafts.DEVICES, False)


def test_a_page_sends_the_notes_and_times_of_a_phone() -> None:
    world, visit_id = scene(), new_id()
    note = {"id": str(new_id()), "section": "till", "text": "A queue of nine", "at": "2026-03-02T12:05:00Z"}
    stamp = {"id": str(new_id()), "at": "2026-03-02T12:06:00Z"}
    times = {"given": {"greeted": "2026-03-02T12:04:00Z"}, "left_at": "2026-03-02T12:30:00Z"}
    back_up(world, visit_id, "one", 5, make.GOOD, jottings=[note], stamps=[stamp], **times)
    visit = db.session.get_one(Visit, visit_id)
    visits.submit(visit, 1, make.GOOD, world.person.id, make.NOON + timedelta(hours=1), stamp_text="Time stamp")
    notes = db.session.scalars(db.select(Jotting).order_by(Jotting.jotted_at))
    assert [(row.section, row.text) for row in notes] == [("till", "A queue of nine"), ("", "Time stamp")]
    answer = db.session.scalars(db.select(AnswerRow).where(AnswerRow.question == "greeted")).one()
    assert (answer.given_at, visit.left_at) == (make.NOON + timedelta(minutes=4), make.NOON + timedelta(minutes=30))


def test_other_answers_than_those_that_were_sent_stay_under_their_device() -> None:
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "same", 5, make.GOOD)
    back_up(world, visit_id, "other", 6, {**make.GOOD, "q-greeted": ["no"]})
    visits.submit(db.session.get_one(Visit, visit_id), 1, make.GOOD, world.person.id, make.NOON)
    assert list(held(visit_id)) == ["other"]


def test_text_in_a_phones_box_for_notes_is_sent_with_the_page_as_a_note() -> None:
    world, visit_id = scene(), new_id()
    stamp = round(make.NOON.timestamp() * 1000)
    back_up(world, visit_id, "one", stamp, make.GOOD, notes={"jotting-till": "A queue of nine"})
    visit = db.session.get_one(Visit, visit_id)
    visits.save_draft(visit, make.GOOD, seen={"one": stamp})
    visits.submit(visit, 1, make.GOOD, world.person.id, make.NOON + timedelta(hours=1))
    note = db.session.scalars(db.select(Jotting)).one()
    assert (note.section, note.text, note.jotted_at, held(visit_id)) == ("till", "A queue of nine", make.NOON, {})


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ({"notes": {"jotting-till": "A queue of"}}, []),
        ({"notes": {"jotting-till": "Nobody"}}, ["late"]),
        (
            {"jottings": [{"id": str(new_id()), "section": "till", "text": "Nobody", "at": "2026-03-02T12:05:00Z"}]},
            ["late"],
        ),
    ],
)
def test_notes_that_did_not_arrive_stay_under_their_device(content: dict[str, Any], kept: list[str]) -> None:
    """Answers may be the same."""
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "late", 5, make.GOOD, **content)
    visit = db.session.get_one(Visit, visit_id)
    note = SealedJotting(new_id(), "till", "A queue of nine", make.NOON)
    with unit.work():
        drafts.drop(visit, make.GOOD, [note], "one")
    assert list(held(visit_id)) == kept


def test_what_came_back_is_nobodys_draft_until_somebody_corrects_it() -> None:
    visit = make.received()
    visits.send_back(visit, {"greeted": "By whom?"}, None)
    row = db.session.get_one(Draft, (visit.id, SENT))
    assert (row.raw, row.revision) == (make.GOOD, 2)


def test_a_page_sends_no_timer_that_a_phone_has_not_stopped() -> None:
    """Saved on the page in between, it still runs; a time that somebody writes stands in its place."""
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "one", 5, {}, timers={"q-wait": 1_772_452_800_000})
    visit = db.session.get_one(Visit, visit_id)
    raw = {name: values for name, values in make.GOOD.items() if name != "q-wait"}
    visits.save_draft(visit, raw, seen={"one": 5})
    refused = visits.submit(visit, 1, raw, None, make.NOON).reading
    assert refused is not None
    assert [(one.field, one.key) for one in refused.problems] == [("q-wait", "still_running")]
    assert visits.submit(visit, 1, {**raw, "q-wait": ["2:10"]}, None, make.NOON).receipt is not None


def test_a_timer_that_another_phone_stopped_runs_no_more() -> None:
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "one", 5, {}, timers={"q-wait": 1_772_452_800_000})
    back_up(world, visit_id, "two", 3, {}, timers={}, seen={"one": 5})
    assert visits.running_timers(db.session.get_one(Visit, visit_id), {}) == frozenset()
