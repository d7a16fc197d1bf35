"""Files that mean harm, or were harmed on their way: each is told with row and column, and none is half taken in."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core.checklist import Checklist
from fieldstudy.exchange import downloads, stores, tables, visits, xlsform
from fieldstudy.exchange.downloads import Kind, Sheet
from tests.exchange.files import checklist_file, one_question, places, refused
from tests.factories import small_checklist

HEAD = "store,fieldworker,method,started_at,ended_at,greeted,greeted__comment"


def row(start: str = "2026-03-01T10:30", end: str = "", comment: str = "") -> str:
    return f"B1,S1,mystery_shopping,{start},{end},yes,{comment}"


def read_visits(data: bytes, zone: str = "Europe/Rome") -> visits.VisitsFile:
    return visits.read_visits("v.csv", data, small_checklist(), {"B1": zone})


def visit_file(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode()


def read_stores(**cells: str) -> stores.StoresFile:
    row = {"code": "B1", "name": "Uno", **cells}
    return stores.read_stores("s.csv", tables.write_csv(list(row), [list(row.values())]))


def read_checklist(data: bytes) -> Checklist:
    return xlsform.parse_checklist("c.xlsx", data).checklist


# Visits


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        ("0000-01-01", "Europe/Rome"),
        ("0001-01-01T00:00Z", "America/New_York"),
        ("1026-03-01T10:30", "Europe/Rome"),
        ("9999-12-31T23:59Z", "Europe/Rome"),
        ("9999-12-31T23:59", "Europe/Rome"),
        ("2026-02-30", "Europe/Rome"),
        ("٢٠٢٦-٠٣-٠١", "Europe/Rome"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_row_and_column(start: str, zone: str) -> None:
    found = refused(read_visits, visit_file(row(), row(start)), zone)
    assert places(found) == [("not_a_moment", 3, "started_at")]


def test_an_end_at_the_end_of_the_calendar_is_refused() -> None:
    found = refused(read_visits, visit_file(row(end="9999-12-31T23:59-12:00")))
    assert places(found) == [("not_a_moment", 2, "ended_at")]


@pytest.mark.parametrize("size", [140_000, 10_000_000])
def test_a_cell_that_is_far_too_large_is_called_so(size: int) -> None:
    found = refused(read_visits, visit_file(row(), row(comment="x" * size)))
    assert places(found) == [("cell_too_large", 3, "")]


def test_a_large_cell_is_not_printed_whole() -> None:
    (problem,) = refused(read_visits, visit_file(row("y" * 100_000)))
    assert (problem.row, problem.column, len(problem.values["value"])) == (2, "started_at", 201)


@pytest.mark.parametrize(("character", "code"), [("\0", "U+0000"), ("\x1b", "U+001B"), ("\x07", "U+0007")])
def test_a_character_that_no_text_has_is_told_with_its_row(character: str, code: str) -> None:
    (problem,) = refused(read_visits, visit_file(row(), row(comment=f"a{character}b")))
    assert (problem.key, problem.row, problem.values["code"]) == ("control_character", 3, code)


def test_half_a_character_at_the_end_of_utf_16_is_not_swallowed() -> None:
    whole = visit_file(row(comment="è")).decode().encode("utf-16")
    assert read_visits(whole).rows[0].reading.answers[0].comment == "è"
    assert refused(read_visits, whole + b"x")[0].key == "not_a_table"


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-32"])
def test_codings_that_cannot_be_told_are_refused(coding: str) -> None:
    assert refused(read_visits, visit_file(row()).decode().encode(coding))[0].key == "not_a_table"


def test_line_ends_of_every_kind_within_a_cell_are_one() -> None:
    data = HEAD.encode() + b'\r\nB1,S1,mystery_shopping,2026-03-01T10:30,,yes,"a\r\nb\rc\nd"\r\n'
    assert read_visits(data).rows[0].reading.answers[0].comment == "a\nb\nc\nd"


@pytest.mark.parametrize("text", ["1e309", "NaN", "Infinity", "-inf", "٣", "9" * 30])
def test_a_number_that_is_none_is_refused_with_row_and_column(text: str) -> None:
    data = f"store,fieldworker,method,started_at,wait\nB1,S1,mystery_shopping,2026-03-01T10:30,{text}\n".encode()
    assert places(refused(read_visits, data)) == [("not_a_time_span", 2, "wait")]


# Stores


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "europe/rome", "../etc/passwd", "Europe", "x" * 99]
)
def test_a_time_zone_that_a_browser_does_not_know_is_refused(name: str) -> None:
    assert places(refused(lambda: read_stores(timezone=name))) == [("unknown_timezone", 2, "timezone")]


@pytest.mark.parametrize("text", ["NaN", "1e309", "Infinity", "٤", "--1"])
def test_a_position_that_is_none_is_refused(text: str) -> None:
    assert places(refused(lambda: read_stores(latitude=text, longitude="1"))) == [("not_a_number", 2, "latitude")]


# Checklists


def waiting(*rows: tuple[str, str, str, str], group: str = "") -> bytes:
    """Questions as (type, name, relevant, calculation), in rows from 3 on."""
    lines = [[type_, name, name, relevant, calculation] for type_, name, relevant, calculation in rows]
    begin, end = ["begin_group", "door", "Door", group, ""], ["end_group", None, None, None, None]
    return checklist_file([["type", "name", "label", "relevant", "calculation"], begin, *lines, end])


ASK = "select_one yes_no"


@pytest.mark.parametrize(
    ("data", "place", "names"),
    [
        (waiting((ASK, "a", "${b} = 'yes'", ""), (ASK, "b", "${a} = 'yes'", "")), (3, "relevant"), {"a", "b"}),
        (
            waiting((ASK, "a", "${c} = 'yes'", ""), (ASK, "b", "${a} = 'yes'", ""), (ASK, "c", "${b} != 'no'", "")),
            (3, "relevant"),
            {"a", "b", "c"},
        ),
        (
            waiting((ASK, "z", "", ""), ("calculate", "a", "", "${b}"), ("calculate", "b", "", "${a}")),
            (4, "calculation"),
            {"a", "b"},
        ),
        (waiting((ASK, "a", "", ""), group="${a} = 'yes'"), (2, "relevant"), {"a"}),
    ],
)
def test_conditions_that_go_round_in_a_circle_are_refused(data: bytes, place: tuple[int, str], names: set[str]) -> None:
    (problem,) = refused(read_checklist, data)
    assert (problem.key, problem.row, problem.column) == ("condition_in_a_circle", *place)
    circle = problem.values["names"].split(" → ")
    assert (circle[0], set(circle)) == (circle[-1], names)


def test_a_condition_may_look_ahead() -> None:
    checklist = read_checklist(
        waiting((ASK, "a", "${b} = 'yes'", ""), (ASK, "b", "", ""), (ASK, "c", "${a} = 'no'", ""))
    )
    assert [question.name for question in checklist.questions] == ["a", "b", "c"]


def points(most: Any, weight: Any, type_: str = "select_one two") -> bytes:
    choices = [["list_name", "name", "label", "points"], ["two", "yes", "Yes", most], ["two", "no", "No", 0]]
    survey = [
        ["type", "name", "label", "weight"],
        ["begin_group", "door", "Door", None],
        [type_, "q", "Question", weight],
        ["end_group", None, None, None],
    ]
    return checklist_file(survey, choices)


def test_points_that_no_database_could_add_are_refused() -> None:
    (problem,) = refused(read_checklist, points(1_000_000, 2))
    assert (problem.key, problem.row, problem.column, problem.values["value"]) == (
        "points_too_large",
        3,
        "weight",
        "q",
    )
    assert [each.weight for each in read_checklist(points(-1_000_000, 1)).questions] == [Decimal(1)]


@pytest.mark.parametrize(
    ("column", "value"), [("internal", "perhaps"), ("weight", "1e309"), ("weight", "NaN"), ("norm", "٣")]
)
def test_a_wrong_value_is_refused_with_row_and_column(column: str, value: str) -> None:
    (problem,) = refused(read_checklist, one_question(**{column: value}))
    assert (problem.row, problem.column, problem.values["value"]) == (3, column, value)


def test_a_label_without_end_is_refused() -> None:
    found = refused(read_checklist, one_question(hint="x" * 10_001))
    assert places(found) == [("text_too_long", 3, "hint")]


# Tables out

BEGINNINGS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "'=1",
    "  =1",
    "\xa0=1",
    "\ufeff\u200b@x",
]


def written(text: str, decimal_mark: str) -> str:
    sheet = Sheet("x", ["a", "b"], [[text, "b"]])
    return downloads.write(sheet, Kind.CSV, decimal_mark).decode("utf-8-sig")


def is_a_formula(cell: str) -> bool:
    return cell.lstrip('"\t\r \xa0\u200b\ufeff').startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("decimal_mark", [".", ","])
@pytest.mark.parametrize("opened_with", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "x,", "x;", "x\t", 'x;"', "x\n", "x,;"])
@pytest.mark.parametrize("text", BEGINNINGS)
def test_no_cell_is_a_formula_whatever_separator_the_file_is_opened_with(
    text: str, before: str, opened_with: str, decimal_mark: str
) -> None:
    rows = csv.reader(io.StringIO(written(before + text, decimal_mark), newline=""), delimiter=opened_with)
    assert [cell for cells in rows for cell in cells if is_a_formula(cell)] == []


@given(st.text(alphabet="a'=+-@,;\t\n\" ＝\xa0\ufeff", max_size=12))
def test_what_was_guarded_reads_back(text: str) -> None:
    assert tables.unguarded(tables.guarded(text)) == text
