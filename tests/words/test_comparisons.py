"""Over what two waves are compared, as a sentence that somebody would say; and quotations in quotations."""

import pytest

from fieldstudy import words
from fieldstudy.core.checklist import Method
from fieldstudy.core.comparability import Basis, Reason
from fieldstudy.words import comparisons

IT, EN = words.of("it"), words.of("en")
OTHERWISE = (Reason.POINTS, Reason.QUESTIONS, Reason.TOTAL)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            EN,
            "Not compared with the last wave: the checklist now gives other points, asks other questions and works out "
            "the total in another way.",
        ),
        (
            IT,
            "Nessun confronto con la rilevazione precedente: da allora la checklist dà altri punti, pone altre domande "
            "e calcola il totale in un altro modo.",
        ),
    ],
)
def test_reasons_of_one_checklist_are_one_sentence(language: words.Words, said: str) -> None:
    assert comparisons.limits(language, Basis(False, OTHERWISE)) == said


def test_another_mix_is_said_beside_what_the_checklist_does_otherwise() -> None:
    basis = Basis(False, (Reason.POINTS, Reason.MIX), None, (), ((Method.MYSTERY_SHOPPING, 2),), ())
    assert comparisons.limits(EN, basis) == (
        "Not compared with the last wave: the checklist now gives other points; the mix of methods is another (then "
        "2 mystery shopping visits; now none)."
    )


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("language", [EN, IT])
def test_every_reason_is_said(language: words.Words, reason: Reason) -> None:
    assert len(comparisons.limits(language, Basis(False, (reason,)))) > 60


@pytest.mark.parametrize(
    ("language", "quoted"),
    [(IT, "«“Viene da lontano?” è la prima frase.»"), (EN, "“«Viene da lontano?» è la prima frase.”")],
)
def test_a_quotation_in_a_quotation_has_the_other_marks(language: words.Words, quoted: str) -> None:
    assert language.quoted("«Viene da lontano?» è la prima frase.") == quoted


def test_english_nests_single_marks() -> None:
    assert EN.quoted("“From far?” is the first thing they say.") == "“‘From far?’ is the first thing they say.”"
