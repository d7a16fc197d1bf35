"""What WTForms says by itself is said in our own words, in both languages."""

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from fieldstudy.web import form_words

DATABASES = ("sqlite",)


class Word(StrEnum):
    ONE = "one"


class EveryForm(FlaskForm):
    """Each kind of field and check that a form of ours has."""

    class Meta:
        csrf = False

    chosen = SelectField(choices=["a"])
    ticked = SelectMultipleField(choices=["a"])
    coerced = SelectMultipleField(choices=["one"], coerce=Word)
    radio = RadioField(choices=["a"])
    listed = StringField(validators=[AnyOf(["a"])])
    day = DateField()
    number = IntegerField()
    needed = StringField(validators=[InputRequired()])
    long = StringField(validators=[Length(max=2000)])
    single = StringField(validators=[Length(max=1)])


WRONG = {
    "chosen": "b", "ticked": "b", "coerced": "b", "radio": "b", "listed": "b", "day": "yesterday", "number": "x",
    "long": "x" * 2001, "single": "xx",
}  # fmt: skip
CHOICES = ("chosen", "ticked", "coerced", "radio", "listed")


def errors(app: Flask, language: str) -> dict[str, Any]:
    with app.test_request_context(method="POST"), force_locale(language):
        app.preprocess_request()
        form = EveryForm(formdata=MultiDict(WRONG))
        form.validate()
        return {name: [str(error) for error in found] for name, found in form.errors.items()}


@pytest.mark.parametrize(
    ("language", "choose", "day", "number", "needed", "long", "single"),
    [
        (
            "en", "Choose from the entries in the list.", "This is not a day: write it as 2026-12-31.",
            "This is not a whole number.", "Fill in this field.", "This text is too long: 2,000 characters at most.",
            "This text is too long: 1 character at most.",
        ),
        (
            "it", "Scegli tra le voci dell'elenco.", "Questa non è una data: scrivila come 2026-12-31.",
            "Questo non è un numero intero.", "Compila questo campo.",
            "Questo testo è troppo lungo: al massimo 2.000 caratteri.",
            "Questo testo è troppo lungo: al massimo 1 carattere.",
        ),
    ],
)  # fmt: skip
def test_every_message_is_in_our_voice(
    app: Flask, language: str, choose: str, day: str, number: str, needed: str, long: str, single: str
) -> None:
    found = errors(app, language)
    said = {name: [choose] for name in CHOICES}
    assert found == said | {
        "day": [day], "number": [number], "needed": [needed], "long": [long], "single": [single]
    }  # fmt: skip


def test_no_sentence_of_ours_waits_for_a_value() -> None:
    assert [text for text in map(str, form_words.SENTENCES.values()) if "%" in text] == []
