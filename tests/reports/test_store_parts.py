"""Grid, map, expectations, timings, gaps, actions and sums of a store's report: small ones, by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from fieldstudy import words
from fieldstudy.core import statistics
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.changes import Change, Test, Verdict, judge, of_rates
from fieldstudy.core.checklist import Checklist, ExPro, Method, Question, QuestionType, Section, Sem, Settings, Text
from fieldstudy.core.figures import VisitSums, rate
from fieldstudy.core.moments import Moment
from fieldstudy.core.snapshots import LastWave, StoreSnapshot, compare
from fieldstudy.reports import store
from fieldstudy.reports.store import StoreReport
from fieldstudy.reports.store.actions import ActionLine
from tests import factories as make
from tests.reports import content, snapshots

D = Decimal
EN = words.of("en")
GREETED = content.yes_no("greeted", "Salutato?", "Greeted?", ExPro.PEOPLE, sem=(Sem.RELATE,), norm=D(95))
LIGHT = content.scale("light", "Luce?", "Light?", ExPro.ENVIRONMENT, sem=(Sem.SENSE,))
QUEUE = replace(content.timer("queue", "Coda?", "Queue?", ExPro.PEOPLE, 120, 240), tolerated=D(240))
HOPED = Question("hoped", QuestionType.RANGE, content.text("Atteso?", "Hoped?"), role="expectation_of:felt",
                 range_start=D(1), range_end=D(5))  # fmt: skip
FELT = Question("felt", QuestionType.RANGE, content.text("Trovato?", "Found?"), range_start=D(1), range_end=D(5),
                role="engagement")  # fmt: skip


def form(*questions: Question, **settings) -> Checklist:
    """A door where people arrive, then a till with nothing to ask but a yes."""
    sections = (
        Section("door", Text({"en": "Door"}), questions, norm=D(90)),
        Section("till", Text({"en": "Till"}), (content.yes_no("bye", "Saluto?", "Goodbye?"),)),
        Section("shelf", Text({"en": "Shelf"}), (content.yes_no("full", "Pieno?", "Full?"),)),
    )
    return Checklist("form", Text({"en": "Form"}), sections, Settings(**settings))


def taken(checklist: Checklist, *visits: dict[str, str]) -> StoreSnapshot:
    records = [
        snapshots.visit(checklist, number, Method.MYSTERY_SHOPPING, [Answer(n, v, v == "na") for n, v in given.items()])
        for number, given in enumerate(visits, start=1)
    ]
    base = snapshots.store_snapshot(checklist, visits=1, photos=0, stores=2)
    return snapshots.refigured(base, checklist, records)


def report(checklist: Checklist, *visits: dict[str, str], actions: tuple[ActionLine, ...] = ()) -> StoreReport:
    return store.build(taken(checklist, *visits), checklist, EN, 1, (), actions)


def met(snapshot: StoreSnapshot, *times: dict[str, str]) -> StoreSnapshot:
    pairs = zip(snapshot.visits, times, strict=True)
    visits = [
        replace(visit, encounters=tuple(Encounter(name, None, None, at) for name, at in at_times.items()))
        for visit, at_times in pairs
    ]
    return replace(snapshot, visits=tuple(visits))


# Grid and pyramid


def test_a_cell_that_no_question_has_is_not_asked() -> None:
    part = report(form(GREETED, LIGHT), {"greeted": "yes", "light": "s3"}).experience
    assert part is not None
    assert part.grid is not None
    people = next(row for row in part.grid.rows if row.label == "People")
    assert [cell.text for cell in people.cells] == ["not asked"] * 4 + ["100"]


def test_a_cell_that_nobody_answered_is_not_a_zero() -> None:
    part = report(form(GREETED, LIGHT), {"greeted": "na", "light": "s3"}).experience
    assert part is not None
    assert part.grid is not None
    people = next(row for row in part.grid.rows if row.label == "People")
    assert people.cells[-1].text == "n/a"


def test_coverage_counts_the_cells_with_answers() -> None:
    part = report(form(GREETED, LIGHT), {"greeted": "yes", "light": "s3"}).experience
    assert part is not None
    assert part.grid is not None
    assert part.grid.coverage.startswith("2 of 35 cells")


def test_harmony_needs_three_touchpoints() -> None:
    both = report(form(GREETED), {"greeted": "yes", "bye": "yes"}).experience
    three = report(form(GREETED), {"greeted": "yes", "bye": "yes", "full": "yes"}).experience
    assert both is not None
    assert three is not None
    assert (both.harmony, three.harmony[:41]) == ("", "Harmony between the touchpoints: 1.00. Th")


def test_without_any_scale_the_whole_part_is_left_out() -> None:
    bare = Checklist(
        "form", Text({"en": "F"}), (Section("door", Text({"en": "Door"}), (content.told("t", "T", "T"),)),)
    )
    assert report(bare, {"t": "Calm."}).experience is None


# Expectation and perception


def test_what_was_expected_stands_beside_what_was_found() -> None:
    """4 of 1–5 is 75 of 100 hoped for, 2 is 25 found."""
    found = report(form(HOPED, FELT), {"hoped": "4", "felt": "2"}).expectations
    assert found is not None
    assert "Found? from 1 visit: gap −50" in found.drawing


def test_one_side_alone_says_nothing() -> None:
    assert report(form(HOPED, FELT), {"hoped": "4"}).expectations is None


# The way that visits took


def test_the_map_counts_steps_and_names_the_late_ones() -> None:
    checklist = form(GREETED)
    straight = {"door": "10:00", "till": "10:05", "shelf": "10:09"}
    other = {"shelf": "11:00", "door": "11:02", "till": "11:10"}
    snapshot = met(taken(checklist, {"greeted": "yes"}, {"greeted": "yes"}), straight, other)
    route = store.build(snapshot, checklist, EN, 1, ()).route
    assert route is not None
    assert "Not foreseen: Shelf → Door (1×)." in route.said
    assert "Door → Till: 2× 6 min" in route.strips[0]


def test_without_times_there_is_no_map() -> None:
    assert report(form(GREETED), {"greeted": "yes"}).route is None


# Gaps by what they cost


def test_a_gap_costs_its_share_of_the_score() -> None:
    """One of the two points that were asked hangs on the greeting: (50 − 95) / 2 = −22.5, as 75 is below 97.5."""
    found = report(form(GREETED), {"greeted": "yes", "bye": "yes"}, {"greeted": "no", "bye": "yes"}).gaps
    assert found is not None
    row = found.rows[0]
    assert (row.observed, row.norm, row.gap, row.cost) == ("50", "95", "−45", "−22.5")


def test_questions_without_norms_have_no_ranking() -> None:
    assert report(form(LIGHT), {"light": "s3"}).gaps is None


# Timings


def test_waiting_times_have_median_percentile_and_shares() -> None:
    """Type 7: the 90th percentile of 60, 120, 300 lies at 120 + 0.8 · 180 = 264."""
    waits = report(form(QUEUE), {"queue": "60"}, {"queue": "120"}, {"queue": "300"}).waits
    assert waits is not None
    row = waits.rows[0]
    said = [text.replace("\N{NO-BREAK SPACE}", " ") for text in (row.n, row.median, row.p90)]
    assert said == ["3", "2 min", "4 min 24 s"]
    assert (row.within_standard, row.within_tolerated) == ("2 of 3 (21–94)", "2 of 3 (21–94)")


def test_one_visit_within_the_standard_has_no_interval() -> None:
    waits = report(form(QUEUE), {"queue": "60"}).waits
    assert waits is not None
    assert waits.rows[0].within_standard == "1 of 1"


def test_half_a_second_is_rounded_up_wherever_it_stands() -> None:
    """The median of 60 and 63 is 61.5."""
    found = report(form(QUEUE), {"queue": "60"}, {"queue": "63"})
    assert found.waits is not None
    assert found.questions is not None
    assert found.waits.rows[0].median == found.questions.groups[0].rows[0].result == "1\xa0min 2\xa0s"


def test_a_timer_that_nobody_started_is_left_out() -> None:
    assert report(form(QUEUE), {"bye": "yes"}).waits is None


# Questions


def test_a_rate_carries_its_interval() -> None:
    """Wilson for 3 of 4: 30.1 to 95.4 percent (Newcombe 1998, table I, by the formula)."""
    visits = [{"greeted": "yes"}] * 3 + [{"greeted": "no"}]
    questions = report(form(GREETED), *visits).questions
    assert questions is not None
    assert (questions.groups[0].rows[0].base, questions.groups[0].rows[0].interval) == ("yes 3 of 4", "30–95")


def changed(verdict: Verdict) -> LastWave:
    change = Change(rate(0, 4), verdict, Test.RATES)
    return LastWave("Spring", change, (("door", change),), (("greeted", change),))


def test_a_change_is_named_only_where_a_test_tells_it() -> None:
    checklist = form(GREETED)
    said = []
    for verdict in (Verdict.BETTER, Verdict.CANNOT_TELL, Verdict.TOO_FEW):
        snapshot = replace(taken(checklist, {"greeted": "yes"}), last=changed(verdict))
        questions = store.build(snapshot, checklist, EN, 1, ()).questions
        assert questions is not None
        said.append(questions.groups[0].rows[0].change)
    assert said == ["▲ better, before 0", "", ""]


def test_a_told_change_carries_newcombes_interval() -> None:
    """From 0 of 4 to 4 of 4: 30.7 to 100 (statsmodels, confint_proportions_2indep, "newcomb")."""
    checklist, interval, said = form(GREETED), statistics.newcombe(0, 4, 4, 4), []
    for verdict in (Verdict.BETTER, Verdict.CANNOT_TELL):
        change = Change(rate(0, 4), verdict, Test.RATES, interval)
        last = LastWave("Spring", change, (), (("greeted", change),))
        questions = store.build(
            replace(taken(checklist, {"greeted": "yes"}), last=last), checklist, EN, 1, ()
        ).questions
        assert questions is not None
        said.append(questions.groups[0].rows[0].moved)
    assert said == ["+31 to +100 points", ""]


# Actions


def test_an_action_says_what_the_next_wave_measures() -> None:
    line = ActionLine("door", "Greet first.", "greeted", ExPro.PEOPLE, "Ada", date(2026, 9, 1))
    actions = report(form(GREETED), {"greeted": "no"}, actions=(line,)).actions
    assert actions is not None
    row = actions.now[0]
    assert (row.about, row.due, row.state) == ("Door: Greeted?", "1 September 2026", "open")
    assert row.outcome == "The next wave measures it again: now 0, norm 95."


def test_an_action_of_the_last_wave_has_its_verdict() -> None:
    checklist, line = form(GREETED), ActionLine("door", "Greet first.", "greeted", is_of_last_wave=True)
    said = []
    for verdict in Verdict:
        snapshot = replace(taken(checklist, {"greeted": "yes"}), last=changed(verdict))
        actions = store.build(snapshot, checklist, EN, 1, (), (line,)).actions
        assert actions is not None
        said.append(actions.before[0].outcome)
    assert said == [
        "▲ better (0 → 100)",
        "▼ worse (0 → 100)",
        "no change that we can tell from 1 visit (0 → 100)",
        "not tested, too few answers (0 → 100)",
        "not tested, all answers alike (0 → 100)",
        "all answers together and the stores one by one do not agree (0 → 100)",
        "not compared",
    ]


def test_without_actions_there_is_no_heading() -> None:
    assert report(form(GREETED), {"greeted": "no"}).actions is None


def test_a_priority_points_at_its_action() -> None:
    lines = (ActionLine("till", "Smile."), ActionLine("door", "Greet first."))
    head = report(form(GREETED), {"greeted": "no"}, actions=lines).head
    assert head.priorities is not None
    assert head.priorities.points[0].lever == "Lever: people · → action 2"


# Sums and grounds


def test_the_score_can_be_added_up_again() -> None:
    sums = report(form(GREETED), {"greeted": "yes"}, {"greeted": "no"}).sums
    assert sums is not None
    overall = sums.groups[0].lines[0].sums[0]
    assert (overall.name, overall.value) == ("Overall experience", "50")
    assert overall.text == "(100.0 + 0.0) ÷ 2 visits"
    assert sums.groups[0].formula == "mean_of_visits_t/2"


def test_a_touchpoint_s_sum_shows_points_and_what_did_not_apply() -> None:
    sums = report(form(GREETED, LIGHT), {"greeted": "na", "light": "s3"}).sums
    assert sums is not None
    door = sums.groups[0].lines[1].sums[0]
    assert door.text == "(50.0) ÷ 1 visit; 0.5 of 1 point; 1 n/a"


def test_the_method_says_how_many_visits_a_change_would_need() -> None:
    """From 1, 0.5 and 0: standard deviation 50; two samples of 394 see a fifth of it (power 0.8, two-sided 0.05)."""
    visits = [{"greeted": "yes", "bye": "yes"}, {"greeted": "yes", "bye": "no"}, {"greeted": "no", "bye": "no"}]
    facts = {fact.term: fact.texts for fact in report(form(GREETED), *visits).method.facts}
    assert facts["Spread"][0].endswith("standard deviation 50.0 points.")
    assert "394 visits in each wave" in facts["Spread"][1]


def test_the_method_names_a_formula_for_each_kind_of_figure() -> None:
    """Nothing of points, waits or needed visits where there are none."""
    visits = [{"greeted": "yes", "queue": "60", "light": "s3"}, {"greeted": "no", "queue": "300", "light": "s3"}]
    snapshot = replace(taken(form(GREETED, QUEUE, LIGHT), *visits), last=changed(Verdict.BETTER))
    full = store.build(snapshot, form(GREETED, QUEUE, LIGHT), EN, 1, ())
    said = {fact.term: fact.texts[0] for fact in full.method.formulas}
    assert said["Points"].endswith("[points_of_answers/1]")
    assert said["Median, 9 of 10"].endswith("[quantile_type_7/1]")
    assert "Fisher's exact test" in said["Change"]
    assert "noncentral t" in said["Visits needed"]
    plain = {fact.term for fact in report(form(), {"bye": "yes"}).method.formulas}
    assert plain & {"Points", "Cost of a gap", "Median, 9 of 10", "Change", "Visits needed"} == set()


def noted(**changes: object) -> StoreReport:
    """One answer of two was given in the store, as far as the moments say."""
    checklist = form(GREETED)
    snapshot = taken(checklist, {"greeted": "yes", "bye": "yes"})
    moments = (("greeted", Moment.IN_STORE), ("bye", Moment.LATER))
    visit = replace(snapshot.visits[0], moments=moments, **changes)  # type: ignore[arg-type]
    return store.build(replace(snapshot, visits=(visit,)), checklist, EN, 1, ())


STARTED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STAY = {"entered_at": STARTED, "left_at": STARTED + timedelta(minutes=20)}


def test_the_method_says_what_was_answered_in_the_store() -> None:
    facts = {fact.term: fact.texts for fact in noted(**STAY).method.facts}
    assert facts["Grounds"][1].startswith("50")


def test_without_entry_and_exit_no_share_is_claimed() -> None:
    """As in a wave that was released before entries were noted: "in the store" meant "not after leaving" then."""
    facts = {fact.term: fact.texts for fact in noted(left_at=STARTED).method.facts}
    assert facts["Grounds"][1].startswith("How much was answered in the store is not stated")


def test_the_minutes_of_a_visit_are_those_in_the_store() -> None:
    ended_at = STARTED + timedelta(days=2)
    found = [noted(started_at=STARTED, ended_at=ended_at, **stay) for stay in (STAY, {})]
    assert [row.lasted for built in found for row in built.method.visits] == ["20 min", ""]


def test_no_time_is_no_ground() -> None:
    facts = {fact.term: fact.texts for fact in report(form(GREETED), {"greeted": "yes"}).method.facts}
    assert len(facts["Grounds"]) == 1


# Where less is better


ALONE = Question("alone", QuestionType.SELECT_ONE, content.text("Nessuno in vista?", "Nobody in sight?"),
                 options=(make.option("yes", 0), make.option("no", 1)), is_scored=True, is_reverse=True,
                 norm=D(90))  # fmt: skip


def test_a_priority_says_where_less_is_better() -> None:
    """Nobody in sight in 3 of 4 visits: 25 percent of the points."""
    found = report(form(ALONE), *[{"alone": said} for said in ("yes", "yes", "yes", "no")]).head.priorities
    assert found is not None
    assert found.points[0].facts == ("Nobody in sight? Yes in 3 of 4 visits (less is better).",)


def test_an_action_says_what_is_measured_where_less_is_better() -> None:
    line = ActionLine("door", "Somebody looks up.", "alone")
    found = report(form(ALONE), *[{"alone": said} for said in ("yes", "no", "no", "no")], actions=(line,)).actions
    assert found is not None
    assert found.now[0].outcome == ("The next wave measures it again: now 75 (in points: less earns more), norm 90.")


def test_all_visits_are_not_said_where_one_could_not_answer() -> None:
    """Three visits greet, and in the fourth it did not apply."""
    found = report(form(GREETED), *[{"greeted": said} for said in ("yes", "yes", "yes", "na")]).head.strengths
    assert found is not None
    assert found.points[0].facts == ("Greeted? Yes in all 3 visits with an answer.",)


def test_visits_without_differences_are_said_to_be_alike_once() -> None:
    """Three visits at 1 of 3 points each."""
    method = report(form(GREETED), *[{"greeted": "yes", "bye": "no", "full": "no"}] * 3).method
    assert next(fact.texts for fact in method.facts if fact.term == "Spread") == ("The visits are all at 33.",)


def test_a_question_that_changed_is_not_denied_by_scores_that_do_not_vary() -> None:
    """8 equal visits in each wave; 0 of 8 and then 8 of 8 is better by Fisher's test (p = 0.0002)."""
    checklist = form(GREETED)
    was, now = ({"greeted": said, "bye": "yes", "full": "yes"} for said in ("no", "yes"))
    before, after = (taken(checklist, *[given] * 8) for given in (was, now))
    rows = [
        [VisitSums(UUID(int=one.number), "S", one.method, one.final, one.sections) for one in found.visits]
        for found in (before, after)
    ]
    last = compare(checklist, "Before", before.figures, rows[0], after.figures, rows[1])
    last = replace(last, questions=(("greeted", judge([of_rates(rate(0, 8), rate(8, 0))])[0]),))
    found = store.build(replace(after, last=last), checklist, EN, 1, ())
    assert found.head.comparison[0].endswith("so that the score has no interval of its change.")
    assert found.head.comparison[1] == "What can be shown of a change stands beside its question."
    assert found.sections is not None
    assert "For 3 touchpoints no change can be tested" in found.sections.sentence
    assert "no change can be shown" not in found.sections.sentence


def of_two_waves(before: Sequence[str], now: Sequence[str]) -> store.StoreReport:
    """One question about a greeting, held against the wave before."""
    checklist = form(GREETED)
    waves = [
        taken(checklist, *[{"greeted": said, "bye": "yes", "full": "yes"} for said in wave]) for wave in (before, now)
    ]
    rows = [
        [VisitSums(UUID(int=one.number), "S", one.method, one.final, one.sections) for one in found.visits]
        for found in waves
    ]
    last = compare(checklist, "Before", waves[0].figures, rows[0], waves[1].figures, rows[1])
    counts = [rate(wave.count("yes"), wave.count("no")) for wave in (before, now)]
    last = replace(last, questions=(("greeted", judge([of_rates(*counts)])[0]),))
    return store.build(replace(waves[1], last=last), checklist, EN, 1, ())


def test_what_too_few_visits_leave_untested_is_not_said_to_be_unchanged() -> None:
    found = of_two_waves(["no"], ["yes"])
    assert found.sections is not None
    assert found.questions is not None
    assert "For 3 touchpoints no change can be tested: too few visits." in found.sections.sentence
    assert "Where no arrow stands, no change was tested (too few answers)." in found.questions.key
    assert "no change can be shown" not in found.sections.sentence + found.questions.key


def test_a_key_says_only_what_stands_in_its_table() -> None:
    """0 of 8 and 8 of 8 is better; 4 of 8 and 5 of 8 cannot be told; 8 of 8 twice is not tested."""
    keys = []
    for before, now in ((0, 8), (4, 5), (8, 8)):
        found = of_two_waves(*(["yes"] * yes + ["no"] * (8 - yes) for yes in (before, now))).questions
        assert found is not None
        keys.append(found.key)
    assert ["▲ ▼" in key for key in keys] == [True, False, False]
    assert ["Where no arrow stands, no change can be shown." in key for key in keys] == [False, True, False]
    assert "Where no arrow stands, no change was tested (all answers alike)." in keys[2]
