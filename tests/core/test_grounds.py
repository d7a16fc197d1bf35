"""What a score rests on, by hand."""

from decimal import Decimal

from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, QuestionType, Settings
from fieldstudy.core.grounds import Grounded, Grounds, grounds
from fieldstudy.core.moments import Moment
from fieldstudy.core.scoring import QuestionScore
from tests import factories as make

QUESTIONS = (make.question("window"), make.question("greeted"), make.question("wait", QuestionType.TIMER))
LIST = Checklist("shop", make.text("Shop"), (make.section("till", *QUESTIONS),), Settings())
ONE, THREE = Decimal(1), Decimal(3)


def visit(moments: dict[str, Moment], *pictured: str, is_placed: bool = True, **values: str) -> Grounded:
    scores = tuple(
        QuestionScore(name, ONE, THREE if name == "greeted" else ONE) for name in ("window", "greeted", "wait")
    )
    return Grounded(scores, {name: Answer(name, value) for name, value in values.items()}, pictured, moments, is_placed)


def test_photos_and_timers_are_evidence() -> None:
    found = grounds(LIST, [visit({}, "window", window="yes", greeted="no", wait="40")])
    assert (found.possible, found.on_evidence, found.evidence_share) == (Decimal(5), Decimal(2), Decimal("0.4"))


def test_the_share_in_the_store_is_of_what_is_known() -> None:
    moments = {"window": Moment.IN_STORE, "greeted": Moment.LATER}
    found = grounds(LIST, [visit(moments, window="yes", greeted="no", wait="40")])
    assert (found.timed, found.in_store_share) == (Decimal(4), Decimal("0.25"))


def test_what_was_not_answered_grounds_nothing() -> None:
    assert grounds(LIST, [visit({})]) == Grounds()


def test_a_visit_without_entry_or_exit_is_left_out_of_the_share() -> None:
    """Of answers that can be placed with the exit alone, all are outside: the share would be 0 by construction."""
    placed = visit({"window": Moment.IN_STORE, "greeted": Moment.BEFORE}, window="yes", greeted="no")
    other = visit({"window": Moment.UNKNOWN, "greeted": Moment.LATER}, is_placed=False, window="yes", greeted="no")
    found = grounds(LIST, [placed, other])
    assert (found.timed, found.in_store_share) == (Decimal(4), Decimal("0.25"))
    assert (found.clocked, found.placed) == (2, 1)
    assert grounds(LIST, [other]).in_store_share is None


def test_nothing_has_no_share() -> None:
    assert (Grounds().evidence_share, Grounds().in_store_share) == (None, None)
