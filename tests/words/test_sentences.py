"""Findings as the sentences that a manager reads."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.core import figures
from fieldstudy.core.findings import (
    Against,
    Fact,
    Findings,
    MedianFact,
    MomentsOfTruth,
    PointsFact,
    SectionFinding,
    YesFact,
)
from fieldstudy.words import findings as said

D = Decimal
IT, EN = words.of("it"), words.of("en")


@pytest.mark.parametrize(
    ("fact", "english", "italian"),
    [
        (YesFact("q", 1, 4), "Greeted? Yes in 1 of 4 visits.", "Greeted? Sì in 1 visita su 4."),
        (YesFact("q", 3, 4), "Greeted? Yes in 3 of 4 visits.", "Greeted? Sì in 3 visite su 4."),
        (YesFact("q", 4, 4), "Greeted? Yes in all 4 visits.", "Greeted? Sì in tutte e 4 le visite."),
        (YesFact("q", 0, 1), "Greeted? No in the one visit.", "Greeted? No nell'unica visita."),
        (YesFact("q", 2, 2), "Greeted? Yes in both visits.", "Greeted? Sì in entrambe le visite."),
        (
            YesFact("q", 3, 3, is_every=False),
            "Greeted? Yes in all 3 visits with an answer.",
            "Greeted? Sì in tutte e 3 le visite con una risposta.",
        ),
        (
            YesFact("q", 0, 1, is_every=False),
            "Greeted? No in the one visit with an answer.",
            "Greeted? No nell'unica visita con una risposta.",
        ),
        (
            YesFact("q", 0, 2, is_every=False),
            "Greeted? No in both visits with an answer.",
            "Greeted? No in entrambe le visite con una risposta.",
        ),
        (
            YesFact("q", 2, 2, is_every=False),
            "Greeted? Yes in both visits with an answer.",
            "Greeted? Sì in entrambe le visite con una risposta.",
        ),
        (MedianFact("q", D(7), 4), "Greeted? Median 7.", "Greeted? Mediana 7."),
        (MedianFact("q", D(7), 1), "Greeted? 7.", "Greeted? 7."),
        (PointsFact("q", D("5.5"), D(12)), "Greeted? 5.5 of 12 points.", "Greeted? 5,5 punti su 12."),
    ],
)
def test_a_fact_answers_its_question(fact: Fact, english: str, italian: str) -> None:
    assert said.fact(EN, fact, "Greeted?") == english
    assert said.fact(IT, fact, "Greeted?") == italian


def test_a_label_that_asks_nothing_is_followed_by_a_colon() -> None:
    assert said.fact(EN, YesFact("q", 1, 2), "Staff greet") == "Staff greet: yes in 1 of 2 visits."


def test_a_timer_is_told_with_its_standard() -> None:
    fact = MedianFact("q", D(130), 4, True, D(30))
    assert said.fact(EN, fact, "How long?").replace("\N{NO-BREAK SPACE}", " ") == (
        "How long? Median 2 min 10 s (standard 30 s)."
    )


def finding(name: str, observed: int, reference: int, against: Against = Against.NORM) -> SectionFinding:
    """From five visits that lie within two points of each other."""
    score = figures.mean_of_visits([D(observed + step) / 100 for step in (-1, 0, 0, 0, 1)])
    return SectionFinding(name, score, D(observed), D(reference), against, D(1), (), 0, None)


def summary(
    strengths: tuple[SectionFinding, ...],
    priorities: tuple[SectionFinding, ...],
    below: int,
    of: int,
    language: words.Words = IT,
    clear: int | None = None,
) -> str:
    moments = MomentsOfTruth(below, of, below if clear is None else clear)
    found = Findings(strengths, priorities, moments, (), None)
    return said.summary(language, found, str.capitalize)


def test_the_summary_names_best_and_worst_and_counts_the_moments_of_truth() -> None:
    assert summary((finding("vetrina", 92, 90),), (finding("cassa", 64, 90),), 3, 4) == (
        "Rispetto alle attese il meglio è in «Vetrina». Lo scarto che pesa di più è in «Cassa», 64 su una norma di 90. "
        "Tre momenti della verità su quattro sono sotto la norma."
    )


def test_the_summary_says_when_the_network_stands_in_for_a_norm() -> None:
    worst = finding("till", 64, 79, Against.NETWORK)
    assert summary((), (worst,), 0, 0, EN) == (
        "No touchpoint does better than expected; the gap that costs most is at “Till”, 64 where the network stands at "
        "79."
    )


@pytest.mark.parametrize(
    ("is_best", "is_worst", "english"),
    [
        (
            True,
            True,
            "Of the touchpoints in which no critical rule fired, “Window” does best against what is expected. The gap "
            "that costs most is at “Till”, 64 where the norm is 90.",
        ),
        (
            True,
            False,
            "No touchpoint stays below what is expected of it; of those in which no critical rule fired, “Window” "
            "leads.",
        ),
        (
            False,
            True,
            "Only touchpoints in which a critical rule fired do better than expected; the gap that costs most is at "
            "“Till”, 64 where the norm is 90.",
        ),
        (False, False, ""),
    ],
)
def test_what_does_best_beside_a_rule_that_fired_is_not_said_to(is_best: bool, is_worst: bool, english: str) -> None:
    strengths = (finding("window", 92, 90),) if is_best else ()
    priorities = (finding("till", 64, 90),) if is_worst else ()
    found = Findings(strengths, priorities, MomentsOfTruth(0, 0, 0), (), None, has_ruled_lead=True)
    assert said.summary(EN, found, str.capitalize) == english


@pytest.mark.parametrize(
    ("below", "of", "italian"),
    [
        (0, 1, "Il momento della verità non è sotto la norma."),
        (0, 4, "Nessun momento della verità è sotto la norma."),
        (1, 1, "Il momento della verità è sotto la norma."),
        (1, 4, "Un momento della verità su quattro è sotto la norma."),
        (4, 4, "Tutti i momenti della verità sono sotto la norma."),
        (11, 12, "11 momenti della verità su 12 sono sotto la norma."),
        (0, 0, ""),
    ],
)
def test_moments_of_truth_are_counted_in_words(below: int, of: int, italian: str) -> None:
    assert summary((), (), below, of) == italian


@pytest.mark.parametrize(
    ("below", "of", "clear", "english"),
    [
        (1, 1, 0, "The moment of truth is below its norm, but not clearly."),
        (1, 4, 0, "One of four moments of truth is below its norm, but not clearly."),
        (4, 4, 0, "All four moments of truth are below their norm, none of them clearly."),
        (4, 4, 2, "All four moments of truth are below their norm, two of them clearly."),
        (2, 2, 0, "Both moments of truth are below their norm, neither of them clearly."),
        (2, 2, 1, "Both moments of truth are below their norm, one of them clearly."),
        (4, 4, 4, "All moments of truth are below their norm."),
    ],
)
def test_moments_of_truth_are_flatly_below_only_where_they_clearly_are(
    below: int, of: int, clear: int, english: str
) -> None:
    assert summary((), (), below, of, EN, clear) == english


def test_all_four_moments_are_all_four_in_italian() -> None:
    said_now = "Tutti e quattro i momenti della verità sono sotto la norma, nessuno in modo netto."
    assert summary((), (), 4, 4, IT, 0) == said_now


def test_a_gap_that_the_visits_leave_open_is_said_as_one() -> None:
    score = figures.mean_of_visits([D("0.2"), D("0.9"), D("0.82")])
    unsure = SectionFinding("till", score, D(64), D(90), Against.NORM, D(1), (), 0, None)
    assert summary((), (unsure,), 0, 0, EN).endswith("With 3 visits, chance may still explain that gap.")
    snapshot = SectionFinding(
        "till", figures.mean_of_visits([D("0.64")]), D(64), D(90), Against.NORM, D(1), (), 0, None
    )
    assert summary((), (snapshot,), 0, 0, EN).endswith("It is one visit: chance may explain that gap.")


def test_a_reference_names_the_gap_only_where_it_is_missed() -> None:
    assert said.reference(IT, finding("x", 58, 90)) == "norma 90, scarto −32"
    assert said.reference(IT, finding("x", 92, 90)) == "norma 90"
    assert said.reference(IT, finding("x", 58, 60, Against.NETWORK)) == "senza norma, rete 60, scarto −2"


NOT_CLEAR = figures.mean_of_visits([D("0.7"), D("0.9"), D("1"), D("0.96")])
"""Mean 89 of four visits, and room for 70 as well as for 100."""


@pytest.mark.parametrize(
    ("best", "worst", "english"),
    [
        (False, False, "With 4 visits, chance may still explain both."),
        (False, True, "With 4 visits, chance may still explain that strength."),
        (True, False, "With 4 visits, chance may still explain that gap."),
    ],
)
def test_chance_is_named_for_a_strength_as_for_a_gap(best: bool, worst: bool, english: str) -> None:
    strength, gap = finding("window", 92, 80), finding("till", 64, 90)
    unsure = (
        replace(strength, score=NOT_CLEAR, reference=D(85)),
        replace(gap, score=NOT_CLEAR, observed=D(89)),
    )
    said_now = summary((strength if best else unsure[0],), (gap if worst else unsure[1],), 0, 0, EN)
    assert said_now.endswith(english)


def test_both_are_unsure_from_unequal_numbers_of_visits() -> None:
    strength = replace(finding("window", 92, 80), stands=False)
    gap = replace(finding("till", 64, 90), score=NOT_CLEAR, observed=D(89))
    assert summary((strength,), (gap,), 0, 0, EN).endswith("With so few visits, chance may still explain both.")


def test_what_stands_by_itself_is_unsure_where_the_others_are_counted_in() -> None:
    alone = finding("window", 92, 80)
    assert "chance" not in summary((alone,), (), 0, 0, EN)
    among = summary((replace(alone, stands=False),), (), 0, 0, EN)
    assert among.endswith("With 5 visits, chance may still explain that strength.")
