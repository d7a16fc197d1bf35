"""Dates, numbers and problems as a reader of each language would write them."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from fieldstudy import words
from fieldstudy.core.answers import Problem
from fieldstudy.core.checklist import CriticalRule, Method, Phase, Text
from fieldstudy.core.lifecycle import State
from fieldstudy.reports import points as report_points
from fieldstudy.words import grounds, names, problems

D = Decimal
IT, EN = words.of("it"), words.of("en")


@pytest.mark.parametrize(
    ("fraction", "decimals", "italian", "english"),
    [
        ("0.74", 0, "74\N{NO-BREAK SPACE}%", "74\N{NO-BREAK SPACE}%"),
        ("0.888888888889", 1, "88,9\N{NO-BREAK SPACE}%", "88.9\N{NO-BREAK SPACE}%"),
        ("0.745", 0, "75\N{NO-BREAK SPACE}%", "75\N{NO-BREAK SPACE}%"),
        ("1", 1, "100,0\N{NO-BREAK SPACE}%", "100.0\N{NO-BREAK SPACE}%"),
    ],
)
def test_percent_rounds_half_up(fraction: str, decimals: int, italian: str, english: str) -> None:
    assert IT.percent(D(fraction), decimals) == italian
    assert EN.percent(D(fraction), decimals) == english


@pytest.mark.parametrize(
    ("points", "italian"),
    [("11.50", "11,5"), ("20", "20"), ("0.25", "0,25"), ("1144", "1.144"), ("0.125", "0,13"), ("-1.5", "−1,5")],
)
def test_points_take_as_many_decimals_as_they_need(points: str, italian: str) -> None:
    assert IT.points(D(points)) == italian


@pytest.mark.parametrize(
    ("observed", "norm", "said"), [("58", "90", "−32"), ("92", "90", "+2"), ("90", "90", "0"), ("90", "87.5", "+2.5")]
)
def test_a_gap_has_a_true_sign(observed: str, norm: str, said: str) -> None:
    assert EN.gap(D(observed), D(norm)) == said


def test_a_rounded_nothing_has_no_minus() -> None:
    assert EN.number(D("-0.2")) == "0"


@pytest.mark.parametrize(
    ("first", "last", "italian", "english"),
    [
        (date(2026, 10, 2), date(2026, 10, 19), "dal 2 al 19 ottobre 2026", "between 2 and 19 October 2026"),
        (date(2026, 10, 8), date(2026, 10, 11), "dall'8 all'11 ottobre 2026", "between 8 and 11 October 2026"),
        (date(2026, 9, 28), date(2026, 10, 1), "dal 28 settembre al 1° ottobre 2026", None),
        (date(2026, 10, 1), date(2026, 10, 31), "dal 1° al 31 ottobre 2026", "between 1 and 31 October 2026"),
        (date(2026, 10, 1), date(2026, 12, 15), "dal 1° ottobre al 15 dicembre 2026", None),
        (date(2026, 10, 11), date(2026, 12, 1), "dall'11 ottobre al 1° dicembre 2026", None),
        (date(2026, 10, 1), date(2026, 10, 1), "il 1° ottobre 2026", "on 1 October 2026"),
        (date(2025, 12, 30), date(2026, 1, 3), "dal 30 dicembre 2025 al 3 gennaio 2026", None),
        (date(2026, 10, 8), date(2026, 10, 8), "l'8 ottobre 2026", "on 8 October 2026"),
    ],
)
def test_a_span_of_days(first: date, last: date, italian: str, english: str | None) -> None:
    assert IT.days(first, last) == italian
    assert english in (None, EN.days(first, last))


def test_a_moment() -> None:
    assert IT.moment(datetime(2026, 10, 9, 16, 42, tzinfo=UTC)) == "9 ottobre 2026, 16:42"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (130, "2_min 10_s"),
        (45, "45_s"),
        (120, "2_min"),
        (3900, "1_h 5_min"),
        (0, "0_s"),
        (61.5, "1_min 2_s"),
        (D("60.5"), "1_min 1_s"),
    ],
)
def test_a_length_of_time_leaves_out_what_is_nothing(seconds: Decimal | float, said: str) -> None:
    assert EN.seconds(seconds) == said.replace("_", "\N{NO-BREAK SPACE}")


def test_a_plural_follows_its_number() -> None:
    assert IT.visits_of(Method.MYSTERY_SHOPPING, 1) == "1 visita in incognito"
    assert IT.visits_of(Method.MYSTERY_SHOPPING, 2) == "2 visite in incognito"


def test_a_language_without_a_catalogue_is_said_as_in_the_code() -> None:
    assert words.of("de").gettext("moment of truth") == "moment of truth"


def test_the_author_s_message_comes_first() -> None:
    problem = Problem("q-x", "required", message=Text({"it": "Manca il saluto.", "en": "The greeting is missing."}))
    assert IT.problem(problem) == "Manca il saluto."


def test_a_problem_shows_what_was_typed_as_it_was_typed() -> None:
    assert EN.problem(Problem("q-x", "not_a_number", {"value": "1,5 %(x)s"})) == "“1,5 %(x)s” is not a number."


def test_a_limit_is_written_as_the_reader_writes_it() -> None:
    problem = Problem("q-x", "out_of_range", {"low": "0.5", "high": "10000", "step": "0.25"})
    assert IT.problem(problem) == "Scrivi un numero da 0,5 a 10.000, a passi di 0,25."


def test_a_range_without_an_end_is_said_without_one() -> None:
    problem = Problem("q-x", "out_of_range", {"low": "0", "high": "", "step": "1"})
    assert EN.problem(problem) == "Please give a number from 0 upwards, in steps of 1."


VALUES = {"value": "x", "allowed": "a, b", "limit": "10", "low": "0", "high": "10", "step": "1"}


@pytest.mark.parametrize("key", sorted(problems.ANSWER_SENTENCES))
@pytest.mark.parametrize("said", [IT, EN], ids=["it", "en"])
def test_every_problem_of_an_answer_has_a_sentence(key: str, said: words.Words) -> None:
    sentence = said.problem(Problem("q-x", key, VALUES))
    assert sentence.endswith((".", "!"))
    assert "%" not in sentence


@dataclass(frozen=True)
class Found:
    key: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    values: dict[str, str] = field(default_factory=dict)


def test_a_problem_of_a_file_begins_with_its_place() -> None:
    said = EN.file_problem(Found("no such key", "survey", 12, "norm"))
    assert said == "Sheet survey, row 12, column norm: no such key"


@pytest.mark.parametrize("closed_list", list(names.NAMES), ids=lambda closed_list: closed_list.__name__)
def test_every_word_of_a_closed_list_has_a_name(closed_list: type[StrEnum]) -> None:
    assert set(names.NAMES[closed_list]) == set(closed_list)


@pytest.mark.parametrize("rule", list(CriticalRule))
def test_every_critical_rule_says_what_it_did(rule: CriticalRule) -> None:
    assert "%" not in EN.critical_rule(rule, D(60))


def test_a_label_begins_with_a_capital() -> None:
    assert IT.label(Phase.AWARENESS) == "Scoperta"
    assert IT.label(State.RETURNED) == "Da correggere"


def test_an_unknown_role_is_said_as_it_stands() -> None:
    assert IT.gold_role("complete_observer") == "osservatore completo"
    assert IT.gold_role("guest") == "guest"


def values_of(sentence: str | tuple[str, str]) -> dict[str, str]:
    """A sentence that counts something stands there for one and for many."""
    text = sentence if isinstance(sentence, str) else " ".join(sentence)
    return dict.fromkeys(re.findall(r"%\((\w+)\)s", text), "12")


@pytest.mark.parametrize("key", sorted(problems.FILE_SENTENCES))
def test_every_problem_of_a_file_is_said_in_both_languages(key: str) -> None:
    found = Found(key, values=values_of(problems.FILE_SENTENCES[key]))
    english, italian = EN.file_problem(found), IT.file_problem(found)
    assert english != italian
    assert "%(" not in english + italian


def test_a_method_in_a_file_is_named() -> None:
    found = Found("not_for_method", values={"method": "mystery_shopping", "value": "yes"})
    assert EN.file_problem(found).endswith("for the method mystery shopping.")


def test_the_number_of_a_row_is_no_quantity() -> None:
    found = Found("duplicate_code", values={"value": "VR01", "first_row": "1204"})
    assert IT.file_problem(found) == "Il codice «VR01» è già nella riga 1204."


def test_a_broken_constraint_in_a_file_says_the_author_s_message() -> None:
    assert EN.file_problem(Found("constraint", values={"message": "At most 10."})) == "At most 10."


@pytest.mark.parametrize(
    ("number", "the", "of", "to"),
    [
        ("0 %", "lo 0 %", "dello 0 %", "allo 0 %"),
        ("0,5 %", "lo 0,5 %", "dello 0,5 %", "allo 0,5 %"),
        ("1 %", "l'1 %", "dell'1 %", "all'1 %"),
        ("1.144", "il 1.144", "del 1.144", "al 1.144"),
        ("8", "l'8", "dell'8", "all'8"),
        ("10 %", "il 10 %", "del 10 %", "al 10 %"),
        ("11 %", "l'11 %", "dell'11 %", "all'11 %"),
        ("11.500", "l'11.500", "dell'11.500", "all'11.500"),
        ("110", "il 110", "del 110", "al 110"),
        ("18 %", "il 18 %", "del 18 %", "al 18 %"),
        ("88,5 %", "l'88,5 %", "dell'88,5 %", "all'88,5 %"),
        ("800", "l'800", "dell'800", "all'800"),
        ("−8", "il −8", "del −8", "al −8"),
    ],
)
def test_a_number_in_italian_has_the_article_of_its_sound(number: str, the: str, of: str, to: str) -> None:
    assert (IT.the(number), EN.the(number)) == (the, number)
    assert [f"{stem}{IT.after_preposition(number)}" for stem in ("de", "a")] == [of, to]


@pytest.mark.parametrize(
    ("share", "italian"),
    [("0", "Lo 0_% dei punti poggia"), ("0.83", "L'83_% dei punti poggia"), ("0.25", "Il 25_% dei punti poggia")],
)
def test_a_share_at_the_head_of_a_sentence_has_its_article(share: str, italian: str) -> None:
    assert grounds.on_evidence(IT, D(share)).startswith(italian.replace("_", "\N{NO-BREAK SPACE}"))


def test_no_italian_article_stands_fast_before_a_number() -> None:
    """Only days that are written as 2026-01-08 and moments may follow one: their numbers are not read as such."""
    text = re.compile(r"(?i)\b(il|lo|i|gli|al|dal|del|nel|sul|ai|dai|dei|nei|sui|[a-z]*l')\s?%\((\w+)\)")
    with (words.TRANSLATIONS / "it/LC_MESSAGES/messages.po").open("rb") as file:
        found = [message.string for message in read_po(file)]
    said = [one for string in found for one in (string if isinstance(string, tuple) else (string,))]
    places = {match[2] for one in said for match in text.finditer(one)}
    assert places <= {"moment", "value", "start", "end"}


@pytest.mark.parametrize(
    ("points", "said"), [("-14", "−14.0"), ("-6.94", "−6.9"), ("-0.04", "0.0"), ("0.05", "+0.1"), ("2", "+2.0")]
)
def test_a_cost_has_one_decimal_wherever_it_stands(points: str, said: str) -> None:
    assert words.of("en").cost(Decimal(points)) == said


@pytest.mark.parametrize(("points", "said"), [("-14", "takes 14.0 points off"), ("-0.04", ""), ("2", "")])
def test_a_sentence_says_a_cost_as_its_table_does(points: str, said: str) -> None:
    assert report_points.cost(words.of("en"), Decimal(points)) == said


@pytest.mark.parametrize(
    ("zone", "italian", "english"),
    [
        ("Europe/Rome", "2 luglio 2026, 00:30 (ora di Roma)", "2 July 2026, 00:30 (Rome time)"),
        ("Europe/London", "1° luglio 2026, 23:30 (ora di Londra)", "1 July 2026, 23:30 (London time)"),
        (
            "America/Argentina/Buenos_Aires",
            "1° luglio 2026, 19:30 (ora di Buenos Aires)",
            "1 July 2026, 19:30 (Buenos Aires time)",
        ),
        ("UTC", "1° luglio 2026, 22:30 (UTC)", "1 July 2026, 22:30 (UTC)"),
    ],
)
def test_a_moment_names_its_clock(zone: str, italian: str, english: str) -> None:
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert (IT.moment_there(moment), EN.moment_there(moment)) == (italian, english)
