"""The worded values of the network report: what each part says, and which parts are left out."""

import hashlib
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import msgspec
import pytest
from pypdf import PdfReader

from fieldstudy import words
from fieldstudy.core import figures, networks
from fieldstudy.core.answers import Answer, Encounter
from fieldstudy.core.checklist import Checklist, ExPro, Method
from fieldstudy.core.experience import Harmony
from fieldstudy.core.networks import NetworkSnapshot
from fieldstudy.reports import network, pdf, precision, store
from fieldstudy.reports.network import NetworkReport, Source, heat
from tests.reports import content, snapshots, waves

D = Decimal
EN, IT = words.of("en"), words.of("it")
SPREAD_OUT = {"A": [4] * 9 + [3], "B": [0] * 9 + [1], "C": [2, 1, 3], "D": [3, 1, 2]}
"""Nearly all yes, nearly all no, and two in between."""


def report(snapshot: NetworkSnapshot, form: Checklist = waves.FORM, source: Source | None = None) -> NetworkReport:
    return network.build(snapshot, form, EN, source or Source(1))


def printed(snapshot: NetworkSnapshot, form: Checklist, language: str = "en") -> PdfReader:
    found = network.build(snapshot, form, words.of(language), Source(1))
    return PdfReader(BytesIO(pdf.render_template(network.TEMPLATE, found, language, {})))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_mean_comes_with_its_interval_over_the_stores() -> None:
    """Means 50, 50, 75, 75: 62.5 ± t(3) 3.1824 × s 14.434 / √4 = 22.97."""
    found = report(waves.network({"A": [2], "B": [2], "C": [3], "D": [3]}))
    assert found.head.score == "63"
    assert found.head.spread == "From 4 stores: the true mean may lie between 40 and 85."


def test_stores_without_differences_are_said_to_be_alike_once() -> None:
    found = report(waves.network({code: [2] * 8 for code in "ABC"}, regions={"A": "N", "B": "N", "C": "N"}))
    assert found.head.spread == "From 3 stores, all with the same result."
    assert found.spread is not None
    assert found.spread.sentences[0] == "The means of the stores are all at 50."


def test_a_region_of_equal_stores_says_so() -> None:
    regions = dict.fromkeys("ABC", "North") | {"D": "South"}
    found = report(waves.network({code: [2] for code in "ABC"} | {"D": [4]}, regions=regions))
    assert found.head.regions is not None
    assert [row.said for row in found.head.regions.rows] == ["3 stores: all at 50", "one store"]


def test_a_short_interval_is_not_said_between_two_equal_numbers() -> None:
    """Half of 200 stores at 60.0, half at 60.2: all of them are not the same, and 60.1 ± 0.014 prints 60 twice."""
    figure = figures.mean_of_stores([Decimal("0.600"), Decimal("0.602")] * 100)
    assert precision.said(EN, figure) == "From 200 stores: the true mean lies close to 60."


def test_one_store_is_no_network() -> None:
    found = report(waves.network({"A": [2, 3]}))
    assert found.head.spread == "One store: not yet a network."
    assert (found.league, found.heat, found.head.regions) == (None, None, None)


def test_the_league_has_three_groups_with_a_sign_each() -> None:
    league = report(waves.network(SPREAD_OUT)).league
    assert league is not None
    groups = [(group.mark, group.title, [row.code for row in group.rows]) for group in league.groups]
    assert groups == [
        ("▲", "Above the network's mean · 1 store", ["A"]),
        ("", "Cannot be told from the mean · 2 stores", ["C", "D"]),
        ("▼", "Below the network's mean · 1 store", ["B"]),
    ]


def test_within_a_group_stores_stand_by_name_and_not_by_score() -> None:
    league = report(waves.network({"Z": [3, 2], "A": [2, 1], "M": [1, 3]})).league
    assert league is not None
    assert [row.code for row in league.groups[0].rows] == ["A", "M", "Z"]


def test_a_store_with_one_visit_is_a_snapshot() -> None:
    league = report(waves.network({"A": [4], "B": [2, 1]})).league
    assert league is not None
    assert [row.said for row in league.groups[0].rows] == [
        "one visit: a snapshot",
        "2 visits: not enough",
    ]


def test_page_one_counts_the_groups() -> None:
    assert report(waves.network(SPREAD_OUT)).head.summary.startswith(
        "Of four stores, one scores clearly above the others and one scores clearly below the others."
    )


def test_regions_are_held_beside_the_network() -> None:
    found = report(waves.network({"A": [2], "B": [2], "C": [3]}, regions={"A": "North", "B": "North", "C": "South"}))
    assert found.head.regions is not None
    assert [(row.name, row.score, row.said) for row in found.head.regions.rows] == [
        ("North", "50", "2 stores: too few"),
        ("South", "75", "one store"),
    ]


@pytest.mark.parametrize(
    ("gap", "tone"),
    [(10, "far-above"), (9, "above"), (0, "above"), (-1, "near"), (-15, "below"), (-29, "below"), (-30, "far-below")],
)
def test_a_cell_is_shaded_by_its_distance_from_the_norm(gap: int, tone: str) -> None:
    assert heat.tone_of(D(gap)) == tone


def test_the_heat_map_holds_the_numbers_and_a_mark_where_they_are_far() -> None:
    """Norm 75: 100 is far above it, 0 far below."""
    found = report(waves.network(SPREAD_OUT)).heat
    assert found is not None
    cells = [(row.cells[0].text, row.cells[0].mark) for row in found.tables[0].rows]
    assert cells == [("98", "▲"), ("3", "▼"), ("50", ""), ("50", "")]
    assert (found.tables[0].norms, found.tables[0].network, found.network_total) == (("75",), ("50",), "50")


def test_the_whole_visit_is_shaded_by_the_norm_of_page_one() -> None:
    """The one norm is 75: a store at 100 is 25 above it, one at 75 reaches it, one at 25 is 50 below."""
    found = report(waves.network({"A": [4, 4], "B": [3, 3], "C": [1, 1]})).heat
    assert found is not None
    assert found.norm_total == "75"
    assert [row.total.tone for row in found.tables[0].rows] == ["far-above", "above", "far-below"]


def test_what_was_not_asked_is_no_zero_in_the_heat_map() -> None:
    form = waves.FORM.for_method(content.Method.MYSTERY_SHOPPING)
    silent = content.Section("quiet", content.text("Muto", "Quiet"), (content.told("story", "Racconta", "Tell"),))
    wider = Checklist(form.form_id, form.title, (*form.sections, silent), form.settings)
    found = report(waves.network({"A": [1], "B": [2]}, form=wider), wider).heat
    assert found is not None
    assert [row.cells[1].text for row in found.tables[0].rows] == ["n/a", "n/a"]


def test_many_touchpoints_make_several_tables() -> None:
    form = snapshots.many_sections(30)
    snapshot = waves.network({"A": [1], "B": [2]}, form=Checklist("f", form.title, (waves.SECTION, *form.sections)))
    found = report(snapshot, Checklist("f", form.title, (waves.SECTION, *form.sections))).heat
    assert found is not None
    assert [len(table.columns) for table in found.tables] == [11, 11, 9]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Not judged, because all answers together and the stores one by one do not agree there: 4 yes/no "
            "questions. The same in every store: 1 touchpoint.",
        ),
        (
            "it",
            "Senza giudizio, perché lì tutte le risposte insieme e i singoli punti vendita non concordano: 4 domande "
            "sì/no. Uguale in ogni punto vendita: 1 punto di contatto.",
        ),
    ],
)
def test_a_question_whose_rate_and_stores_do_not_agree_is_counted_once(language: str, said: str) -> None:
    """Three stores stay at 100 and three at 0, and the better ones are visited nine times: 9 of 18, then 27 of 36."""
    before = {code: [4] * 3 for code in "ABC"} | {code: [0] * 3 for code in "DEF"}
    now = before | {code: [4] * 9 for code in "ABC"}
    changed = network.build(waves.network(now, before), waves.FORM, words.of(language), Source(1)).changed
    assert changed is not None
    assert changed.others.startswith(said)
    assert (changed.questions, changed.untested) == ((), ())


def test_without_a_last_wave_nothing_is_said_to_have_changed() -> None:
    found = report(waves.network(SPREAD_OUT))
    assert (found.changed, found.head.comparison) == (None, "")
    assert found.league is not None
    assert not found.league.has_changes


def test_a_change_is_marked_only_where_the_test_tells_it() -> None:
    """Two stores gain 50 points, four 25: 33.3 ± 2.571 · 12.91 ÷ √6 = 19.8 to 46.9."""
    before = {code: [1] for code in "ABCDEF"}
    after = {code: [2 + (code in "AC")] for code in "ABCDEF"}
    found = report(waves.network(after, before))
    assert found.head.comparison == ("+33 on the last wave (25): better; the true change may lie between +20 and +47.")
    assert found.changed is not None
    assert (found.changed.rows[-1].verdict, found.changed.rows[-1].reach) == ("▲ better", "+20 to +47")


def test_a_change_that_cannot_be_told_has_no_arrow() -> None:
    """Changes of 50, −25 and 0: 8.3 ± 4.303 · 38.19 ÷ √3, and no score can fall or rise by more than 100."""
    before, after = {"A": [1], "B": [3], "C": [2]}, {"A": [3], "B": [2], "C": [2]}
    found = report(waves.network(after, before))
    assert found.head.comparison == (
        "+8 on the last wave (50): no change that can be shown; the true change may lie between −87 and +100."
    )
    assert found.changed is not None
    assert [row.verdict for row in found.changed.rows] == ["", ""]
    assert found.changed.others.startswith("No change can be shown for 1 touchpoint")


def test_stores_that_do_not_vary_are_not_too_few() -> None:
    """Three stores of eight equal visits, 50 and then 75: the difference of every store is the same."""
    found = report(waves.network({code: [3] * 8 for code in "ABC"}, {code: [2] * 8 for code in "ABC"}))
    assert found.head.comparison == (
        "+25 on the last wave (50): not tested, because every store moved by as much, and they are fewer than six."
    )
    assert found.changed is not None
    assert {row.reach for row in found.changed.rows} == {"not tested, all stores moved alike"}
    assert [(row.before, row.now, row.reach) for row in found.changed.untested] == [
        ("0", "100", "not tested, all stores moved alike")
    ]
    assert found.changed.others == (
        "The same in every store: 3 yes/no questions. Not tested, because all stores moved alike there: 1 touchpoint. "
        "Not tested, because all visits of a wave had the same score: 3 stores."
    )


def test_six_stores_that_all_moved_alike_are_told() -> None:
    """The sign test of six: 2 · 2⁻⁶ = 0.031."""
    found = report(waves.network({code: [3] * 8 for code in "ABCDEF"}, {code: [2] * 8 for code in "ABCDEF"}))
    assert found.head.comparison == "+25 on the last wave (50): better; every store moved by as much."
    assert found.changed is not None
    assert {(row.reach, row.verdict) for row in found.changed.rows} == {("every store moved by as much", "▲ better")}
    assert [row.verdict for row in found.changed.questions] == ["▲ better"]
    assert (found.changed.untested, found.changed.key.count("each compared with themselves")) == ((), 1)


def test_each_report_says_what_it_tests() -> None:
    """The same question is "not tested" among four stores that are alike, and "better" over a store's eight answers."""
    now, before = {code: [3] * 8 for code in "ABCD"}, {code: [2] * 8 for code in "ABCD"}
    found = report(waves.network(now, before)).changed
    assert found is not None
    assert "This report tests stores, each of which counts once" in found.key
    assert [row.verdict for row in found.untested] == [""]
    own = store.build(*waves.store_of(now, before, "A"), EN, 1, ()).questions
    assert own is not None
    assert "The report of the whole network tests stores and not answers, and may differ." in own.key
    assert [row.change for group in own.groups for row in group.rows if row.change] == ["▲ better, before 0"]


def test_twelve_equal_stores_are_one_group() -> None:
    """Four visits of 2, 3, 3 and 4 of four questions, one store a little higher: nothing that chance would not do."""
    found = report(waves.network({f"S{i:02}": [2, 3, 3, 4] for i in range(11)} | {"S11": [3, 4, 4, 4]}))
    assert found.league is not None
    assert [group.title for group in found.league.groups] == ["Cannot be told from the mean · 12 stores"]
    assert found.head.summary.startswith("No store can be told from the others.")


def test_an_edition_of_the_older_rule_says_its_own_rule() -> None:
    older = replace(waves.network(SPREAD_OUT), are_groups_corrected=False)
    new, old = report(waves.network(SPREAD_OUT)).league, report(older).league
    assert new is not None
    assert old is not None
    assert "its whole interval lies on that side" in old.key
    assert "among so many stores" in new.key


def said_of_spread(stores: dict[str, list[int]]) -> str:
    found = report(waves.network(stores)).spread
    assert found is not None
    return found.sentences[0]


def test_equal_stores_do_not_differ_more_than_their_visits() -> None:
    """Means 50, 62.5 and 75 of two visits each: F = 0.33, p = 0.74 (scipy)."""
    assert said_of_spread({"A": [1, 3], "B": [2, 3], "C": [2, 4]}).startswith("The stores cannot be told apart")


def test_stores_that_differ_more_than_their_visits_are_said_to() -> None:
    """Scores 25 or 100, and one visit in four 25 points away: nearly all of the variance lies between the stores."""
    low, high = [1, 1, 1, 2, 1, 1], [4, 4, 4, 3, 4, 4]
    sentence = said_of_spread({"A": low, "B": high, "C": low, "D": high, "E": low, "F": high})
    assert sentence.startswith("The stores differ more (")
    assert sentence.endswith("matters more than which visit, with its day, its fieldworker and its method.")


def test_which_of_the_two_spreads_is_larger_is_left_open() -> None:
    """F = 5.5, p = 0.013 (scipy), and the share between the stores from 5 to 95 percent."""
    sentence = said_of_spread({"A": [1, 2, 2, 3], "B": [2, 3, 3, 4], "C": [3, 4, 4, 4], "D": [1, 1, 2, 3]})
    assert sentence.endswith("which of the two is more cannot be told.")


def test_the_difference_is_that_of_the_printed_numbers() -> None:
    found = report(waves.network({"A": [2], "B": [3]}, {"A": [1], "B": [1]}))
    assert found.changed is not None
    for row in found.changed.rows:
        assert int(row.now) - int(row.before) == int(row.difference.replace("−", "-"))


def test_the_spread_between_fieldworkers_is_hidden_below_three() -> None:
    finals = {who: [D("0.5"), D("0.6"), D("0.7")] for who in (1, 2)}
    found = report(waves.network(SPREAD_OUT, fieldworkers=finals)).spread
    assert found is not None
    assert "fieldworkers" not in found.drawing
    assert any("not shown" in sentence for sentence in found.sentences)


def test_the_spread_between_fieldworkers_counts_those_with_three_visits() -> None:
    finals = {who: [D("0.5"), D("0.6"), D("0.1") * who] for who in (1, 2, 3)} | {9: [D(1)]}
    found = report(waves.network(SPREAD_OUT, fieldworkers=finals)).spread
    assert found is not None
    assert "Fieldworkers, without the chance of their visits" in found.drawing
    assert any("that of the 3 who" in sentence for sentence in found.sentences)


def test_gaps_cost_their_share_of_the_points() -> None:
    """Each question is a quarter of the points; "thanked" is 0 of 4: −75 × 0.25 = −18.8."""
    found = report(waves.network({"A": [2], "B": [3], "C": [2], "D": [3]})).gaps
    assert found is not None
    worst = found.rows[0]
    assert (worst.label, worst.gap, worst.share, worst.cost) == ("Thanked?", "−75", "25.0\N{NO-BREAK SPACE}%", "−18.8")


def test_a_question_with_points_has_its_gap_too() -> None:
    """Wait of 40 s: 1 of 2 points in every visit, 50 against a norm of 90."""
    wait = replace(content.timer("wait", "Attesa", "Wait", ExPro.PEOPLE, 20, 60), norm=D(90))
    form = replace(waves.FORM, sections=(replace(waves.SECTION, questions=(wait,)),))
    records = [snapshots.visit(form, n, Method.MYSTERY_SHOPPING, [Answer("wait", "40")]) for n in (1, 2)]
    base = snapshots.store_snapshot(form, visits=1, photos=0, stores=2, has_last=False)
    whole = report(networks.gather(form, [snapshots.refigured(base, form, records)], None, {}), form)
    found = whole.gaps
    assert found is not None
    assert (found.rows[0].observed, found.rows[0].gap, found.rows[0].base) == ("50", "−40", "2 answers")
    assert any("points_of_answers/1" in fact.texts[0] for fact in whole.method.formulas)


def test_the_experience_map_needs_two_touchpoints_with_a_time() -> None:
    lonely = [Encounter("door", met_at="10:00")]
    assert report(waves.network({"A": [1], "B": [2]}, encounters=lonely)).route is None


def test_the_experience_map_tells_who_was_late() -> None:
    first, second = content.SECTIONS[2:4]
    form = Checklist("f", content.text("F"), (first, second, waves.SECTION))
    met = [Encounter(second.name, met_at="10:00"), Encounter(first.name, met_at="10:20")]
    found = report(waves.network({"A": [1], "B": [2]}, form=form, encounters=met), form).route
    assert found is not None
    assert "2 visits met “Shop window” late" in found.said
    assert "No time was noted at Door." in found.said


def test_the_hash_is_that_of_the_frozen_snapshot() -> None:
    snapshot = waves.network(SPREAD_OUT)
    assert report(snapshot).method.sha256 == hashlib.sha256(msgspec.json.encode(snapshot)).hexdigest()


def test_an_edition_without_a_frozen_network_says_so() -> None:
    facts = report(waves.network(SPREAD_OUT), source=Source(2, is_frozen=False)).method.facts
    said = next(fact.texts[0] for fact in facts if fact.term == "Edition")
    assert said.startswith("2: this edition froze the stores only; the network was computed anew")


def test_three_numbers_for_the_network_are_named() -> None:
    """Store means 25 and 75, visits 25, 75, 75: 50.0 over stores, 58.3 over visits."""
    formulas = {fact.term: fact.texts[0] for fact in report(waves.network({"A": [1], "B": [3, 3]})).method.formulas}
    assert formulas["Network"].startswith("Mean of the stores' means: 50.0")
    assert formulas["Other means"].startswith("Mean of all visits 58.3")


def test_medians_and_needed_visits_have_their_formula() -> None:
    first, second = content.SECTIONS[2:4]
    form = Checklist("f", content.text("F"), (first, second, waves.SECTION))
    met = [Encounter(first.name, met_at="10:00"), Encounter(second.name, met_at="10:20")]
    found = report(waves.network({"A": [1, 2], "B": [2, 4]}, form=form, encounters=met), form).method
    formulas = {fact.term: fact.texts[0] for fact in found.formulas}
    assert formulas["Median"].endswith("[quantile_type_7/1]")
    assert "noncentral t" in formulas["Visits needed"]


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_pdf_of_an_ordinary_network_is_tagged_and_short(language: str) -> None:
    reader = printed(*waves.whole(), language)
    root = reader.trailer["/Root"]
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == (language, True)
    assert 4 <= len(reader.pages) <= 8


def test_every_page_of_a_long_heat_map_has_the_names_of_the_touchpoints() -> None:
    snapshot = waves.network({f"S{i:03}": [i % 5] for i in range(90)})
    pages = [page.extract_text() for page in printed(snapshot, waves.FORM).pages]
    held = [page for page in pages if "Whole" in page and "Door" in page]
    assert len(held) > 1
    assert sum(f"S{i:03}" in " ".join(held) for i in range(90)) == 90


def test_hostile_texts_stay_texts() -> None:
    evil = '<script>alert(1)</script><img src="http://127.0.0.1:1/x"> שלום ' + "x" * 300
    snapshot, form = waves.whole(2)
    _, said = snapshots.with_texts(snapshots.store_snapshot(visits=1, photos=0, stores=2), form, evil)
    facts = replace(snapshot.facts, client=evil, study=evil, purpose=evil, wave=evil)
    lines = tuple(replace(line, name=evil, region=evil) for line in snapshot.stores)
    changed = replace(snapshot, facts=facts, stores=lines)
    assert "<script>alert(1)</script>" in text_of(printed(changed, said))


def test_a_strength_is_not_missed_by_half_of_the_stores() -> None:
    """The norm is 75; the means 100, 100, 50 and 50 give 75: equal. With 100, 100, 100 and 25 it is 81, one below."""
    assert report(waves.network({"A": [4], "B": [4], "C": [2], "D": [2]})).head.strengths is None
    assert report(waves.network({"A": [4], "B": [4], "C": [4], "D": [1]})).head.strengths is not None
    assert report(waves.network({"A": [4], "B": [4], "C": [4], "D": [2], "E": [2], "F": [2]})).head.strengths is None


def test_a_priority_says_what_it_costs_and_how_sure_it_is() -> None:
    """All the points are at the door: 50 of 75, and the gap of 25 is what it takes off."""
    found = report(waves.network({"A": [2], "B": [2], "C": [1], "D": [3]})).head.priorities
    assert found is not None
    assert found.points[0].reference == "norm 75, gap −25, takes 25.0 points off"
    assert found.points[0].basis == "from 4 stores, between 18 and 82: the norm lies within"


def opposed(count: int) -> NetworkSnapshot:
    """Stores that are good where the next one is bad: 100, 0, 100 and 0, 100, 0."""
    network = waves.network({f"S{i}": [2] for i in range(count)})
    high, low = figures.mean_of_visits([D(1)]), figures.mean_of_visits([D(0)])
    lines = []
    for number, line in enumerate(network.stores):
        ends = (high, low, high) if number % 2 else (low, high, low)
        sections = tuple(figures.SectionFigure(str(i), score) for i, score in enumerate(ends))
        lines.append(replace(line, sections=sections))
    return replace(network, stores=tuple(lines), harmony=Harmony(D(1), 3))


def test_harmony_of_averages_is_not_claimed_for_opposed_stores() -> None:
    """Within a store the deviation is 47.1: 1 − 47.1 ÷ 50 = 0.06."""
    found = report(opposed(4)).experience
    assert found is not None
    assert found.harmony.endswith("It is that of the averages; within every store it is 0.06.")
    two = report(opposed(2)).experience
    assert two is None or two.harmony == ""


TEN = tuple(f"t{number}" for number in range(10))


def test_a_gap_of_few_stores_may_be_chance_and_page_one_says_so() -> None:
    summary = report(waves.network({"A": [2], "B": [2], "C": [1], "D": [3]})).head.summary
    assert summary.endswith("50 where the norm is 75. With 4 stores, chance may still explain that gap.")


def test_a_strength_says_where_the_norm_lies_within() -> None:
    """100, 100, 50 and 100: 88 over a norm of 75, between 48 and 100."""
    found = report(waves.network({"A": [4], "B": [4], "C": [2], "D": [4]})).head.strengths
    assert found is not None
    assert found.points[0].basis == "from 4 stores, between 48 and 100: the norm lies within"


def test_a_strength_that_falls_among_many_touchpoints_says_so() -> None:
    """88, between 76 and 100, leaves out 75; beside nine touchpoints at their norm p = 0.038 does not stand."""
    network = waves.network({"A": [4], "B": [4], "C": [4], "D": [4]})
    first = figures.mean_of_stores([D(each) / 100 for each in (80, 92, 84, 96)])
    same = figures.mean_of_stores([D(each) / 100 for each in (65, 85, 70, 80)])
    shown = [figures.SectionFigure(name, first if not number else same) for number, name in enumerate(TEN)]
    form = Checklist(
        "f", waves.FORM.title, tuple(replace(waves.FORM.sections[0], name=name, norm=D(75)) for name in TEN)
    )
    own = tuple(figures.SectionFigure(name, figures.mean_of_visits([D(1)])) for name in TEN)
    lines = tuple(replace(line, sections=own) for line in network.stores)
    network = replace(network, stores=lines, network=replace(network.network, sections=tuple(shown)))
    found = report(network, form).head.strengths
    assert found is not None
    assert found.points[0].basis.endswith("between 76 and 100; among so many touchpoints that may be chance")
