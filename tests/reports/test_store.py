"""The worded values of a store's report: what each part says, and which parts are left out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fieldstudy import words
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, Critical, CriticalRule, Method, Section, Settings, Text
from fieldstudy.core.snapshots import StoreSnapshot
from fieldstudy.reports import store
from fieldstudy.reports.store import StoreReport
from fieldstudy.services import releases
from tests.reports import content, snapshots

D = Decimal
FORM = content.CHECKLIST
EN, IT = words.of("en"), words.of("it")


def report(snapshot: StoreSnapshot, form: Checklist = FORM, said: words.Words = EN) -> StoreReport:
    available = {photo.sha256 for visit in snapshot.visits for photo in visit.photos}
    return store.build(snapshot, form, said, 1, available)


@pytest.fixture(scope="module")
def rich() -> StoreReport:
    return report(snapshots.store_snapshot())


def section(name: str, *questions, **more) -> Section:
    return Section(name, Text({"en": name}), questions, **more)


def small(
    values: list[dict[str, str]], *sections: Section, methods: tuple[Method, ...] = (), **settings
) -> StoreReport:
    form = Checklist("form", Text({"en": "Form"}), sections, Settings(**settings))
    methods = methods or (Method.MYSTERY_SHOPPING,) * len(values)
    records = [
        snapshots.visit(form, number, method, [Answer(name, value, value == "na") for name, value in given.items()])
        for number, (given, method) in enumerate(zip(values, methods, strict=True), start=1)
    ]
    base = snapshots.store_snapshot(form, visits=1, photos=0, stores=2)
    return report(snapshots.refigured(base, form, records), form)


GREETED = content.yes_no("greeted", "Salutato?", "Greeted?")
DOOR = section("Door", GREETED, norm=D(90))


def test_a_reversed_question_says_that_less_is_better() -> None:
    """Nobody waited: 0 percent yes, and all of the points."""
    options = tuple(replace(o, points=D(int(o.name == "no"))) for o in GREETED.options if not o.is_na)
    queue = replace(GREETED, name="queue", options=options, is_reverse=True, norm=D(90))
    found = small([{"queue": "no"}] * 3, section("Door", queue))
    assert found.questions is not None
    (row,) = found.questions.groups[0].rows
    assert row.base == "yes 0 of 3 · less is better · 100\N{NO-BREAK SPACE}% of the points"
    assert found.gaps is not None
    assert [(gap.observed, gap.gap, gap.base) for gap in found.gaps.rows] == [
        ("100", "+10", "3 answers · in points: less earns more")
    ]


def test_page_one_says_how_many_visits_and_when(rich: StoreReport) -> None:
    assert rich.head.visits == (
        "6 visits between 2 and 7 October 2026: 4 mystery shopping visits, 1 participant observation and "
        "1 non-participant observation"
    )


def test_the_interval_is_said_in_plain_words() -> None:
    """Seven of eight visits: 87.5 ± 2.365 · 35.36 ÷ √8 = 57.9 to 117.1."""
    found = small([{"greeted": "no"}, *[{"greeted": "yes"}] * 7], DOOR)
    assert found.head.score == "88"
    assert found.head.spread == "From 8 visits: the true value may lie between 58 and 100."


@pytest.mark.parametrize(
    ("answers", "said"),
    [(("yes", "no"), "2 visits: not enough"), (("yes", "no", "yes", "yes"), "4 visits, too unlike")],
)
def test_an_interval_that_says_nothing_is_not_printed(answers: tuple[str, ...], said: str) -> None:
    found = small([{"greeted": answer} for answer in answers], DOOR)
    assert found.head.spread == f"From {said} to say how near the true value is."


def test_one_visit_is_a_snapshot_without_an_interval() -> None:
    found = small([{"greeted": "yes"}], DOOR)
    assert found.head.spread == "One visit: a snapshot, not yet a measurement."
    assert "f-teal-pale" not in found.head.line


def test_equal_visits_claim_no_certainty() -> None:
    assert small([{"greeted": "no"}] * 3, DOOR).head.spread == "From 3 visits, all with the same result."


def test_another_method_stands_beside_the_score() -> None:
    methods = (Method.MYSTERY_SHOPPING, Method.NON_PARTICIPANT_OBSERVATION)
    found = small([{"greeted": "yes"}, {"greeted": "no"}], DOOR, methods=methods)
    assert found.head.score == "100"
    assert found.head.beside == ("Reported separately, not in the score: 0 from 1 non-participant observation.",)


def test_strengths_and_priorities_are_up_to_three_each(rich: StoreReport) -> None:
    assert rich.head.strengths is not None
    assert rich.head.priorities is not None
    assert (len(rich.head.strengths.points), rich.head.strengths.heading) == (3, "Three strengths")
    assert (len(rich.head.priorities.points), rich.head.priorities.heading) == (3, "Three priorities")


def test_where_nothing_is_below_its_norm_there_are_no_priorities() -> None:
    found = small([{"greeted": "yes"}, {"greeted": "yes"}], DOOR)
    assert found.head.priorities is None
    assert found.head.strengths is not None
    assert found.head.strengths.heading == "One strength"


def test_a_critical_rule_is_told_with_its_visits() -> None:
    critical = replace(GREETED, critical=Critical(CriticalRule.CAP, D(60)))
    found = small([{"greeted": "no"}, {"greeted": "yes"}, {"greeted": "no"}], section("Door", critical))
    assert found.head.critical == ("Greeted? Not met in visits 1 and 3: the totals of these visits are capped at 60.",)


def test_a_touchpoint_s_row_adds_up_as_it_is_printed(rich: StoreReport) -> None:
    assert rich.sections is not None
    for row in [*rich.sections.rows, rich.sections.total]:
        gap = int(row.gap.replace("−", "-").replace("+", ""))
        assert int(row.observed) - int(row.norm) == gap


def test_the_points_of_the_rows_add_up_to_the_total(rich: StoreReport) -> None:
    assert rich.sections is not None
    pairs = [row.points.split(" / ") for row in rich.sections.rows]
    summed = [sum(D(pair[i].replace(",", "")) for pair in pairs) for i in (0, 1)]
    assert rich.sections.total.points == f"{EN.points(summed[0])} / {EN.points(summed[1])}"


def test_what_takes_most_off_the_score_comes_first(rich: StoreReport) -> None:
    """Page one and the table of touchpoints have one order, and both print what it is made of."""
    assert rich.sections is not None
    assert rich.head.priorities is not None
    costs = [float(row.cost.replace("−", "-")) for row in rich.sections.rows]
    assert costs == sorted(costs)
    first = rich.sections.rows[: len(rich.head.priorities.points)]
    assert [point.title for point in rich.head.priorities.points] == [row.label for row in first]
    for point, row in zip(rich.head.priorities.points, first, strict=True):
        assert f"takes {row.cost.removeprefix('−')} points off" in point.reference


def test_weights_are_shown_only_where_they_count(rich: StoreReport) -> None:
    assert rich.sections is not None
    assert not rich.sections.has_weights
    weighted = replace(FORM, settings=replace(FORM.settings, total="section_weighted"))
    found = report(snapshots.store_snapshot(weighted), weighted).sections
    assert found is not None
    assert found.has_weights


def test_without_norms_last_wave_and_network_their_columns_are_gone() -> None:
    found = small([{"greeted": "yes"}, {"greeted": "no"}], section("Door", GREETED))
    assert found.sections is not None
    table = found.sections
    assert [table.has_norms, table.has_last, table.has_network] == [False, False, False]


def test_the_failed_question_comes_first() -> None:
    clean = content.yes_no("clean", "Pulito?", "Clean?")
    found = small([{"greeted": "yes", "clean": "no"}], section("Door", GREETED, clean))
    assert found.questions is not None
    assert [row.label for row in found.questions.groups[0].rows] == ["Clean?", "Greeted?"]


def test_every_visit_has_its_cell() -> None:
    methods = (Method.MYSTERY_SHOPPING, Method.MYSTERY_SHOPPING, Method.NON_PARTICIPANT_OBSERVATION)
    lived = replace(GREETED, methods=content.ONLY_LIVED)
    found = small([{"greeted": "no"}, {"greeted": "na"}, {}], section("Door", lived, norm=D(90)), methods=methods)
    assert found.questions is not None
    row = found.questions.groups[0].rows[0]
    assert [(cell.text, cell.tone) for cell in row.cells] == [("No", "missed"), ("n/a", "quiet"), ("–", "quiet")]
    assert (row.result, row.base) == ("0\N{NO-BREAK SPACE}%", "yes 0 of 1")


def test_long_answers_give_way_to_their_points() -> None:
    found = small([{"care": "full"}] * 6, section("Talk", content.care("care", "?", "?")))
    assert found.questions is not None
    assert [cell.text for cell in found.questions.groups[0].rows[0].cells] == ["2/2"] * 6


def test_more_than_twelve_visits_are_counted() -> None:
    found = small([{"greeted": "yes"}] * 9 + [{"greeted": "no"}] * 4, DOOR)
    assert found.questions is not None
    assert found.questions.columns == ()
    assert found.questions.groups[0].rows[0].counts == "Yes: 9 · No: 4"


def test_a_comment_stands_under_its_question_with_its_visit() -> None:
    snapshot = snapshots.store_snapshot(visits=2)
    first = snapshot.visits[0]
    commented = replace(first.answers[0], comment="The hours are those of last year.")
    snapshot = replace(snapshot, visits=(replace(first, answers=(commented, *first.answers[1:])), *snapshot.visits[1:]))
    questions = report(snapshot).questions
    assert questions is not None
    row = next(row for row in questions.groups[0].rows if row.label == "Are the hours on the site right?")
    assert ("Visit 1", "The hours are those of last year.") in [(c.visit, c.text) for c in row.comments]


def test_jottings_stand_at_their_touchpoint_in_the_order_of_the_journey(rich: StoreReport) -> None:
    titles = [told.title for told in rich.told]
    journey = [text.label.by_language["en"] for text in content.SECTIONS]
    assert titles[-1] == "At no touchpoint in particular"
    assert titles[:-1] == [title for title in journey if title in titles]


def test_what_was_told_in_own_words_stands_with_the_jottings(rich: StoreReport) -> None:
    returned = next(told for told in rich.told if told.title == "Return")
    assert returned.entries[0].prompt == "Tell how it went"
    assert returned.entries[0].text == content.STORIES[0]


def test_a_question_points_at_its_photos() -> None:
    found = report(snapshots.store_snapshot(photos=6))
    assert found.questions is not None
    assert found.pictures is not None
    assert [picture.number for picture in found.pictures.shown] == [1, 2, 3, 4, 5, 6]
    pointed = [row.evidence for group in found.questions.groups for row in group.rows]
    assert "photos\N{NO-BREAK SPACE}1,\N{NO-BREAK SPACE}6" in pointed


def test_a_photo_whose_file_is_gone_is_left_out() -> None:
    found = store.build(snapshots.store_snapshot(), FORM, EN, 1, ())
    assert found.pictures is None


def test_photos_above_the_limit_are_counted() -> None:
    pictures = report(snapshots.store_snapshot(photos=30)).pictures
    assert pictures is not None
    assert (len(pictures.shown), pictures.rest) == (24, "6 more photos on the screen.")


def test_the_exact_statement_stands_in_the_method() -> None:
    found = small([{"greeted": "yes"}, {"greeted": "no"}, {"greeted": "yes"}, {"greeted": "yes"}], DOOR)
    store_formula = next(fact for fact in found.method.formulas if fact.term == "Store")
    said = store_formula.texts[0].replace("\N{NO-BREAK SPACE}", " ")
    assert (
        said
        == "Mean of the visits that count: 75.0 %; the 4 visits are too unlike for an interval. [mean_of_visits_t/2]"
    )


def test_a_visit_that_a_rule_changed_says_what_it_was() -> None:
    """Two of four points; the rule of the greeting makes the total 0."""
    greeted = replace(GREETED, critical=Critical(CriticalRule.TOTAL_ZERO))
    found = small([{"greeted": "no", "bye": "yes"}], section("Door", greeted, content.yes_no("bye", "Ciao?", "Bye?")))
    assert (found.method.visits[0].score, found.method.visits[0].was) == ("0", "was 50 before the rule")


def test_an_unreleased_report_says_that_it_is_a_preview() -> None:
    found = store.build(snapshots.store_snapshot(visits=1), FORM, EN, None, ())
    assert ("Edition", ("A preview: these figures have not been released.",)) in [
        (fact.term, fact.texts) for fact in found.method.facts
    ]


def test_the_hash_is_that_of_the_data() -> None:
    snapshot = snapshots.store_snapshot(visits=1)
    same, other = snapshots.store_snapshot(visits=1), snapshots.store_snapshot(visits=1, seed=8)
    assert report(snapshot).method.sha256 == releases.data_sha256(same) != releases.data_sha256(other)


def test_the_hash_survives_being_stored() -> None:
    from fieldstudy.models.columns import Frozen  # noqa: PLC0415 only this test needs a column

    snapshot, column = snapshots.store_snapshot(visits=2), Frozen(StoreSnapshot)
    stored = column.process_result_value(column.process_bind_param(snapshot, None), None)
    assert stored is not None
    assert releases.data_sha256(stored) == releases.data_sha256(snapshot)


def test_without_any_visit_only_head_and_method_are_left() -> None:
    empty = snapshots.refigured(snapshots.store_snapshot(visits=1), FORM, [])
    found = report(empty)
    assert found.head.score == "n/a"
    assert (found.journey, found.sections, found.questions, found.told, found.pictures) == (None, None, None, (), None)


def test_where_all_is_not_applicable_no_number_is_made_up() -> None:
    found = small([{"greeted": "na"}] * 3, DOOR)
    assert found.head.score == "n/a"
    assert found.head.spread == "There is no score yet."
    assert found.sections is None


def test_the_report_speaks_the_reader_s_language() -> None:
    found = report(snapshots.store_snapshot(), said=IT)
    assert found.running == "Bottega Lume · Verona, via Mazzini · rilevazione 2 di 3"
    assert found.head.priorities is not None
    assert found.head.priorities.heading == "Tre priorità"


def test_a_long_first_page_is_set_smaller() -> None:
    assert not report(snapshots.store_snapshot()).head.is_dense
    snapshot, form = snapshots.with_texts(
        snapshots.store_snapshot(visits=2, stores=2), FORM, "A rather long question text. " * 8
    )
    assert report(snapshot, form).head.is_dense


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "x" * 300, "تجربة", "%(name)s %s 100 %", "{{ 7 * 7 }}", " "])
def test_any_text_of_a_person_is_taken_as_text(text: str) -> None:
    snapshot, form = snapshots.with_texts(snapshots.store_snapshot(visits=2, stores=2), FORM, text)
    assert text in report(snapshot, form).title
