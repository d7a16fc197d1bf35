"""Names and addresses out of texts, and nothing else."""

import pytest

from fieldstudy.core import redaction
from fieldstudy.core.redaction import Identity

MARIA = Identity("maria.rossi@example.org", "Maria Rossi")

OTHERS = [
    ("Maria Rossi was here", "[…] was here"),
    ("MARIA ROSSI", "[…]"),
    ("Rossi Maria, Rossi, Maria", "[…], […]"),
    ("Maria\n Rossi", "[…]"),
    ("write to Maria.Rossi@Example.org!", "write to […]!"),
    ("served by Maria", "served by Maria"),
    ("Via Rossi 3", "Via Rossi 3"),
    ("Annamaria Rossini", "Annamaria Rossini"),
    ("not-maria.rossi@example.org.uk", "not-[…].uk"),
]


@pytest.mark.parametrize(("text", "left"), OTHERS)
def test_address_and_whole_name_go(text: str, left: str) -> None:
    assert redaction.redact(redaction.in_words_of_others(MARIA), text) == left


def test_a_name_of_one_word_goes_from_their_own_words_alone() -> None:
    anna = Identity("a@example.org", "Anna")
    assert redaction.redact(redaction.in_own_words(anna), "I am anna, not Annalisa") == "I am […], not Annalisa"
    assert redaction.redact(redaction.in_words_of_others(anna), "served by Anna") == "served by Anna"


def test_three_words_are_found_with_the_last_in_front() -> None:
    pattern = redaction.in_words_of_others(Identity("", "Anna De Luca"))
    assert redaction.redact(pattern, "De Luca Anna · Luca Anna De · Anna De Luca") == "De Luca Anna · […] · […]"


def test_everything_in_json_is_looked_at() -> None:
    value = {"raw": {"q": ["Maria Rossi"]}, "n": 3, "Maria Rossi": None}
    found = redaction.redact(redaction.in_words_of_others(MARIA), value)
    assert found == {"raw": {"q": ["[…]"]}, "n": 3, "[…]": None}


def test_nobody_is_found_nowhere() -> None:
    assert redaction.in_own_words(Identity()) is None
    assert redaction.searches(Identity()) == []
    assert redaction.redact(None, "Maria") == "Maria"


def test_a_database_is_asked_for_more_rather_than_less() -> None:
    assert redaction.searches(Identity("", 'Élodie O"Neill')) == ["%%lodie%O%Neill%", "%O%Neill%%lodie%"]
