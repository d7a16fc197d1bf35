"""Drafts of one visit on several devices; tests/journeys/test_two_phones.py puts the same cases to the browser."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies

from fieldstudy.core import draft_asides, draft_times, drafts, jottings
from fieldstudy.core.drafts import Said
from fieldstudy.core.moments import Stay
from fieldstudy.core.sealed import SealedJotting

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "drafts.json").read_text(encoding="utf-8"))
NOTE, STAMP, SORTED, PHOTO = (UUID(int=number) for number in range(1, 5))
MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Draft:
    device: str
    stamp: int
    raw: dict[str, list[str]] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    revision: int = 1
    saved_at: datetime = datetime(2026, 3, 2, 11, tzinfo=UTC)


def draft(case: dict[str, Any]) -> Draft:
    return Draft(case["device"], case["stamp"], content={"seen": case.get("seen", {})})


@pytest.mark.parametrize("case", TABLE["knows"], ids=str)
def test_who_has_gone_on_from_whom(case: dict[str, Any]) -> None:
    assert drafts.knows(draft(case["one"]), draft(case["other"])) is case["holds"]


@pytest.mark.parametrize("case", TABLE["heads"], ids=str)
def test_what_nobody_has_gone_on_from(case: dict[str, Any]) -> None:
    assert [found.device for found in drafts.heads(map(draft, case["drafts"]))] == case["heads"]


@pytest.mark.parametrize("case", TABLE["kept"], ids=lambda case: case["of"])
def test_what_was_laid_aside_is_offered_as_a_phone_offers_it(case: dict[str, Any]) -> None:
    """`kept`: ids of what was laid aside, and devices of what an earlier revision left."""
    times = {"entered_at": case.get("entered_at")}
    shown = Draft("own", 5, case["shown"], {"aside": case.get("aside", []), **times}, revision=2)
    earlier = [Draft(one["device"], 5, one["raw"]) for one in case.get("earlier", [])]
    found = draft_asides.of_drafts([shown, *earlier], 2)
    offered = draft_asides.offered(found, drafts.said(shown), "own", case.get("apart", []))
    known = {one["id"] for one in case.get("aside", [])}
    assert [each.id if each.id in known else each.device for each in offered] == case["kept"]


STAMPS = strategies.integers(-1, 3)
CLAIMS = strategies.dictionaries(strategies.sampled_from("abcd"), STAMPS)


@given(strategies.dictionaries(strategies.sampled_from("abcd"), strategies.tuples(STAMPS, CLAIMS), min_size=1))
def test_whatever_drafts_claim_to_have_seen_one_is_shown_and_its_like_beside_it(
    held: dict[str, tuple[int, dict[str, int]]],
) -> None:
    """What is not shown, one that is shown has gone on from: there is none that two others hide from each other."""
    all_ = [Draft(device, stamp, content={"seen": seen}) for device, (stamp, seen) in held.items()]
    shown = drafts.heads(all_)
    assert shown
    for one in all_:
        assert one in shown or any(drafts.knows(head, one) and not drafts.knows(one, head) for head in shown)


def test_of_two_that_each_claim_to_know_the_other_neither_claim_is_passed_on() -> None:
    one, two = Draft("a", 5, content={"seen": {"b": 9, "c": 1}}), Draft("b", 9, content={"seen": {"a": 5, "c": 1}})
    assert (drafts.seen_by(one, [one, two]), drafts.seen_by(two, [one, two])) == ({"c": 1}, {"c": 1})


def test_under_one_stamp_answers_and_notes_of_both_contents_stay() -> None:
    """And whoever knows the stamp is not known by it: this is how two drafts came to hide each other."""
    note = {"id": str(NOTE), "section": "till", "text": "A queue of nine", "at": "2026-03-02T12:00:00Z"}
    held = Draft("a", 5, {"q-a": ["yes"], "q-b": ["1"]}, {"jottings": [note], "seen": {"c": 2}})
    page = Draft("", 9, {"q-a": ["no"]}, {"seen": {"a": 5, "c": 2}})
    again = drafts.kept_again(held, page.raw, {"jottings": [], "seen": {"": 9, "c": 3}})
    assert (again["seen"], again["jottings"]) == ({"c": 2}, [note])
    assert [one["raw"] for one in again["aside"]] == [held.raw]
    assert drafts.heads([Draft("a", 5, page.raw, again), page]) == [page]
    assert drafts.kept_again(held, {**held.raw, "q-c": ["2"]}, {}) == {"jottings": [note], "seen": {}}


def test_under_one_stamp_the_time_of_either_content_stays() -> None:
    times = {"entered_at": "2026-03-02T12:00:00Z", "left_at": None}
    held = Draft("a", 5, {}, times)
    again = drafts.kept_again(held, {}, {"entered_at": None, "left_at": "2026-03-02T12:40:00Z"})
    assert (again["entered_at"], again["left_at"]) == ("2026-03-02T12:00:00Z", "2026-03-02T12:40:00Z")


def version(case: dict[str, Any]) -> Draft:
    return Draft("a", 1, case["raw"], {name: at for name, at in case.items() if name != "raw"})


@pytest.mark.parametrize("case", TABLE["compare"], ids=str)
def test_what_two_drafts_say_otherwise(case: dict[str, Any]) -> None:
    """Left blank is not said otherwise."""
    found = drafts.compare(drafts.said(version(case["here"])), drafts.said(version(case["there"])))
    assert [sorted(names) for names in (found.different, found.only_here, found.only_there)] == [
        case.get(key, []) for key in ("different", "only_here", "only_there")
    ]


@pytest.mark.parametrize("case", TABLE["unkept"], ids=str)
def test_what_stands_in_a_box_for_notes_and_nobody_has_kept(case: dict[str, Any]) -> None:
    """What goes on from the same words is the same note."""
    known = [jottings.Text(**one) for one in case["known"]]
    found = jottings.unkept({"notes": case["notes"]}, known)
    assert [vars(one) for one in found] == case.get("found", [])


@pytest.mark.parametrize("case", TABLE["once"], ids=str)
def test_a_note_is_there_once(case: dict[str, Any]) -> None:
    """What was taken from a box gives way to the note that was made of it; what a person kept twice stays twice."""
    keys = ("section", "text", "of")
    notes = [{"id": str(place), **dict(zip(keys, note, strict=False))} for place, note in enumerate(case["notes"])]
    assert [int(str(note["id"])) for note in jottings.once(notes)] == case["kept"]


def test_a_page_sends_once_what_one_phone_kept_and_another_took_from_its_box() -> None:
    noon = "2026-03-02T12:00:00Z"
    taken = {"id": str(NOTE), "section": "till", "text": "A queue of", "at": noon, "of": "a till"}
    kept = {"id": str(STAMP), "section": "till", "text": "A queue of nine", "at": noon}
    one = Draft("a", 9, {}, {"jottings": [kept]})
    two = Draft("b", 5, {}, {"jottings": [taken], "seen": {"a": 3}})
    writing = Draft("a", 1_772_452_800_000, {}, {"notes": {"jotting-till": "A queue of nine"}})
    for held in ([one, two], [two, one], [two, writing]):
        assert [note.text for note in drafts.gather(held, {}, "").jottings] == ["A queue of nine"]
    assert drafts.is_told(two, [SealedJotting(NOTE, "till", "A queue of nine", MOMENT)])


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"seen": 1},
        {"seen": {"a": "x"}},
        {"jottings": [1, {}], "photos": "x", "given": 3},
        {"photos": [{"id": "x"}, 1], "pocket": [{}, 1], "entered_at": 5},
        {"notes": ["x"]},
        {"notes": {"jotting-till": 5}},
        {"struck_times": 5, "left_at": ["x"]},
        {"struck_times": {"entered_at": "x", "left_at": [5, "x"]}},
    ],
)
def test_a_phone_may_send_anything(content: dict[str, Any]) -> None:
    sent = Draft("a", 1, {}, content)
    held = drafts.gather([sent], {}, "Time stamp")
    assert (held.jottings, held.given, drafts.photos_on([sent])) == ((), {}, ())
    assert draft_times.stay_on(Draft("b", 1), [sent], Stay()) == Stay()


def test_notes_of_all_phones_are_gathered_once_and_stamps_that_nobody_sorted_become_notes() -> None:
    note = {"id": str(NOTE), "section": "till", "text": "A queue of nine", "at": "2026-03-02T12:00:00Z"}
    stamps = [
        {"id": str(STAMP), "at": "2026-03-02T11:00:00Z"},
        {"id": str(SORTED), "at": "2026-03-02T11:30:00Z", "to": "left"},
    ]
    one = Draft(
        "a", 1, {}, {"jottings": [note], "stamps": stamps, "photos": [{"id": str(PHOTO), "question": "window"}]}
    )
    two = Draft("b", 1, {}, {"jottings": [note], "left_at": "2026-03-02T12:40:00Z"})
    held = drafts.gather([two, one], {}, "Time stamp")
    assert [(each.id, each.text) for each in held.jottings] == [(STAMP, "Time stamp"), (NOTE, "A queue of nine")]
    assert drafts.photos_on([two, one]) == (drafts.DevicePhoto(PHOTO, "window", False, "a"),)


def test_text_that_a_phone_has_not_kept_is_gathered_until_another_phone_goes_on_from_it() -> None:
    """A page that goes on does not show it: it is no word on it."""
    noon = round(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000)
    one = Draft("a", noon, {}, {"notes": {"jotting-till": "A queue of nine"}})
    page = Draft(drafts.PAGE, noon, {}, {"seen": {"a": noon}})
    [note] = drafts.gather([page, one], {}, "").jottings
    assert (note.section, note.text, note.jotted_at.hour) == ("till", "A queue of nine", 12)
    assert drafts.gather([one], {}, "").jottings == (note,)
    assert not drafts.is_told(one, [SealedJotting(NOTE, "till", "A queue", MOMENT)])
    assert drafts.is_told(one, [note])
    two = Draft("b", noon, {}, {"seen": {"a": noon}})
    assert drafts.gather([two, one], {}, "").jottings == ()


def test_a_time_goes_along_only_with_the_answer_that_it_was_written_for() -> None:
    given = {"a": "2026-03-02T12:00:00Z", "b": "2026-03-02T12:01:00Z"}
    held = drafts.gather(
        [Draft("a", 1, {"q-a": ["1"], "q-b": ["1"]}, {"given": given})], {"q-a": ["1"], "q-b": ["2"]}, ""
    )
    assert list(held.given) == ["a"]


def test_a_photo_of_the_pocket_screen_is_told_from_one_of_a_question() -> None:
    photos = [
        {"id": str(PHOTO), "question": ""},
        {"id": str(NOTE), "question": ""},
        {"id": str(STAMP), "question": "a"},
    ]
    one = Draft("a", 1, {}, {"photos": photos, "pocket": [str(PHOTO), str(STAMP)]})
    assert [(each.question, each.is_pocket) for each in drafts.photos_on([one])] == [
        ("", True),
        ("", False),
        ("a", False),
    ]


@pytest.mark.parametrize(
    ("raw", "left_at", "holds"),
    [
        ({"q-a": ["1"]}, None, True),
        ({"q-a": ["2"]}, None, False),
        ({"q-b": ["1"]}, None, False),
        ({}, "2026-03-02T12:00:30Z", True),
        ({}, "2026-03-02T12:01:00Z", False),
    ],
)
def test_what_a_sent_visit_says_of_a_draft(raw: dict[str, list[str]], left_at: str | None, holds: bool) -> None:
    """More answers than there are no loss; another answer is, and another minute."""
    sent = Said({"q-a": ["1"], "q-c": ["x"]}, Stay(None, MOMENT))
    assert drafts.is_said(Draft("a", 1, raw, {"left_at": left_at}), sent) is holds


def test_a_time_that_the_sent_visit_lacks_is_not_said() -> None:
    assert not drafts.is_said(Draft("a", 1, {}, {"left_at": "2026-03-02T12:00:00Z"}), Said({}))


def test_a_stamp_that_nobody_sorted_arrives_under_its_id() -> None:
    one = Draft("a", 1, {}, {"stamps": [{"id": str(STAMP), "at": "2026-03-02T12:00:00Z"}]})
    assert not drafts.is_told(one, [SealedJotting(NOTE, "", "Time stamp", MOMENT)])
    assert drafts.is_told(one, [SealedJotting(STAMP, "", "Time stamp", MOMENT)])
