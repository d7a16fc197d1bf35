"""The last part of the reports of a store and of a network: figures opened, small ones by hand."""

from dataclasses import replace
from decimal import Decimal

from fieldstudy import words
from fieldstudy.core import experience, feelings, figures
from fieldstudy.core.answers import Encounter
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule, Total
from fieldstudy.core.grounds import Grounds
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.reports import network, store
from fieldstudy.reports.network import Source
from fieldstudy.reports.sums import Sums
from tests.reports import waves
from tests.reports.test_store_parts import FELT, GREETED, HOPED, LIGHT, form, report, taken

D = Decimal
EN = words.of("en")


def texts(found: Sums | None) -> dict[str, str]:
    """What is said of each figure, under its name and printed value."""
    assert found is not None
    lines = [line for group in found.groups for line in group.lines]
    return {f"{one.name} {one.value}": plain(one.text) for line in lines for one in line.sums}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


# A store


def test_a_touchpoint_that_a_rule_set_to_0_says_so() -> None:
    critical = replace(GREETED, critical=Critical(CriticalRule.SECTION_ZERO))
    found = texts(report(form(critical, LIGHT), {"greeted": "no", "light": "s5", "bye": "yes"}).sums)
    assert found["Overall experience 33"] == "(33.3) ÷ 1 visit; visit 1 was 66.7 before the rule"
    assert found["Door 0"] == "(0.0) ÷ 1 visit; visit 1 set to 0 by a rule; 1 of 2 points"


def test_a_gap_shows_what_its_share_and_its_cost_are_made_of() -> None:
    """1 of 2 answers is 50: 45 below the norm; nothing else was answered, so the whole score hangs on it."""
    found = texts(report(form(GREETED), {"greeted": "yes"}, {"greeted": "no"}).sums)
    said = "50.0 − 95; 1 ÷ 2 answers; share 100.0 %, the mean of its part in each visit; cost −45.0 = −45 × 100.0 %"
    assert found["Greeted? −45"] == said


def test_a_weighted_share_is_of_what_was_asked() -> None:
    """All that was asked at one of two touchpoints with a score, which weigh alike: 1 × 1 ÷ 2."""
    found = texts(report(form(GREETED, LIGHT, total=Total.SECTION_WEIGHTED), {"greeted": "na", "light": "s3"}).sums)
    assert not any(name.startswith("Greeted?") for name in found)
    found = texts(report(form(GREETED, LIGHT, total=Total.SECTION_WEIGHTED), {"greeted": "no", "light": "s3"}).sums)
    assert "share 50.0 %, the mean of its part in each visit; cost −47.5" in found["Greeted? −95"]


def test_what_was_not_applicable_stands_at_its_cell_and_level() -> None:
    visits = [{"greeted": "na", "light": "s3"}, {"greeted": "yes", "light": "s3"}]
    found = texts(report(form(GREETED, LIGHT), *visits).sums)
    assert found["relate 100"] == "1 ÷ 1 answer; 1 n/a"
    assert found["sense 50"] == "1 ÷ 2 answers"


def test_an_expectation_is_opened_over_the_visits_that_have_both() -> None:
    """Found 3 and 5 of 1–5, hoped for 5 and 5: 50 + 100 less 100 + 100."""
    visits = [{"felt": "3", "hoped": "5"}, {"felt": "5", "hoped": "5"}, {"felt": "1"}]
    found = texts(report(form(FELT, HOPED), *visits).sums)
    assert found["Found? −25"] == "150.0 ÷ 2 visits − 200.0 ÷ 2 visits"


def test_feelings_and_evidence_show_their_sums() -> None:
    checklist = form(GREETED)
    snapshot = taken(checklist, {"greeted": "yes", "bye": "yes"}, {"greeted": "yes"})
    felt = [Encounter("door", 2, None), Encounter("door", -1, None), Encounter("till", -1, None)]
    snapshot = replace(snapshot, curve=feelings.feeling_curve(checklist.sections, felt))
    found = texts(store.build(snapshot, checklist, EN, 1, ()).sums)
    assert (found["Door +0.5"], found["Till −1"]) == ("1 ÷ 2 visits", "−1 ÷ 1 visit")
    assert found["On evidence 0\N{NO-BREAK SPACE}%"] == "0 of 3 points"


def test_harmony_shows_its_terms() -> None:
    """100, 0 and 50: population sd √(5000 ÷ 3) = 40.8."""
    visits = [{"greeted": "yes", "bye": "no", "full": "yes"}, {"greeted": "yes", "bye": "no", "full": "no"}]
    found = texts(report(form(GREETED), *visits).sums)
    assert found["Harmony 0.18"] == "1 − 40.8 ÷ 50; 40.8 = sd of 100.0 0.0 50.0; 3 touchpoints"


# The network


def opened(snapshot: NetworkSnapshot, form: Checklist = waves.FORM) -> dict[str, str]:
    return texts(network.build(snapshot, form, EN, Source(1)).sums)


def test_the_network_and_its_regions_can_be_added_up_again() -> None:
    """Means 50, 50, 75 and 75: 62.5 ± 3.1824 × 14.434 ÷ √4 = 22.97."""
    regions = {"A": "North", "B": "North", "C": "South", "D": "South"}
    found = opened(waves.network({"A": [2], "B": [2], "C": [3], "D": [3]}, regions=regions))
    assert found["The whole network 63"] == "(50.0 + 50.0 + 75.0 + 75.0) ÷ 4 stores; 39.5–85.5"
    assert found["North 50"] == "(50.0 + 50.0) ÷ 2 stores"
    assert found["All points 63"] == "10 of 16 points; 4 visits"
    assert found["Door 63"] == "250.0 ÷ 4 stores; 10 of 16 points; 39.5–85.5"


def test_rates_gaps_and_cells_of_the_network_are_opened() -> None:
    """The rates of the stores are 1, 1 and 0: 66.7 ± 4.3027 × 57.735 ÷ √3 leaves nothing out."""
    found = opened(waves.network({"A": [1], "B": [4, 4], "C": [0]}))
    assert found["Greeted? 75"] == "3 ÷ 4 answers; too unlike for an interval"
    assert found["Smiled? −25"].startswith("50.0 − 75; 2 ÷ 4 answers; ")
    assert found["Smiled? −25"].endswith("share 25.0 %, the mean of its part in each visit; cost −6.3 = −25 × 25.0 %")
    assert found["feel 56"].startswith("9 ÷ 16 answers; ")


def test_the_spread_shows_its_squares() -> None:
    """Visits 75 and 25, twice: 4 × 25² over 2 degrees of freedom; means 50 and 50."""
    found = opened(waves.network({"A": [3, 1], "B": [1, 3]}))
    assert found["Visits of the same store 35.4"] == "√(2,500.0 ÷ 2); 4 visits, 2 stores"
    assert found["Means of the stores 0.0"] == "√(0.0 ÷ 1); 2 stores"


def test_feelings_and_evidence_of_the_network_show_their_sums() -> None:
    snapshot = waves.network({"A": [1], "B": [4, 4]}, encounters=[Encounter("door", 1, None)])
    found = opened(replace(snapshot, grounds=Grounds(D(12), D(3), D(10), D(5), 2, 2)))
    assert found["Door +1"] == "3 ÷ 3 visits"
    assert found["On evidence 25\N{NO-BREAK SPACE}%"] == "3 of 12 points"
    assert found["Answered in the store, where the moment is known 50\N{NO-BREAK SPACE}%"] == "5 of 10 points"


def test_a_network_without_visits_has_nothing_to_open() -> None:
    snapshot = waves.network({"A": [1]})
    empty = replace(
        snapshot,
        stores=(),
        network=figures.wave_figures(waves.FORM, [], []).network,
        gaps=(),
        pyramid=experience.pyramid(waves.FORM, []),
        grid=experience.grid(waves.FORM, []),
        grounds=Grounds(),
        curve=feelings.FeelingCurve(()),
        heterogeneity=replace(
            snapshot.heterogeneity,
            within_stores=None,
            between_stores=replace(snapshot.heterogeneity.between_stores, deviation=None),
        ),
    )
    assert network.build(empty, waves.FORM, EN, Source(1)).sums is None
