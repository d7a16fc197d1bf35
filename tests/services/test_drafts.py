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
    visits.save_draft(visit, {"q-words": ["page"]}, make.NOON, visits.Leaf(seen={"one": 5}))
    stamp = db.session.get_one(Draft, (visit_id, PAGE)).stamp
    back_up(world, visit_id, "one", 5, {"q-words": ["again"]}, seen={PAGE: stamp})
    found = rules.newest(list_drafts(visit), 1)
    [aside] = db.session.get_one(Draft, (visit_id, "one")).content["aside"]
    assert (found and found.device, aside["raw"]) == (PAGE, {"q-words": ["first"]})


def page_of(seen: dict[str, int] | None, device: str = "page-one", is_choice: bool = False) -> visits.Leaf:
    return visits.Leaf(device, seen, is_choice)


def test_a_page_that_has_not_seen_what_its_session_saved_takes_nothing_of_it_away() -> None:
    """Once it has seen both, or somebody went on from the other, one draft is enough."""
    visit = make.visit()
    first = visits.save_draft(visit, {"q-words": ["first"]}, make.NOON, page_of({}))
    stamp = db.session.get_one(Draft, (visit.id, first)).stamp
    second = visits.save_draft(visit, {"q-words": ["second"]}, make.NOON, page_of({}))
    assert (first, first != second) == ("page-one", True)
    assert held(visit.id) == {first: {"q-words": ["first"]}, second: {"q-words": ["second"]}}
    visits.save_draft(visit, {"q-words": ["both"]}, make.NOON, page_of({first: stamp}, second))
    assert sorted(raw["q-words"][0] for raw in held(visit.id).values()) == ["both", "second"]
    stamps = {row.device: row.stamp for row in list_drafts(visit)} | {first: stamp}
    visits.save_draft(visit, {"q-words": ["all"]}, make.NOON, page_of(stamps, second))
    assert held(visit.id) == {second: {"q-words": ["all"]}}


def test_answers_that_another_page_gives_way_to_by_choice_stay_laid_aside() -> None:
    visit = make.visit()
    for device in ("page-one", "page-two"):
        visits.save_draft(visit, {"q-words": [device]}, make.NOON, page_of({}, device))
    stamps = {row.device: row.stamp for row in list_drafts(visit)}
    visits.save_draft(visit, {"q-words": ["page-two"]}, make.NOON, page_of(stamps, is_choice=True))
    later = {"page-one": db.session.get_one(Draft, (visit.id, "page-one")).stamp}
    visits.save_draft(visit, {"q-words": ["later"]}, make.NOON, page_of(later))
    [draft] = list_drafts(visit)
    assert (draft.raw, [laid["raw"] for laid in draft.content["aside"]]) == (
        {"q-words": ["later"]},
        [{"q-words": ["page-one"]}],
    )


def test_more_old_pages_than_anybody_has_lay_aside_what_they_have_not_seen() -> None:
    visit = make.visit()
    for number in range(drafts.DEVICES + 1):
        visits.save_draft(visit, {"q-words": [str(number)]}, make.NOON, page_of({}))
    assert len(held(visit.id)) == drafts.DEVICES
    draft = db.session.get_one(Draft, (visit.id, "page-one"))
    assert (draft.raw, [laid["raw"] for laid in draft.content["aside"]]) == (
        {"q-words": [str(drafts.DEVICES)]},
        [{"q-words": ["0"]}],
    )


def test_no_phone_writes_under_the_name_of_a_page() -> None:
    world, visit_id = scene(), new_id()
    visit = db.session.get_one(Visit, visit_id) if back_up(world, visit_id, "one", 5, {}) else None
    assert visit is not None
    assert back_up(world, visit_id, visits.save_draft(visit, {}, leaf=page_of({})), 2**52, {}) is False


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
    visits.save_draft(visit, make.GOOD, leaf=visits.Leaf(seen={"one": stamp}))
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
    visits.save_draft(visit, raw, leaf=visits.Leaf(seen={"one": 5}))
    refused = visits.submit(visit, 1, raw, None, make.NOON).reading
    assert refused is not None
    assert [(one.field, one.key) for one in refused.problems] == [("q-wait", "still_running")]
    assert visits.submit(visit, 1, {**raw, "q-wait": ["2:10"]}, None, make.NOON).receipt is not None


def test_a_timer_that_another_phone_stopped_runs_no_more() -> None:
    world, visit_id = scene(), new_id()
    back_up(world, visit_id, "one", 5, {}, timers={"q-wait": 1_772_452_800_000})
    back_up(world, visit_id, "two", 3, {}, timers={}, seen={"one": 5})
    assert visits.running_timers(db.session.get_one(Visit, visit_id), {}) == frozenset()


def test_what_a_sender_had_seen_of_another_device_is_over_and_what_not_stays() -> None:
    visit = make.visit()
    with unit.work(visit):
        drafts.keep(visit, make.GOOD | {"q-greeted": ["no"]}, make.NOON, "seen", 1)
        drafts.keep(visit, make.GOOD | {"q-greeted": ["no"]}, make.NOON, "unseen", 1)
        drafts.keep(visit, {"q-greeted": ["yes"]}, make.NOON, "within", 1)
    assert visits.submit(visit, 1, make.GOOD, None, make.NOON, leaf=page_of({"seen": 1})).receipt
    assert list(held(visit.id)) == ["unseen"]
