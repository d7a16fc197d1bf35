"""What stays with the agency: which questions, and what is left of a visit without them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fieldstudy.core import experience, internal, snapshots, stance
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import AUTOMATIC, Band, Checklist, Critical, CriticalRule, Method, Question, QuestionType
from fieldstudy.core.moments import Moment
from fieldstudy.core.scoring import QuestionScore, SectionScore
from fieldstudy.core.snapshots import JottingRecord, PhotoRecord, VisitRecord
from tests import factories as make

ZERO = make.Decimal(0)
BANDS = (Band(">", ZERO, make.Decimal(1)), Band("", None, ZERO))


def checklist() -> Checklist:
    """A door with an internal sum of money in it, and a touchpoint of internal questions alone."""
    door = make.section("door", make.question("greeted"), make.question("money", QuestionType.DECIMAL, internal=True))
    costs = make.section("costs", make.question("bus", QuestionType.DECIMAL, internal=True))
    return Checklist("shop", make.text("Shop"), (door, costs))


def visit() -> VisitRecord:
    return VisitRecord(
        number=1,
        method=Method.MYSTERY_SHOPPING,
        is_headline=True,
        started_at=make.NOON,
        ended_at=make.NOON + timedelta(minutes=20),
        gold_role="",
        disclosure="",
        scenario="",
        raw=ZERO,
        final=ZERO,
        fired=(),
        sections=(SectionScore("door", ZERO, ZERO, ZERO), SectionScore("costs", ZERO, ZERO, ZERO)),
        questions=(QuestionScore("greeted", ZERO, ZERO),),
        answers=(Answer("greeted", "yes"), Answer("money", "90", comment="By card"), Answer("bus", "4")),
        encounters=(Encounter("door", 1), Encounter("costs", 2)),
        jottings=(JottingRecord("door", make.NOON, "Warm"), JottingRecord("costs", make.NOON, "Line 11")),
        photos=(PhotoRecord("money", "a" * 64, make.NOON, 1, 1), PhotoRecord("greeted", "b" * 64, make.NOON, 1, 1)),
        moments=(("money", Moment.IN_STORE), ("greeted", Moment.IN_STORE)),
    )


@pytest.mark.parametrize("type_", sorted(AUTOMATIC))
def test_what_the_phone_fills_in_is_internal(type_: QuestionType) -> None:
    assert internal.is_internal(Question("q", type_))


@pytest.mark.parametrize("type_", sorted(set(QuestionType) - AUTOMATIC))
def test_what_somebody_answers_is_not(type_: QuestionType) -> None:
    assert not internal.is_internal(Question("q", type_))


@pytest.mark.parametrize(
    ("question", "is_internal"),
    [
        (Question("q", QuestionType.CALCULATE, is_scored=True), False),
        (Question("q", QuestionType.CALCULATE, role="engagement"), False),
        (Question("q", QuestionType.CALCULATE, internal=False), False),
        (Question("q", QuestionType.CALCULATE, bands=BANDS, critical=Critical(CriticalRule.TOTAL_ZERO)), False),
        (Question("q", QuestionType.CALCULATE, critical=Critical(CriticalRule.TOTAL_ZERO)), True),
        (Question("q", QuestionType.DECIMAL, internal=True), True),
    ],
)
def test_points_a_role_and_the_file_decide(question: Question, is_internal: bool) -> None:
    assert internal.is_internal(question) == is_internal


def test_a_client_does_not_know_them() -> None:
    shown = internal.for_client(checklist())
    known = {section.name: [q.name for q in section.questions] for section in shown.sections}
    assert (known, internal.sections(checklist(), shown)) == ({"door": ["greeted"]}, {"costs"})


def test_nothing_of_them_is_left_in_a_visit() -> None:
    left = snapshots.visit_for_client(visit(), checklist(), internal.for_client(checklist()))
    assert [answer.question for answer in left.answers] == ["greeted"]
    assert [photo.question for photo in left.photos] == ["greeted"]
    assert [name for name, _ in left.moments] == ["greeted"]
    assert {one.section for part in (left.sections, left.encounters, left.jottings) for one in part} == {"door"}


def unmarked(**money: object) -> Checklist:
    return replace(
        checklist(),
        sections=(make.section("door", make.question("money", QuestionType.DECIMAL, **money), make.question("dog")),),
    )


def known(*versions: Checklist, latest: Checklist) -> list[set[str]]:
    """What the client knows of each version, the oldest first."""
    by_number = dict(enumerate(versions, start=1))
    return [{q.name for q in shown.questions} for _, shown in sorted(internal.of_versions(by_number, latest).items())]


def test_a_mark_covers_older_versions() -> None:
    assert known(unmarked(), checklist(), latest=checklist()) == [{"dog"}, {"greeted"}]


def test_a_mark_in_a_version_that_nobody_used_yet_covers_them_too() -> None:
    assert known(unmarked(), latest=checklist()) == [{"dog"}]


def test_what_is_not_marked_any_more_is_shown_from_then_on() -> None:
    assert known(checklist(), unmarked(is_scored=False), latest=unmarked()) == [{"greeted"}, {"money", "dog"}]


def test_what_had_points_stays_where_it_had_them() -> None:
    """Its points are in sums that the client reads."""
    assert known(unmarked(is_scored=True), checklist(), latest=checklist()) == [{"money", "dog"}, {"greeted"}]


def test_an_expectation_of_what_is_not_shown_has_no_pair() -> None:
    hoped = make.question("hoped", role="expectation_of:money")
    asked = replace(checklist(), sections=(make.section("door", hoped, *checklist().sections[0].questions),))
    assert experience.expectations(internal.for_client(asked), []) == ()


@pytest.mark.parametrize(
    ("chosen", "read"),
    [
        (None, {Method.PARTICIPANT_OBSERVATION, Method.NON_PARTICIPANT_OBSERVATION}),
        ((), set()),
        ((Method.MYSTERY_SHOPPING,), {Method.MYSTERY_SHOPPING}),
    ],
)
def test_jottings_of_observers_reach_the_client_unless_the_study_says_otherwise(
    chosen: tuple[Method, ...] | None, read: set[Method]
) -> None:
    assert {method for method in Method if stance.jottings_reach_client(chosen, method)} == read
