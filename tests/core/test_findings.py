"""Expected strengths, priorities and facts are counted by hand from the answers below."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from fieldstudy.core import findings
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import (
    Checklist,
    Critical,
    CriticalRule,
    ExPro,
    Method,
    Section,
    Settings,
    Text,
    Total,
)
from fieldstudy.core.findings import Against, Findings, MedianFact, MomentsOfTruth, PointsFact, Source, YesFact
from fieldstudy.core.snapshots import JottingRecord, StoreSnapshot, VisitRecord
from tests.reports import content, snapshots

D = Decimal
LIVED = Method.MYSTERY_SHOPPING
WATCHED = Method.NON_PARTICIPANT_OBSERVATION

GREETED = content.yes_no("greeted", "Salutato?", "Greeted?", ExPro.PEOPLE)
SMILED = content.yes_no("smiled", "Sorriso?", "Smiled?", ExPro.PEOPLE)
CLEAN = content.yes_no("clean", "Pulito?", "Clean?", ExPro.ENVIRONMENT)
WAIT = content.timer("wait", "Attesa?", "Wait?", ExPro.PEOPLE, 60, 120)


def section(name: str, *questions, norm: int | None = 80, **more) -> Section:
    return Section(name, Text({"en": name}), questions, norm=None if norm is None else D(norm), **more)


def checklist(*sections: Section, **settings) -> Checklist:
    return Checklist("form", Text(), sections, Settings(**settings))


def visits(form: Checklist, *values: dict[str, str], method: Method = LIVED) -> list[VisitRecord]:
    return [
        snapshots.visit(form, number, method, [Answer(name, value, value == "na") for name, value in given.items()])
        for number, given in enumerate(values, start=1)
    ]


def store(form: Checklist, records: list[VisitRecord]) -> StoreSnapshot:
    return snapshots.refigured(snapshots.store_snapshot(form, visits=1, photos=0, stores=2), form, records)


def find(form: Checklist, *values: dict[str, str]) -> Findings:
    return findings.find(store(form, visits(form, *values)), form)


def test_what_weighs_nothing_in_the_score_is_no_priority() -> None:
    """100 of 100 where it counts; a touchpoint of weight 0 is missed, and takes nothing off the whole."""
    door, till = section("door", GREETED), section("till", CLEAN, weight=D(0))
    found = find(checklist(door, till, total=Total.SECTION_WEIGHTED), *[{"greeted": "yes", "clean": "no"}] * 3)
    assert [one.section for one in found.strengths] == ["door"]
    assert found.priorities == ()


def test_a_touchpoint_at_its_norm_is_neither_strength_nor_priority() -> None:
    form = checklist(section("door", GREETED, norm=50))
    found = find(form, {"greeted": "yes"}, {"greeted": "no"})
    assert (found.strengths, found.priorities) == ((), ())


def test_a_touchpoint_above_its_norm_is_a_strength() -> None:
    form = checklist(section("door", GREETED, norm=49))
    found = find(form, {"greeted": "yes"}, {"greeted": "no"})
    assert [(f.section, f.gap) for f in found.strengths] == [("door", D(1))]


def test_a_touchpoint_at_0_in_every_store_is_no_strength() -> None:
    form = checklist(section("door", GREETED, norm=None))
    here = visits(form, {"greeted": "no"})
    other = [snapshots._sums(record, "other") for record in visits(form, {"greeted": "no"})]
    both = snapshots.wave_figures(form, here, other)
    found = findings.find(replace(store(form, here), network=both.network), form)
    assert (found.strengths, found.priorities) == ((), ())


def test_a_question_whose_rule_fired_speaks_for_no_strength() -> None:
    """The observation of visit 3 stands outside the score, and its rule fired all the same."""
    door = section("door", replace(GREETED, critical=Critical(CriticalRule.FLAG)), SMILED, norm=50)
    form = checklist(door, headline_methods=(LIVED,))
    lived = visits(form, {"greeted": "yes", "smiled": "yes"}, {"greeted": "yes", "smiled": "yes"})
    watched = replace(visits(form, {"greeted": "no", "smiled": "yes"}, method=WATCHED)[0], number=3)
    found = findings.find(store(form, [*lived, watched]), form)
    assert [fact.question for fact in found.strengths[0].facts] == ["smiled"]
    assert [(f.visits, f.beside) for f in found.critical] == [((3,), (3,))]


RULED = section("door", replace(GREETED, critical=Critical(CriticalRule.FLAG)), SMILED, norm=50)
TWICE_AND_ONCE = ({"greeted": "yes", "smiled": "yes"}, {"greeted": "no", "smiled": "yes"})
"""3 of 4 points at the door where 50 is the norm, and its rule fired in visit 2."""


def test_a_touchpoint_in_which_a_rule_fired_is_no_strength() -> None:
    found = find(checklist(RULED), *TWICE_AND_ONCE)
    assert (found.strengths, found.has_ruled_lead) == ((), True)
    assert [finding.question for finding in found.critical] == ["greeted"]


def test_a_strength_is_said_to_lead_only_where_no_touchpoint_with_a_rule_is_further_above() -> None:
    """The door is 25 above its norm; the floor, all clean, 20 above 80 and then 30 above 70."""
    given = [one | {"clean": "yes"} for one in TWICE_AND_ONCE]
    behind, before = (find(checklist(RULED, section("floor", CLEAN, norm=norm)), *given) for norm in (80, 70))
    assert [(one.strengths[0].section, one.has_ruled_lead) for one in (behind, before)] == [
        ("floor", True),
        ("floor", False),
    ]


def test_a_priority_costs_its_gap_times_what_hangs_on_it() -> None:
    """Three of four points: −80 · 3/4 = −60; the floor: −80 · 1/4 = −20, though its gap is the same."""
    door, floor = section("door", replace(GREETED, weight=D(3))), section("floor", CLEAN)
    found = find(checklist(floor, door), {"greeted": "no", "clean": "no"})
    assert [(f.section, f.cost) for f in found.priorities] == [("door", D(-60)), ("floor", D(-20))]


def test_a_priority_is_clear_where_its_interval_leaves_out_the_norm() -> None:
    """No in all but one of eight visits: 12.5 ± 29.6; in two of four: 50 ± 91.9."""
    form = checklist(section("door", GREETED))
    said_no, said_yes = {"greeted": "no"}, {"greeted": "yes"}
    assert find(form, said_yes, *[said_no] * 7).priorities[0].is_clear
    assert not find(form, said_yes, said_yes, said_no, said_no).priorities[0].is_clear


def test_a_touchpoint_below_its_norm_is_a_priority() -> None:
    form = checklist(section("door", GREETED, norm=51))
    found = find(form, {"greeted": "yes"}, {"greeted": "no"})
    assert [(f.section, f.observed, f.gap) for f in found.priorities] == [("door", D(50), D(-1))]


def test_the_gap_is_that_of_the_printed_numbers() -> None:
    form = checklist(section("door", GREETED, norm=67))
    found = find(form, {"greeted": "yes"}, {"greeted": "yes"}, {"greeted": "no"})
    assert (found.strengths, found.priorities) == ((), ())


def test_priorities_come_by_weight_times_gap() -> None:
    door, floor = section("door", GREETED, weight=D(1)), section("floor", CLEAN, norm=40, weight=D(3))
    form = checklist(door, floor, total=Total.SECTION_WEIGHTED)
    found = find(form, {"greeted": "no", "clean": "no"})
    assert [f.section for f in found.priorities] == ["floor", "door"]


def test_weights_do_not_count_where_points_are_pooled() -> None:
    form = checklist(section("door", GREETED), section("floor", CLEAN, norm=40, weight=D(3)))
    found = find(form, {"greeted": "no", "clean": "no"})
    assert [f.section for f in found.priorities] == ["door", "floor"]


def test_no_more_than_three_priorities_are_named() -> None:
    questions = [content.yes_no(f"q{i}", "?", "?") for i in range(5)]
    form = checklist(*(section(f"s{i}", question) for i, question in enumerate(questions)))
    found = find(form, {question.name: "no" for question in questions})
    assert [f.section for f in found.priorities] == ["s0", "s1", "s2"]


def test_without_a_norm_the_network_is_the_reference() -> None:
    form = checklist(section("door", GREETED, norm=None))
    here = visits(form, {"greeted": "no"})
    other = [snapshots._sums(record, "other") for record in visits(form, {"greeted": "yes"})]
    both = snapshots.wave_figures(form, here, other)
    found = findings.find(replace(store(form, here), network=both.network), form)
    assert [(f.against, f.reference) for f in found.priorities] == [(Against.NETWORK, D(50))]


def test_one_store_alone_is_no_network_to_be_held_against() -> None:
    found = find(checklist(section("door", GREETED, norm=None)), {"greeted": "no"})
    assert not found.strengths
    assert not found.priorities


def test_a_touchpoint_without_a_score_is_neither() -> None:
    found = find(checklist(section("door", GREETED)), {"greeted": "na"})
    assert not found.strengths
    assert not found.priorities


def test_the_weakest_question_of_a_priority_comes_first() -> None:
    form = checklist(section("door", SMILED, GREETED))
    found = find(form, {"greeted": "no", "smiled": "yes"}, {"greeted": "no", "smiled": "no"})
    assert found.priorities[0].facts == (YesFact("greeted", 0, 2), YesFact("smiled", 1, 2))


def test_a_timer_is_told_by_its_median() -> None:
    form = checklist(section("till", WAIT))
    found = find(form, {"wait": "70"}, {"wait": "200"}, {"wait": "90"})
    assert found.priorities[0].facts == (MedianFact("wait", D(90), 3, True, D(60)),)


def test_other_answers_are_told_by_their_points() -> None:
    form = checklist(section("talk", content.care("care", "?", "?")))
    found = find(form, {"care": "partial"}, {"care": "none"})
    assert found.priorities[0].facts == (PointsFact("care", D("0.5"), D(4)),)


def test_the_lever_is_the_most_frequent_provider_of_the_weak_questions() -> None:
    form = checklist(section("door", CLEAN, GREETED, SMILED))
    found = find(form, {"clean": "no", "greeted": "no", "smiled": "no"})
    assert found.priorities[0].lever == ExPro.PEOPLE


def test_answers_of_whoever_only_watched_do_not_enter_the_facts() -> None:
    form = checklist(section("door", GREETED))
    watched = replace(visits(form, {"greeted": "yes"}, method=WATCHED)[0], number=2)
    found = findings.find(store(form, [*visits(form, {"greeted": "no"}), watched]), form)
    assert found.priorities[0].facts == (YesFact("greeted", 0, 1),)


def test_comments_are_counted_at_their_touchpoint() -> None:
    form = checklist(section("door", GREETED), section("floor", CLEAN))
    record = visits(form, {"greeted": "no", "clean": "no"})[0]
    record = replace(record, answers=(replace(record.answers[0], comment="Nobody."), record.answers[1]))
    found = findings.find(store(form, [record]), form)
    assert [(f.section, f.comments) for f in found.priorities] == [("door", 1), ("floor", 0)]


def test_moments_of_truth_below_their_norm_are_counted() -> None:
    form = checklist(
        section("door", GREETED, is_moment_of_truth=True), section("floor", CLEAN, is_moment_of_truth=True)
    )
    assert find(form, {"greeted": "no", "clean": "yes"}).moments == MomentsOfTruth(below=1, of=2, clear=0)


def test_a_critical_rule_names_the_visits_in_which_it_fired() -> None:
    critical = replace(GREETED, critical=Critical(CriticalRule.TOTAL_ZERO))
    form = checklist(section("door", critical))
    found = find(form, {"greeted": "no"}, {"greeted": "yes"}, {"greeted": "no"})
    assert [(f.question, f.rule, f.visits) for f in found.critical] == [("greeted", CriticalRule.TOTAL_ZERO, (1, 3))]


LONG = "Nobody looked up while I stood at the counter, for a good two minutes. "
"""71 characters: long enough to be quoted."""


def jotted(record: VisitRecord, **texts: str) -> VisitRecord:
    at = record.started_at + timedelta(minutes=1)
    return replace(record, jottings=tuple(JottingRecord(place, at, text) for place, text in texts.items()))


def test_a_quotation_comes_from_the_first_priority_that_has_one() -> None:
    form = checklist(section("floor", CLEAN), section("door", GREETED, norm=90))
    record = jotted(visits(form, {"greeted": "no", "clean": "yes"})[0], floor="Floor: " + LONG, door="Door: " + LONG)
    quotation = findings.find(store(form, [record]), form).quotation
    assert quotation is not None
    assert (quotation.section, quotation.source, quotation.visit) == ("door", Source.JOTTING, 1)


def test_the_quotation_is_taken_where_it_felt_worst() -> None:
    form = checklist(section("door", GREETED))
    first, second = visits(form, {"greeted": "no"}, {"greeted": "no"})
    first = replace(jotted(first, door="First: " + LONG), encounters=(Encounter("door", feeling=1),))
    second = replace(jotted(second, door="Second: " + LONG), encounters=(Encounter("door", feeling=-2),))
    quotation = findings.find(store(form, [first, second]), form).quotation
    assert quotation is not None
    assert quotation.visit == 2


def test_a_text_that_is_too_short_or_too_long_is_not_quoted() -> None:
    form = checklist(section("door", GREETED))
    record = jotted(visits(form, {"greeted": "no"})[0], door="Nobody.")
    assert findings.find(store(form, [record]), form).quotation is None
    record = jotted(visits(form, {"greeted": "no"})[0], door="x" * 241)
    assert findings.find(store(form, [record]), form).quotation is None
