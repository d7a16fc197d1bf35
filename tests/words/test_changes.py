"""Changes between waves as the sentences that a manager reads."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.core import changes, figures
from fieldstudy.core.changes import Change, Overlap, Test, Verdict
from fieldstudy.core.figures import Figure
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


def of_stores(earlier: Sequence[str], later: Sequence[str], new: int = 0) -> Change:
    """Stores of both waves, and new ones at 90."""
    was, now = (
        {f"S{i}": figures.mean_of_visits([D(value)]) for i, value in enumerate(wave)} for wave in (earlier, later)
    )
    now |= {f"N{i}": figures.mean_of_visits([D("0.9")]) for i in range(new)}
    before, after = mean(list(was.values())), mean(list(now.values()))
    return changes.judge([changes.of_stores(before, was, after, now, mean)])[0]


def mean(stores: Sequence[Figure]) -> Figure:
    return figures.mean_of_stores([figure.value for figure in stores if figure.value is not None])


@pytest.mark.parametrize(
    ("change", "english", "italian"),
    [
        (of_stores(["0.4", "0.6", "0.5"], ["0.4", "0.6", "0.5"]), "the same in every store", "uguale in ogni"),
        (
            of_stores(["0.4", "0.6", "0.5"], ["0.6", "0.8", "0.7"]),
            "not tested, all stores moved alike",
            "senza verifica, stesso cambiamento in tutti i punti vendita",
        ),
        (
            of_stores(["0.4", "0.6"], ["0.4", "0.6"], new=2),
            "not compared: only 2 stores are in both waves",
            "senza confronto: solo 2 punti vendita sono in entrambe le rilevazioni",
        ),
        (
            of_stores(["0.4"], ["0.4"], new=2),
            "not compared: only 1 store is in both waves",
            "senza confronto: solo 1 punto vendita è in entrambe le rilevazioni",
        ),
        (
            of_stores([], [], new=3),
            "not tested, too few stores",
            "senza verifica, troppo pochi punti vendita",
        ),
    ],
)
def test_why_stores_are_not_tested_is_said(change: Change, english: str, italian: str) -> None:
    assert said.verdict(EN, change) == english
    assert said.verdict(IT, change).startswith(italian)


def test_a_change_of_the_stores_of_both_waves_is_told_with_their_figures() -> None:
    """6, 5 and 7 points: 6.0 ± 4.303 · 1 ÷ √3 = 3.5 to 8.5; the mean of all goes from 50 to 66."""
    change = of_stores(["0.40", "0.60", "0.50"], ["0.46", "0.65", "0.57"], new=1)
    assert said.told(EN, change) == "from 50 to 56, ▲ better (+4 to +8) over 3 stores"
    assert said.mark(EN, change) == "▲ better over 3 stores"
    assert said.mark(IT, change) == "▲ meglio su 3 punti vendita"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (EN, "all answers together and the stores one by one do not agree"),
        (IT, "tutte le risposte insieme e i singoli punti vendita non concordano"),
    ],
)
def test_a_rate_and_stores_that_do_not_agree_are_said_to(language: words.Words, sentence: str) -> None:
    """One store stays at 100 and two at 0, and the best one is visited more: 9 of 18, then 27 of 36."""
    first = {name: figures.rate(*yes_no) for name, yes_no in {"a": (9, 0), "b": (0, 3), "c": (0, 6)}.items()}
    second = {**first, "a": figures.rate(27, 0)}
    before, after = (figures.network_rate(list(wave.values())) for wave in (first, second))
    (change,) = changes.judge([changes.of_stores(before, first, after, second, figures.network_rate)])
    for text in (said.verdict(language, change), said.shown(language, change), said.reach(language, change)):
        assert text == sentence
    assert said.told(language, change) == sentence


def test_other_stores_are_counted() -> None:
    assert [said.other_stores(EN, Overlap(5, new, gone)) for new, gone in ((3, 2), (1, 0), (0, 1))] == [
        "3 stores are new, 2 are no longer there",
        "1 store is new",
        "1 is no longer there",
    ]


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


def test_an_interval_without_zero_beside_no_change_says_why() -> None:
    one = change(Verdict.CANNOT_TELL, Interval(-0.23, -0.02), -1)
    assert said.since_last(EN, D(47), D(59), one).endswith(
        "no change that can be shown; between −23 and −2, but among so many changes that may be chance."
    )
