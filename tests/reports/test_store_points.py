"""Points in the report of a store: the rows add up by hand, also where points are only taken away or a rule fired."""

from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule, Method, Question, Settings
from fieldstudy.reports import pdf, store
from fieldstudy.reports.store import StoreReport
from fieldstudy.reports.store.sections import SectionTable
from tests import factories as make
from tests.reports import snapshots

D = Decimal
TEN = (make.option("yes", 10), make.option("no", 0))


def taking(name: str, points: int) -> Question:
    """Yes takes so many points away, no earns nothing."""
    return make.question(name, options=(make.option("yes", -points), make.option("no", 0)))


def form(critical: Critical | None = None, **settings: object) -> Checklist:
    door = make.section("door", make.question("greeted", options=TEN, critical=critical),
                        make.question("thanked", options=TEN), norm=D(90))  # fmt: skip
    return Checklist("shop", make.text("Shop"), (door, make.section("faults", taking("phone", 3), taking("ate", 2))),
                     Settings(**settings))  # fmt: skip


GOOD = {"greeted": "yes", "thanked": "yes", "phone": "yes", "ate": "no"}
POOR = {"greeted": "no", "thanked": "yes", "phone": "yes", "ate": "yes"}
"""20 − 3 = 17 of 20 points, 85 percent; 10 − 5 = 5 of 20 points, 25 percent."""


def report(checklist: Checklist, *visits: dict[str, str], language: str = "en") -> StoreReport:
    records = [
        snapshots.visit(checklist, number, Method.MYSTERY_SHOPPING, [Answer(n, v) for n, v in given.items()])
        for number, given in enumerate(visits, start=1)
    ]
    base = snapshots.store_snapshot(checklist, visits=1, photos=0, stores=2)
    return store.build(snapshots.refigured(base, checklist, records), checklist, words.of(language), 1, ())


def table(checklist: Checklist, *visits: dict[str, str], language: str = "en") -> SectionTable:
    found = report(checklist, *visits, language=language).sections
    assert found is not None
    return found


def printed(found: SectionTable) -> list[tuple[str, str, str]]:
    rows = [*found.rows, *([found.adjustment] if found.adjustment else []), found.total]
    return [(row.label, row.points, row.observed) for row in rows]


def test_what_only_takes_points_away_has_its_points_in_the_row() -> None:
    """30 of 40, less 3 + 5: 22 of 40. The mean of 85 and 25 is 55."""
    assert printed(table(form(), GOOD, POOR)) == [
        ("faults", "−8 / 0", "n/a"),
        ("door", "30 / 40", "75"),
        ("Whole visit", "22 / 40", "55"),
    ]


def test_nothing_taken_away_is_not_a_blank() -> None:
    assert printed(table(form(), GOOD | {"phone": "no"}))[1] == ("faults", "0 / 0", "n/a")


def test_what_every_visit_starts_with_has_a_row() -> None:
    """100 − 3 = 97 and 100 − 5 = 95 of 100: mean 96, and 200 − 8 = 192 of 200 points."""
    faults = make.section("faults", taking("phone", 3), taking("ate", 2))
    opening = make.section("door", make.question("open", options=TEN))
    settings = Settings(adjust_earned_points=D(90), adjust_possible_points=D(90))
    checklist = Checklist("shop", make.text("Shop"), (opening, faults), settings)
    assert printed(table(checklist, GOOD | {"open": "yes"}, POOR | {"open": "yes"})) == [
        ("door", "20 / 20", "100"),
        ("faults", "−8 / 0", "n/a"),
        ("Flat adjustment", "180 / 180", ""),
        ("Whole visit", "192 / 200", "96"),
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "In 1 visit a critical rule changed the score, and not the points."),
        ("it", "In 1 visita una regola critica ha cambiato il punteggio e non i punti."),
    ],
)
def test_a_knock_out_is_named_where_the_score_is_not_that_of_the_points(language: str, said: str) -> None:
    """85 and, knocked out, 0: mean 42.5, where the points still stand at 22 of 40."""
    found = table(form(Critical(CriticalRule.TOTAL_ZERO)), GOOD, POOR, language=language)
    assert (found.total.points, found.total.observed) == ("22 / 40", "43")
    assert said in found.sentence


def test_without_a_rule_none_is_named() -> None:
    assert "critical" not in table(form(Critical(CriticalRule.TOTAL_ZERO)), GOOD, GOOD).sentence


def test_one_visit_is_no_mean() -> None:
    assert table(form(), GOOD).sentence == (
        "What takes most off the whole score comes first. What only takes points away has no score of its own."
    )


def test_weights_are_named_where_they_make_the_whole() -> None:
    said = "The whole score is the mean of the touchpoints by their weights, not of all points."
    assert said in table(form(total="section_weighted"), GOOD, POOR).sentence
    assert said not in table(form(), GOOD, POOR).sentence


def test_a_total_that_stops_at_100_says_so() -> None:
    """10 of 10 points and a bonus of 10 are 20 of 10, printed 100."""
    bonus = make.question("extra", options=TEN, is_bonus=True)
    checklist = Checklist("shop", make.text("Shop"), (make.section("door", make.question("open", options=TEN), bonus),))
    found = table(checklist, {"open": "yes", "extra": "yes"})
    assert (found.total.points, found.total.observed) == ("20 / 10", "100")
    assert "The visit scores no more than 100, however many points it earned." in found.sentence
    twice = table(checklist, *[{"open": "yes", "extra": "yes"}] * 2)
    assert "No visit scores more than 100, however many points it earned." in twice.sentence


def test_paper_holds_the_same_points() -> None:
    made = pdf.render(report(form(), GOOD, POOR), "en", {})
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).split())
    assert ("−8 / 0" in text, "22 / 40" in text, "−8 of 0 points" in text) == (True, True, True)


def test_what_took_points_away_comes_before_what_earned_them() -> None:
    """A scale without points for the good answer: no yes or no, and still said how much it took."""
    tidy = make.question("tidy", options=(make.option("good", 0), make.option("bad", -4)))
    checklist = Checklist("shop", make.text("Shop"), (make.section("door", make.question("open", options=TEN), tidy),))
    found = report(checklist, {"open": "yes", "tidy": "bad"}).questions
    assert found is not None
    rows = [(row.label, row.base) for row in found.groups[0].rows]
    assert rows == [("tidy", "−4 of 0 points"), ("open", "yes 1 of 1")]


def test_what_takes_points_away_is_named_before_any_gap_and_costs_what_it_took() -> None:
    """15 and 25 points of 100 taken: 20 off. The door, 75 where the norm is 90, takes 15 × 1."""
    found = report(form(), GOOD, POOR)
    assert found.head.summary.startswith("“faults” can only take points away: 20.0 off the score. ")
    assert found.sections is not None
    assert [(row.label, row.cost) for row in found.sections.rows] == [("faults", "−20.0"), ("door", "−15.0")]
    italian = report(form(), GOOD, POOR, language="it").head.summary
    assert italian.startswith("«faults» può solo togliere punti: ne toglie 20,0 al punteggio. ")
