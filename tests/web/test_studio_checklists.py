"""The page of a checklist says in words what its file says in columns."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from fieldstudy import words
from fieldstudy.core.access import Role
from fieldstudy.core.checklist import Checklist, EvidenceKind, ExPro, Level, QuestionType, Sem, Text
from fieldstudy.models import User
from fieldstudy.web.studio.conditions import ConditionTeller
from tests import factories as make
from tests.web.test_manager_figures import plain

SignIn = Callable[[User], FlaskClient]

DATABASES = ("sqlite",)
pytestmark = pytest.mark.usefixtures("app")


def page(sign_in: SignIn, **fields: object) -> str:
    greeted = make.question("greeted", label=Text({"en": "Were you greeted?"}))
    ways = make.question(
        "ways",
        QuestionType.SELECT_MULTIPLE,
        label=Text({"en": "How?"}),
        options=(make.option("word"), make.option("smile")),
    )
    asked = make.question("asked", QuestionType.INTEGER, label=Text({"en": "How often?"}), **fields)
    study = make.study()
    version = make.version(study, Checklist("shop", make.text("Shop"), (make.section("door", greeted, ways, asked),)))
    coordinator = make.user(Role.COORDINATOR, study.client)
    return plain(sign_in(coordinator).get(f"/studio/checklists/{version.id}").text)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("${greeted} = 'yes'", "asked if “Were you greeted?” is answered with “yes”"),
        ("${greeted} != 'yes'", "asked if “Were you greeted?” is not answered with “yes”"),
        ("${greeted} = ''", "asked if “Were you greeted?” is empty"),
        ("selected(${ways}, 'smile')", "asked if “smile” is chosen in “How?”"),
        (
            "${greeted} = 'yes' and (selected(${ways}, 'word') or selected(${ways}, 'smile'))",
            "“yes” and (“word” is chosen in “How?” or “smile” is chosen in “How?”)",
        ),
        ("not(${greeted} = 'yes')", "asked if “Were you greeted?” is not answered with “yes”"),
        ("not(${greeted} != 'yes')", "asked if “Were you greeted?” is answered with “yes”"),
        ("not(${greeted} = '')", "asked if “Were you greeted?” is filled in"),
        ("not(selected(${ways}, 'smile'))", "asked if “smile” is not chosen in “How?”"),
        ("not(${greeted} > 3)", "asked if it is not true that “Were you greeted?” > 3"),
    ],
)
def test_a_condition_is_a_sentence(sign_in: SignIn, condition: str, said: str) -> None:
    told = page(sign_in, relevant=condition)
    assert (said in told, "${" in told) == (True, False)


def test_a_constraint_speaks_of_the_answer(sign_in: SignIn) -> None:
    assert "valid if the answer ≥ 1 and the answer ≤ 30" in page(sign_in, constraint=". >= 1 and . <= 30")


def test_a_receipt_is_no_mere_photo(sign_in: SignIn) -> None:
    assert "with a photo of the receipt" in page(sign_in, evidence=EvidenceKind.RECEIPT)


def test_lever_module_and_level_are_shown(sign_in: SignIn) -> None:
    told = page(sign_in, expro=ExPro.PEOPLE, sem=(Sem.FEEL, Sem.ACT), level=Level.BENEFIT, norm=Decimal(80))
    assert ("lever: people" in told, "module: feel and act" in told, "level: functional benefits" in told) == (
        True,
    ) * 3


def test_an_internal_question_is_marked(sign_in: SignIn) -> None:
    assert "internal: the client never sees it" in page(sign_in, internal=True)


def test_it_leads_back_to_the_study(sign_in: SignIn) -> None:
    assert "Back to the study" in page(sign_in)


def test_the_answer_itself_may_be_a_list(sign_in: SignIn) -> None:
    """As in a constraint that lets “none” stand alone."""
    told = page(sign_in, constraint="not(selected(., 'none') and selected(${ways}, 'word'))")
    assert "it is not true that (“none” is chosen in the answer and “word” is chosen in “How?”)" in told


def test_two_conditions_are_joined_in_the_reader_s_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("it"):
        teller = ConditionTeller(make.small_checklist(), words.of("it"), lambda text: text.say("it", "en"))
        assert " o " in teller.tell("${greeted} = 'yes' or ${greeted} = 'no'")
