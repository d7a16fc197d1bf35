"""An interval that says nothing is printed nowhere: whatever opens a figure or tells a change asks one rule."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from fieldstudy import words
from fieldstudy.core import changes, figures, intervals
from fieldstudy.core.changes import Change, Test, Verdict
from fieldstudy.core.figures import Base, Figure, Formula
from fieldstudy.core.statistics import Interval
from fieldstudy.reports import points, precision, rules, sums, voice
from fieldstudy.reports.store import method
from fieldstudy.reports.voice import Voice
from fieldstudy.web.manager import opened
from fieldstudy.words import changes as change_words
from tests import factories as make

D = Decimal
TWO_STORES = figures.network_rate([figures.rate(6, 2), figures.rate(7, 1)])
HOSTILE = {
    "everything": figures.mean_of_visits([D(0), D(1), D(1), D(1)]),
    "everything over stores": figures.mean_of_stores([D(0), D(1), D(1), D(1)]),
    "far below 0": figures.mean_of_visits([D(-5), D(1), D(1), D(1)]),
    "as wide as the scale, inside nothing": Figure(
        D("0.2"), 4, Base.VISITS, Formula.MEAN_OF_VISITS_T, interval=Interval(-0.5, 0.6)
    ),
    "0.2 to 99.8": Figure(D("0.5"), 4, Base.VISITS, Formula.MEAN_OF_VISITS_T, interval=Interval(0.002, 0.998)),
    "two visits": figures.mean_of_visits([D("0.5"), D("0.6")]),
    "two stores": figures.mean_of_stores([D("0.5"), D("0.6")]),
    "two stores with sixteen answers": TWO_STORES,
    "two answers": figures.rate(1, 1),
}


@pytest.fixture(autouse=True)
def context(app: object) -> None: ...


def places(language: str, figure: Figure) -> dict[str, str]:
    said = words.of(language)
    spoken = Voice(make.small_checklist(), said)
    found = opened.of_figure(said, figure)
    assert found is not None
    return {
        "opened": found.said,
        "facts": " ".join(text for name, text in found.facts if name == said.gettext("95 percent interval")),
        "every figure opened": sums.of_figure(spoken, "x", figure, ()).text,
        "beside the score": precision.said(said, figure) if figure.base_of != Base.ANSWERS else "",
        "priorities": points.basis(said, figure, D(50)),
        "table": voice.interval_text(said, figure),
        "method of a network": rules.network_mean(spoken, figure),
        "method of a store": method._store_formula(SimpleNamespace(words=said), figure),
    }


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("name", HOSTILE)
def test_an_interval_that_says_nothing_stands_in_no_place(name: str, language: str) -> None:
    figure, said = HOSTILE[name], words.of(language)
    assert figure.interval is not None
    low, high = figure.interval.low, figure.interval.high
    ends = {said.percent(low, 1), said.percent(high, 1), said.number(D(str(low)) * 100, 1)}
    for place, text in places(language, figure).items():
        assert not any(end in text for end in ends - {said.percent(figure.value or 0, 1)}), place
        assert "–" not in text, place
    assert voice.printed_ends(figure) is None


def test_what_says_something_is_printed() -> None:
    """Rates 3 of 4, 7 of 8 and 5 of 8 of three stores: 75 ± 4.3027 × 12.5 ÷ √3 = 31.05."""
    found = figures.network_rate([figures.rate(3, 1), figures.rate(7, 1), figures.rate(5, 3)])
    assert (found.base, found.interval_units) == (20, 3)
    assert opened.said(words.of("en"), found) == "from 20 answers: between 44 and 100"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "from 16 answers, with too few stores for an interval"),
        ("it", "da 16 risposte, con troppo pochi punti vendita per un intervallo"),
    ],
)
def test_the_rate_of_two_stores_counts_stores_and_not_answers(language: str, said: str) -> None:
    assert opened.said(words.of(language), TWO_STORES) == said


def test_a_change_from_two_stores_is_not_tested() -> None:
    scores = {"A": D("0.6"), "B": D("0.7")}, {"A": D("0.67"), "B": D("0.79")}
    before, after = (figures.mean_of_stores(list(wave.values())) for wave in scores)
    earlier, later = ({code: figures.mean_of_visits([value]) for code, value in wave.items()} for wave in scores)
    (change,) = changes.judge([changes.of_stores(before, earlier, after, later, figures.network_rate)])
    assert (change.verdict, change.interval, change.p) == (Verdict.TOO_FEW, None, None)
    said = change_words.network_since_last(words.of("en"), D(73), D(65), change)
    assert said == "+8 on the last wave (65): too few stores to tell whether it changed."


@pytest.mark.parametrize(("yes", "no"), [(2, 0), (1, 1)])
def test_a_change_from_two_answers_is_not_tested(yes: int, no: int) -> None:
    (change,) = changes.judge([changes.of_rates(figures.rate(yes, no), figures.rate(0, 20))])
    assert (change.verdict, change.interval) == (Verdict.TOO_FEW, None)


@pytest.mark.parametrize("interval", [Interval(-1.4, 1.2), Interval(-5, 0.9), Interval(-0.998, 0.999)])
def test_a_change_that_may_be_anything_is_said_without_ends(interval: Interval) -> None:
    before = figures.mean_of_visits([D("0.5"), D("0.6"), D("0.7")])
    change = Change(before, Verdict.CANNOT_TELL, Test.WELCH_T, interval, 0.5, 1)
    assert change_words.ends(change) is None
    assert change_words.since_last(words.of("en"), D(74), D(69), change).endswith(": no change that can be shown.")


def test_an_edition_that_kept_the_interval_of_two_stores_does_not_print_it() -> None:
    before = figures.mean_of_stores([D("0.6"), D("0.7")])
    change = Change(before, Verdict.CANNOT_TELL, Test.PAIRED_T, Interval(-0.01, 0.18), 0.06, 1)
    assert change_words.reach(words.of("en"), change) == ""


def test_the_widest_that_still_says_something() -> None:
    assert intervals.says_something(Interval(0.0, 0.99), 3)
    assert not intervals.says_something(Interval(0.0, 0.99), 2)
