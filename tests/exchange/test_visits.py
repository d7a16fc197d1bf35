import time
from datetime import date, datetime

import pytest

from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Method
from fieldstudy.exchange import visits
from fieldstudy.exchange.visits import VisitRow, VisitsFile
from tests.exchange.files import checklist_file, places, refused, shop, utc, workbook
from tests.exchange.files import read as read_checklist

HEAD = "store,fieldworker,method,started_at,ended_at"
VISIT = "B1,S1,mystery_shopping,2026-03-01T10:30,2026-03-01T11:00"
WATCHED = VISIT.replace("mystery_shopping", "non_participant_observation")
ZONES = {"B1": "Europe/Rome", "B2": "Asia/Muscat"}


@pytest.fixture(scope="module")
def checklist() -> Checklist:
    return shop()


def read(checklist: Checklist, text: str) -> VisitsFile:
    return visits.read_visits("visits.csv", text.encode(), checklist, ZONES)


def one(checklist: Checklist, columns: str = "greeted", values: str = "yes", visit: str = VISIT) -> VisitRow:
    return read(checklist, f"{HEAD},{columns}\n{visit},{values}\n").rows[0]


def refused_one(
    checklist: Checklist, columns: str, values: str, visit: str = VISIT
) -> list[tuple[str, int | None, str]]:
    return places(refused(read, checklist, f"{HEAD},{columns}\n{visit},{values}\n"))


def answers(row: VisitRow) -> dict[str, Answer]:
    return {answer.question: answer for answer in row.reading.answers}


def started(checklist: Checklist, text: str, store: str = "B1") -> datetime:
    visit = f"{store},S1,mystery_shopping,{text},"
    return one(checklist, visit=visit).started_at


def test_a_visit_is_read(checklist: Checklist) -> None:
    row = one(checklist)
    assert (row.row, row.store, row.fieldworker, row.method) == (2, "B1", "S1", Method.MYSTERY_SHOPPING)
    assert (row.id, row.reading.problems) == ("", ())


def test_a_time_without_a_zone_is_the_time_of_the_store(checklist: Checklist) -> None:
    assert started(checklist, "2026-03-01T10:30") == utc(2026, 3, 1, 9, 30)
    assert started(checklist, "2026-03-01 10:30", "B2") == utc(2026, 3, 1, 6, 30)


@pytest.mark.parametrize("text", ["2026-03-01T10:30Z", "2026-03-01T12:30+02:00"])
def test_a_time_with_a_zone_is_taken_at_its_word(checklist: Checklist, text: str) -> None:
    assert started(checklist, text) == utc(2026, 3, 1, 10, 30)


def spring(start: str, end: str = "") -> str:
    return f"B1,S1,mystery_shopping,2026-03-29T{start},{end and f'2026-03-29T{end}'}"


def autumn(start: str, end: str = "") -> str:
    return f"B1,S1,mystery_shopping,2026-10-25T{start},{end and f'2026-10-25T{end}'}"


@pytest.mark.parametrize(
    ("visit", "start", "end", "noted"),
    [
        # 25 October: 02:30 of summer is 00:30 UTC, 02:10 of winter 01:10 UTC, forty minutes later.
        (autumn("02:30", "02:10"), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 10), ["twice", "twice"]),
        (autumn("02:10", "02:30"), utc(2026, 10, 25, 0, 10), utc(2026, 10, 25, 0, 30), ["twice", "twice"]),
        (autumn("02:10+01:00", "02:30+01:00"), utc(2026, 10, 25, 1, 10), utc(2026, 10, 25, 1, 30), []),
        (autumn("01:50", "03:10"), utc(2026, 10, 24, 23, 50), utc(2026, 10, 25, 2, 10), []),
        # 29 March: there is no 02:30; by the clock of winter it is 01:30 UTC, by the clocks of the town 03:30.
        (spring("02:30"), utc(2026, 3, 29, 1, 30), None, ["skipped"]),
        (spring("01:50", "03:10"), utc(2026, 3, 29, 0, 50), utc(2026, 3, 29, 1, 10), []),
        (spring("02:30+01:00", "03:40"), utc(2026, 3, 29, 1, 30), utc(2026, 3, 29, 1, 40), []),
    ],
)
def test_the_hour_of_the_clock_change_is_read_and_noted(
    checklist: Checklist, visit: str, start: datetime, end: datetime | None, noted: list[str]
) -> None:
    file = read(checklist, f"{HEAD},greeted\n{visit},yes\n")
    assert (file.rows[0].started_at, file.rows[0].ended_at) == (start, end)
    assert [n.key for n in file.notes if n.key.startswith("hour_")] == [f"hour_{hour}" for hour in noted]


@pytest.mark.parametrize(
    ("visit", "end", "example"),
    [
        # By a clock that was not put forward, 02:30 and 03:10 are 01:30 and 02:10 UTC.
        (spring("02:30", "03:10"), "2026-03-29T03:10+02:00", "2026-03-29T03:10+01:00"),
        (spring("02:30+01:00", "03:10"), "2026-03-29T03:10+02:00", "2026-03-29T03:10+01:00"),
        (spring("02:30", "03:10:30+02:00"), "2026-03-29T03:10:30+02:00", "2026-03-29T03:10:30+01:00"),
    ],
)
def test_a_clock_change_that_turns_start_and_end_round_is_explained(
    checklist: Checklist, visit: str, end: str, example: str
) -> None:
    (problem,) = refused(read, checklist, f"{HEAD},greeted\n{visit},yes\n")
    assert (problem.key, problem.row, problem.column) == ("ended_before_by_offset", 2, "ended_at")
    assert (problem.values["start"], problem.values["end"]) == ("2026-03-29T02:30+01:00", end)
    assert problem.values["example"] == example


def test_what_the_message_of_the_clock_change_says_to_write_is_taken(checklist: Checklist) -> None:
    (problem,) = refused(read, checklist, f"{HEAD},greeted\n{spring('02:30', '03:10')},yes\n")
    visit = f"B1,S1,mystery_shopping,{problem.values['start']},{problem.values['example']}"
    row = read(checklist, f"{HEAD},greeted\n{visit},yes\n").rows[0]
    assert (row.started_at, row.ended_at) == (utc(2026, 3, 29, 1, 30), utc(2026, 3, 29, 2, 10))


@pytest.mark.parametrize(
    "visit",
    [
        spring("03:40", "02:30"),  # 01:40 UTC, and by whichever clock 02:30 at the latest 01:30
        spring("02:40", "02:30"),
        autumn("03:10", "02:50"),  # even the second 02:50 is before
        autumn("02:50+01:00", "02:10"),
    ],
)
def test_no_offset_is_offered_where_none_would_help(checklist: Checklist, visit: str) -> None:
    (problem,) = refused(read, checklist, f"{HEAD},greeted\n{visit},yes\n")
    assert (problem.key, problem.row, problem.column) == ("ended_before_started", 2, "ended_at")


def test_visits_outside_the_wave_are_noted_row_by_row(checklist: Checklist) -> None:
    days = ["2025-07-01", "2026-03-01T00:10", "2026-03-31T23:50", "2031-07-01"]
    rows = [f"B1,S{number},mystery_shopping,{day},,yes" for number, day in enumerate(days)]
    text = "\n".join([f"{HEAD},greeted", *rows])
    file = visits.read_visits("v.csv", text.encode(), checklist, ZONES, (date(2026, 3, 1), date(2026, 3, 31)))
    noted = [(note.row, note.values["value"]) for note in file.notes if note.key == "outside_wave"]
    assert noted == [(2, "2025-07-01"), (5, "2031-07-01")]


def test_a_whole_file_of_another_year_is_counted(checklist: Checklist) -> None:
    text = "\n".join([f"{HEAD},greeted", *(f"B1,S{n},mystery_shopping,2025-07-01,,yes" for n in range(23))])
    file = visits.read_visits("v.csv", text.encode(), checklist, ZONES, (date(2026, 3, 1), date(2026, 3, 31)))
    keys = [note.key for note in file.notes if note.key.endswith("outside_wave")]
    assert keys == ["outside_wave"] * 20 + ["more_outside_wave"]
    assert file.notes[-1].values["count"] == "3"


def test_a_day_without_a_time_begins_at_midnight_in_the_store(checklist: Checklist) -> None:
    assert started(checklist, "2026-07-01") == utc(2026, 6, 30, 22, 0)


def test_the_end_may_be_unknown(checklist: Checklist) -> None:
    assert one(checklist, visit="B1,S1,mystery_shopping,2026-03-01,").ended_at is None


def test_start_and_end_answer_the_silent_questions_in_local_time(checklist: Checklist) -> None:
    assert answers(one(checklist))["started"].value == "2026-03-01T10:30"


def test_answers_are_read(checklist: Checklist) -> None:
    row = one(checklist, "greeted,several,wait,people,day", "yes,no yes,2:30,4,2026-03-01")
    values = {name: answer.value for name, answer in answers(row).items() if name != "started"}
    assert values == {"greeted": "yes", "several": "yes no", "wait": "150", "people": "4", "day": "2026-03-01"}


def test_comments_are_read(checklist: Checklist) -> None:
    row = one(checklist, "greeted,greeted__comment", 'no,"nobody, really"')
    assert answers(row)["greeted"].comment == "nobody, really"


def test_na_of_a_number_is_not_applicable(checklist: Checklist) -> None:
    assert answers(one(checklist, "people", "na"))["people"] == Answer("people", "", True)


def test_na_of_a_choice_selects_the_choice_that_means_so(checklist: Checklist) -> None:
    assert answers(one(checklist, "sign", "na"))["sign"] == Answer("sign", "not_there", True)


def test_na_of_a_choice_that_always_applies_is_refused(checklist: Checklist) -> None:
    assert refused_one(checklist, "greeted", "na") == [("unknown_choice", 2, "greeted")]


def test_an_empty_cell_is_unanswered(checklist: Checklist) -> None:
    assert "people" not in answers(one(checklist, "greeted,people", "yes,"))


def test_a_hole_in_a_required_question_is_noted_once_for_all_rows(checklist: Checklist) -> None:
    file = read(checklist, f"{HEAD},greeted,people\n{VISIT},yes,1\n{VISIT},,2\n{VISIT},,3\n")
    notes = [(n.key, n.row, n.column, n.values["count"]) for n in file.notes if n.key == "required_but_empty"]
    assert notes == [("required_but_empty", 3, "greeted", "2")]
    assert [row.reading.problems for row in file.rows] == [(), (), ()]


def test_questions_without_a_column_are_noted(checklist: Checklist) -> None:
    note = read(checklist, f"{HEAD},greeted,day,why\n{VISIT},no,,\n").notes[0]
    assert (note.key, note.values) == ("questions_without_column", {"names": "sign, several, wait, people"})


def test_an_answer_that_its_condition_does_not_ask_for_is_left_out_with_a_note(checklist: Checklist) -> None:
    file = read(checklist, f"{HEAD},greeted,why\n{VISIT},yes,because\n")
    assert "why" not in answers(file.rows[0])
    assert ("not_relevant_left_out", 2, "why") in [(note.key, note.row, note.column) for note in file.notes]


def test_columns_that_nobody_answers_are_left_out_with_a_note(checklist: Checklist) -> None:
    file = read(checklist, f"{HEAD},greeted,photo,started\n{VISIT},yes,a.jpg,now\n")
    left_out = [note.column for note in file.notes if note.key == "column_left_out"]
    assert left_out == ["photo", "started"]


@pytest.mark.parametrize(
    ("columns", "values", "key"),
    [
        ("greeted", "maybe", "unknown_choice"),
        ("greeted", "yes no", "one_choice"),
        ("people", "many", "not_an_integer"),
        ("people", "11", "constraint"),
        ("wait", "-5", "not_a_time_span"),
        ("day", "1/3/2026", "not_a_date"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_question(
    checklist: Checklist, columns: str, values: str, key: str
) -> None:
    assert refused_one(checklist, columns, values) == [(key, 2, columns)]


def test_the_authors_own_message_is_told(checklist: Checklist) -> None:
    assert refused(read, checklist, f"{HEAD},people\n{VISIT},11\n")[0].values == {"message": "Ten at most"}


@pytest.mark.parametrize("column", ["greeted", "greeted__comment"])
def test_an_answer_that_the_method_may_not_give_is_refused(checklist: Checklist, column: str) -> None:
    assert refused_one(checklist, column, "yes", WATCHED) == [("not_for_method", 2, column)]


def test_a_watched_visit_lacks_nothing_that_only_participants_answer(checklist: Checklist) -> None:
    file = read(checklist, f"{HEAD},greeted,people\n{WATCHED},,1\n")
    assert "required_but_empty" not in [note.key for note in file.notes]


def test_an_unknown_question_is_refused_in_the_header(checklist: Checklist) -> None:
    assert refused_one(checklist, "Greet", "yes") == [("unknown_question", 1, "Greet")]


@pytest.mark.parametrize(
    ("visit", "key", "column"),
    [
        (",S1,mystery_shopping,2026-03-01,", "missing_cell", "store"),
        ("B1,,mystery_shopping,2026-03-01,", "missing_cell", "fieldworker"),
        ("B1,S1,,2026-03-01,", "missing_cell", "method"),
        ("B1,S1,mystery_shopping,,", "missing_cell", "started_at"),
        ("B9,S1,mystery_shopping,2026-03-01,", "unknown_store", "store"),
        ("B1,S1,phone_call,2026-03-01,", "unknown_value", "method"),
        ("B1,S1,mystery_shopping,01/03/2026,", "not_a_moment", "started_at"),
        ("B1,S1,mystery_shopping,0001-01-01,", "not_a_moment", "started_at"),
        ("B1,S1,mystery_shopping,2026-03-01,2026-02-28", "ended_before_started", "ended_at"),
        ("B1," + "S" * 81 + ",mystery_shopping,2026-03-01,", "text_too_long", "fieldworker"),
    ],
)
def test_a_wrong_head_is_refused_with_its_place(checklist: Checklist, visit: str, key: str, column: str) -> None:
    assert refused_one(checklist, "greeted", "yes", visit) == [(key, 2, column)]


def test_a_file_that_answers_nothing_is_refused(checklist: Checklist) -> None:
    assert places(refused(read, checklist, f"{HEAD}\n{VISIT}\n")) == [("no_question", 1, "")]


def test_a_missing_column_is_refused(checklist: Checklist) -> None:
    assert places(refused(read, checklist, "store,method,started_at\nB1,mystery_shopping,2026-03-01\n")) == [
        ("missing_column", 1, "fieldworker")
    ]


def test_an_id_that_comes_twice_is_refused(checklist: Checklist) -> None:
    text = f"{HEAD},id,greeted\n{VISIT},7,yes\n{VISIT},7,no\n"
    assert places(refused(read, checklist, text)) == [("duplicate_id", 3, "id")]


def test_the_same_visit_twice_is_noted(checklist: Checklist) -> None:
    notes = read(checklist, f"{HEAD},greeted\n{VISIT},yes\n{VISIT},yes\n").notes
    assert ("same_visit_twice", 3) in [(note.key, note.row) for note in notes]


def test_headers_are_found_whatever_their_case(checklist: Checklist) -> None:
    text = f"{HEAD.upper()},Greeted\n{VISIT},yes\n"
    assert answers(read(checklist, text).rows[0])["greeted"].value == "yes"


def test_visits_are_read_from_a_workbook(checklist: Checklist) -> None:
    head = ["store", "fieldworker", "method", "started_at", "ended_at", "people", "wait"]
    row = ["B1", "S1", "mystery_shopping", datetime(2026, 3, 1, 10, 30), None, 3.0, 75]  # noqa: DTZ001 as sheets have it
    file = visits.read_visits("visits.xlsx", workbook(Visits=[head, row]), checklist, ZONES)
    assert file.rows[0].started_at == utc(2026, 3, 1, 9, 30)
    assert answers(file.rows[0])["people"].value == "3"


def test_nothing_is_read_if_one_row_is_wrong(checklist: Checklist) -> None:
    text = f"{HEAD},greeted\n{VISIT},yes\n{VISIT},maybe\n{VISIT},no\n"
    assert places(refused(read, checklist, text)) == [("unknown_choice", 3, "greeted")]


def test_two_thousand_visits_of_forty_questions_take_seconds() -> None:
    names = [f"q{number}" for number in range(40)]
    rows = [["type", "name", "label"], *(["select_one yes_no", name, name] for name in names)]
    checklist = read_checklist(checklist_file(rows)).checklist
    lines = [f"B1,S{number},mystery_shopping,2026-03-01,," + ",".join(["yes", "no"] * 20) for number in range(2_000)]
    started = time.perf_counter()
    file = read(checklist, "\n".join([f"{HEAD},{','.join(names)}", *lines]))
    assert (len(file.rows), time.perf_counter() - started < 20) == (2_000, True)
