"""Italian speaks to one person as tu: no order is impersonal or an infinitive, and quotation marks are « »."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "fieldstudy" / "translations" / "it" / "LC_MESSAGES" / "messages.po"
IMPERSONAL = re.compile(
    r"\b(si scriv\w+|si mett\w+|va(nno)? (indicat|scelt|scritt|corrett|tolt|usat|mess|riapert|aggiunt|controllat)\w"
    r"|bisogna|occorre|si prega)\b|\A(scrivere|scegliere|inserire|indicare|aggiungere|usare|togliere)\b",
    re.IGNORECASE,
)
ASKED = ("Che cosa va corretto qui?", "Scrivi che cosa va corretto")
"""Questions about what is wrong, which order nothing."""


def messages() -> Iterator[str]:
    """In English, as the code has them."""
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="it"):
            if message.id:
                yield from (message.id,) if isinstance(message.id, str) else message.id


def sentences() -> Iterator[str]:
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="it"):
            if message.id:
                yield from (message.string,) if isinstance(message.string, str) else message.string


def test_no_order_is_impersonal() -> None:
    assert [text for text in sentences() if IMPERSONAL.search(text) and not text.startswith(ASKED)] == []


def test_quotation_marks_are_italian() -> None:
    assert [text for text in sentences() if "“" in text or "”" in text] == []


UNNAMED = re.compile(r"una persona (scegli|guard)|(scegli|guard)\w+ una persona\b|dalla pagina", re.IGNORECASE)


def test_who_chooses_and_where_has_a_name() -> None:
    """Nor is it said of a person that one chooses, which is English."""
    assert [text for text in sentences() if UNNAMED.search(text) and not text.startswith("Scegli almeno")] == []


FIXED_ARTICLE = re.compile(r"\b(il|lo|del|dal|al|nel|sul) %\((moment|day|date|first|last)\)s|l'%\(", re.IGNORECASE)
"""The article of a day goes by its number (il 7, l'8): who fills the place says it too, or none stands there."""


def test_no_day_has_an_article_that_fits_only_some_numbers() -> None:
    assert [text for text in sentences() if FIXED_ARTICLE.search(text)] == []


DOCUMENTS = (*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "deploy").iterdir())
OF_THE_ALPHABET = re.compile(r"digits|capital|compos|of their letters|no_letter|sign of the alphabet")


def test_an_e_mail_is_called_so() -> None:
    """A letter is a sign of the alphabet, in pages, on the command line and in documents."""
    said = [*messages(), *(line for path in DOCUMENTS for line in path.read_text().splitlines())]
    letters = [text for text in said if re.search(r"\bletters?\b", text, re.IGNORECASE)]
    assert [text for text in letters if not OF_THE_ALPHABET.search(text)] == []
