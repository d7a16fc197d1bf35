"""Changes between waves as the sentences that a manager reads."""

from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.core import changes, figures
from fieldstudy.core.changes import Change, Test, Verdict
from fieldstudy.core.statistics import Interval
from fieldstudy.words import changes as said

D = Decimal
IT, EN = words.of("it"), words.of("en")
BEFORE = figures.mean_of_visits([D("0.68"), D("0.69"), D("0.70")])


def change(verdict: Verdict, interval: Interval | None, direction: int = 1) -> Change:
    return Change(BEFORE, verdict, Test.WELCH_T, interval, 0.03, direction)


@pytest.mark.parametrize(
    ("verdict", "interval", "english"),
    [
        (Verdict.BETTER, Interval(0.02, 0.08), "better; the true change may lie between +2 and +8."),
        (
            Verdict.CANNOT_TELL,
            Interval(-0.02, 0.12),
            "no change that can be shown; the true change may lie between −2 and +12.",
        ),
        (Verdict.TOO_FEW, None, "too few visits to tell whether it changed."),
        (
            Verdict.NO_VARIATION,
            None,
            "all visits of a wave had the same result, so that the score has no interval of its change.",
        ),
        (Verdict.CANNOT_TELL, Interval(-3.0, 3.0), "no change that can be shown."),
    ],
)
def test_a_change_is_said_with_its_interval(verdict: Verdict, interval: Interval | None, english: str) -> None:
    assert said.since_last(EN, D(74), D(69), change(verdict, interval)) == f"+5 on the last wave (69): {english}"


def test_a_change_is_said_in_italian() -> None:
    assert said.since_last(IT, D(64), D(69), change(Verdict.WORSE, Interval(-0.09, -0.01), -1)) == (
        "−5 sulla rilevazione precedente (69): peggio; il cambiamento vero può stare tra −9 e −1."
    )


def test_no_difference_is_said_as_one() -> None:
    sentence = said.since_last(EN, D(69), D(69), change(Verdict.CANNOT_TELL, Interval(-0.1, 0.1)))
    assert sentence.startswith("±0 on the last wave (69)")


def test_an_older_edition_keeps_its_word_and_claims_nothing_of_chance() -> None:
    """Editions of before 0.4 froze a verdict by the test alone, and no interval of means."""
    assert said.since_last(EN, D(64), D(69), change(Verdict.WORSE, None, -1)) == (
        "−5 on the last wave (69): worse, as this edition judged it."
    )
    assert said.marked(EN, change(Verdict.WORSE, None, -1)) == "▼ worse"


def test_stores_that_moved_the_other_way_are_named() -> None:
    """The mean fell by 7, and every store of both waves rose by 9 to 12."""
    sentence = said.network_since_last(EN, D(60), D(67), change(Verdict.CANNOT_TELL, Interval(0.09, 0.12), 0))
    assert sentence.endswith(
        "the stores that both waves have moved the other way; the true change may lie between +9 and +12."
    )


def test_a_row_is_marked_only_where_a_change_can_be_shown() -> None:
    shown, unshown = change(Verdict.BETTER, Interval(0.02, 0.08)), change(Verdict.CANNOT_TELL, Interval(-0.02, 0.12))
    assert (said.marked(EN, shown), said.marked(EN, unshown)) == ("▲ better (+2 to +8)", "")
    assert said.reach(EN, unshown) == "−2 to +12"


def test_a_fall_at_p_06_whose_interval_holds_0_is_not_called_worse() -> None:
    """45 of 50 and then 38 of 50: p = 0.062, −28.6 to +0.9 (statsmodels); at q = 0.10 alone it read "worse"."""
    before, after = figures.rate(45, 5), figures.rate(38, 12)
    (change,) = changes.judge([changes.of_rates(before, after)])
    assert said.since_last(EN, D(76), D(90), change) == (
        "−14 on the last wave (90): no change that can be shown; the true change may lie between −29 and +1."
    )
