"""A count bends the word after it, in every language."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fieldstudy import words
from fieldstudy.core.lifecycle import State
from fieldstudy.exchange.problems import FileNote

D = Decimal
CATALOGUE = Path(words.__file__).parents[1] / "translations/it/LC_MESSAGES/messages.po"
COUNTED = re.compile(r"%\((num|count|done|coverage|possible|earned|whole|value)\)s [a-z]+s\b")
NEVER_ONE = {
    "%(num)s stores: between %(low)s and %(high)s": "one store has no interval",
    "The spread between fieldworkers is that of the %(num)s who made three visits or more; they did not all visit the "
    "same stores.": "fewer than three are not told",
    "The weight %(value)s has no effect: sections are weighted only with total = section_weighted.": "a verb",
    "This wave has %(count)s pictures; remove one first.": "the limit",
}


def test_every_count_has_a_plural_form() -> None:
    with CATALOGUE.open("rb") as file:
        single = [message.id for message in read_po(file, locale="it") if isinstance(message.id, str)]
    assert [text for text in single if COUNTED.search(text) and text not in NEVER_ONE] == []


@pytest.mark.parametrize(
    ("earned", "possible", "english", "italian"),
    [
        ("1", "13", "1 of 13 points", "1 punto su 13"),
        ("0.75", "1", "0.75 of 1 point", "0,75 punti su 1"),
        ("1", "1", "1 of 1 point", "1 punto su 1"),
        ("0", "1", "0 of 1 point", "0 punti su 1"),
        ("5.5", "12", "5.5 of 12 points", "5,5 punti su 12"),
    ],
)
def test_points_bend_as_each_language_wants(earned: str, possible: str, english: str, italian: str) -> None:
    said = [words.of(language).points_of(D(earned), D(possible)) for language in ("en", "it")]
    assert said == [english, italian]


@pytest.mark.parametrize(
    ("state", "one", "seven"),
    [
        (State.RECEIVED, "1 arrivata", "7 arrivate"),
        (State.APPROVED, "1 approvata", "7 approvate"),
        (State.RELEASED, "1 pubblicata", "7 pubblicate"),
        (State.EXCLUDED, "1 esclusa", "7 escluse"),
    ],
)
def test_a_state_bends_with_the_number_of_its_visits(state: State, one: str, seven: str) -> None:
    assert [words.of("it").visits_in(state, count) for count in (1, 7)] == [one, seven]


def test_a_note_of_an_import_that_counts_one() -> None:
    one = FileNote("required_but_empty", values={"count": "1"})
    two = FileNote("required_but_empty", values={"count": "2"})
    assert [words.of("it").file_problem(note) for note in (one, two)] == [
        "In questa riga manca una risposta obbligatoria.",
        "In 2 righe manca una risposta obbligatoria; questa è la prima.",
    ]
