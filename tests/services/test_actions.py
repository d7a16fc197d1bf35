"""What a store will do: added, changed, finished, removed; each with one line in the journal."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from fieldstudy.core.checklist import Checklist, ExPro
from fieldstudy.extensions import db
from fieldstudy.models import Action, JournalLine, StoreEdition
from fieldstudy.services import actions, releases
from fieldstudy.services.actions import ActionIsEmpty, Plan, SubjectIsUnknown
from tests import factories as make

Edition = Callable[[], StoreEdition]


def with_lever() -> Checklist:
    till = make.section("till", make.question("receipt", expro=ExPro.PEOPLE, options=make.YES_NO_NA))
    return Checklist("shop", make.text("Shop"), (make.section("welcome", make.question("greeted")), till))


@pytest.fixture
def edition(app: Flask) -> StoreEdition:
    study = make.study()
    make.version(study, with_lever())
    wave = make.wave(study)
    make.visited(wave, make.store(study, "AA"))
    releases.release(wave)
    return make.edition(wave, "AA")


def verbs() -> list[str]:
    query = db.select(JournalLine.verb).where(JournalLine.subject == "actions").order_by(JournalLine.id)
    return list(db.session.scalars(query))


def test_a_question_brings_its_touchpoint_and_its_lever(edition: StoreEdition) -> None:
    made = actions.add(edition, Plan("A tray for receipts", question="receipt"), None)
    assert (made.section, made.lever, made.store_id) == ("till", ExPro.PEOPLE, edition.store_id)


def test_a_lever_that_was_chosen_stays(edition: StoreEdition) -> None:
    made = actions.add(edition, Plan("A sign", question="receipt", lever=ExPro.ENVIRONMENT), None)
    assert made.lever == ExPro.ENVIRONMENT


def test_a_touchpoint_as_a_whole(edition: StoreEdition) -> None:
    made = actions.add(edition, Plan("One more till on Saturdays", section="till"), None)
    assert (made.section, made.question, made.lever) == ("till", "", None)


@pytest.mark.parametrize("plan", [Plan("x", question="nowhere"), Plan("x", section="nowhere"), Plan("x")])
def test_what_the_report_does_not_have_is_refused(edition: StoreEdition, plan: Plan) -> None:
    with pytest.raises(SubjectIsUnknown):
        actions.add(edition, plan, None)


def test_an_action_says_what_will_be_done(edition: StoreEdition) -> None:
    with pytest.raises(ActionIsEmpty):
        actions.add(edition, Plan("   ", section="till"), None)


def test_every_step_leaves_one_line(edition: StoreEdition) -> None:
    made = actions.add(edition, Plan("A tray", question="receipt"), None)
    actions.change(made, Plan("A larger tray", owner="store manager", due_on=date(2026, 6, 1)), None)
    actions.finish(made, date(2026, 5, 20), "It stands beside the till.", None)
    actions.reopen(made, None)
    actions.remove(made, None)
    assert verbs() == [f"action.{verb}" for verb in ("added", "changed", "finished", "reopened", "removed")]
    assert db.session.scalars(db.select(Action)).all() == []
