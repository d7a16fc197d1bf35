"""What is drawn, and what is not, from plain values."""

import re
from xml.etree import ElementTree as ET

import pytest

from fieldstudy.reports import charts
from fieldstudy.reports.charts import Bar, Feeling, Mark, ScoreLine

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 our own drawing


def words_in(drawing: str) -> list[str]:
    return [element.text or "" for element in parsed(drawing).iter(f"{SVG}text")]


def bars(count: int, label: str = "Accoglienza") -> list[Bar]:
    return [Bar(label, "Acquisto", 60.0, "60", 80.0) for _ in range(count)]


def test_the_score_line_puts_words_at_its_marks() -> None:
    line = ScoreLine(Mark(74, "74"), (61, 87), Mark(85, "norma 85"), Mark(79, "rete 79"), Mark(69, "prima 69"))
    assert {"74", "norma 85", "rete 79", "prima 69"} <= set(words_in(charts.score_line("alt", line)))


def test_labels_at_one_place_stand_apart() -> None:
    line = ScoreLine(Mark(74, "74"), None, Mark(74, "norma 74"), Mark(74, "rete 74"), Mark(74, "prima 74"))
    places = {
        element.text: (float(element.attrib["x"]), element.attrib["y"])
        for element in parsed(charts.score_line("alt", line)).iter(f"{SVG}text")
    }
    assert places["74"][1] == places["norma 74"][1]
    assert places["norma 74"][0] - places["74"][0] > 20
    assert places["rete 74"][1] == places["prima 74"][1]
    assert abs(places["rete 74"][0] - places["prima 74"][0]) > 30


def test_one_visit_draws_no_band() -> None:
    with_band = charts.score_line("alt", ScoreLine(Mark(74, "74"), (61, 87)))
    without = charts.score_line("alt", ScoreLine(Mark(74, "74"), None))
    assert "f-teal-pale" in with_band
    assert "f-teal-pale" not in without


def test_a_score_line_without_a_score_is_drawn_empty() -> None:
    assert words_in(charts.score_line("alt", ScoreLine(None))) == ["0", "25", "50", "75", "100"]


@pytest.mark.parametrize(
    ("value", "norm", "is_below", "colour"),
    [(80, 80, False, "teal"), (79, 80, False, "control"), (74, 80, True, "orange"), (79, None, False, "control")],
)
def test_a_bar_is_teal_at_its_norm_and_orange_where_it_is_marked(
    value: float, norm: float | None, is_below: bool, colour: str
) -> None:
    assert charts.bar_colour(Bar("Cassa", "Acquisto", value, str(value), norm, is_below=is_below)) == colour


def test_a_touchpoint_without_a_score_has_words_and_no_bar() -> None:
    drawn = charts.section_bars("alt", [Bar("Reso", "Dopo", None, "n/a", 80.0)])
    assert "n/a" in words_in(drawn)
    assert len(list(parsed(drawn).iter(f"{SVG}rect"))) == 1


def test_touchpoints_of_one_phase_share_its_band() -> None:
    drawn = charts.section_bars("alt", [*bars(2), Bar("Reso", "Dopo", 50.0, "50"), *bars(1)])
    assert [word for word in words_in(drawn) if word in ("Acquisto", "Dopo")] == ["Acquisto", "Dopo", "Acquisto"]


def test_a_moment_of_truth_is_a_diamond() -> None:
    drawn = charts.section_bars("alt", [Bar("Cassa", "Acquisto", 60.0, "60", 80.0, is_moment=True)])
    assert len(list(parsed(drawn).iter(f"{SVG}path"))) == 1


@pytest.mark.parametrize("count", [1, 2, 10, 12, 13, 24, 30])
def test_any_number_of_touchpoints_is_cut_into_strips_of_like_length(count: int) -> None:
    lengths = [len(range(count)[cut]) for cut in charts.strips(count)]
    assert sum(lengths) == count
    assert max(lengths) <= charts.MOST_ON_A_STRIP
    assert max(lengths) - min(lengths) <= len(lengths)


def test_no_touchpoint_needs_no_strip() -> None:
    assert charts.strips(0) == []


@pytest.mark.parametrize("label", ["Accoglienza " * 25, "W" * 300, "تجربة العميل في المتجر", "店員の挨拶", "", "<&>"])
def test_any_label_is_drawn_inside_the_picture(label: str) -> None:
    drawn = charts.section_bars("alt", bars(12, label))
    for element in parsed(drawn).iter(f"{SVG}text"):
        half = charts.text_width(element.text or "", float(element.attrib["font-size"])) / 2
        assert float(element.attrib["x"]) + half <= charts.WIDTH + 1


def test_nothing_in_a_drawing_refers_to_anything_outside() -> None:
    drawn = charts.section_bars("alt", bars(3, 'url("http://127.0.0.1/x")'))
    assert not re.search(r"(href|src|style)=", drawn)


def test_the_feeling_curve_breaks_where_nobody_said() -> None:
    felt = Feeling(1.0, 0.0, 2.0)
    drawn = parsed(charts.feeling_curve("alt", [felt, felt, Feeling(), felt, felt]))
    lines = [path for path in drawn.iter(f"{SVG}path") if path.attrib["fill"] == "none"]
    assert len(lines) == 2


def test_one_visit_has_a_curve_and_no_band() -> None:
    drawn = charts.feeling_curve("alt", [Feeling(1.0, 1.0, 1.0), Feeling(-1.0, -1.0, -1.0)])
    assert "f-teal-pale" not in drawn


def test_the_best_and_the_hardest_moment_are_named() -> None:
    points = [Feeling(1.5, 1.0, 2.0, "il momento migliore"), Feeling(-1.0, -2.0, 0.0, "il momento peggiore", True)]
    assert {"il momento migliore", "il momento peggiore"} <= set(words_in(charts.feeling_curve("alt", points)))


@pytest.mark.parametrize(("value", "norm"), [(73, 80), (89, 90), (76, 76)])
def test_no_norm_runs_through_the_number_of_a_bar(value: float, norm: float) -> None:
    drawing = parsed(
        charts.section_bars("alt", [Bar("Cassa", "Acquisto", value, str(value), norm, is_below=value < norm)])
    )
    [number] = (element for element in drawing.iter(f"{SVG}text") if element.text == str(value))
    [bar] = (
        element
        for element in drawing.iter(f"{SVG}rect")
        if "f-teal" in element.attrib["class"] or "f-orange" in element.attrib["class"]
    )
    [line] = (element for element in drawing.iter(f"{SVG}line") if element.attrib.get("stroke-width") == "1.8")
    foot, size = float(number.attrib["y"]), float(number.attrib["font-size"])
    assert not foot - size <= float(line.attrib["y1"]) <= foot
    assert float(bar.attrib["y"]) < foot - size


def test_a_low_bar_has_its_number_on_top() -> None:
    drawing = parsed(charts.section_bars("alt", [Bar("E-mail", "Dopo", 5.0, "5", 70.0, is_below=True)]))
    [number] = (element for element in drawing.iter(f"{SVG}text") if element.text == "5")
    [bar] = (element for element in drawing.iter(f"{SVG}rect") if "f-orange" in element.attrib["class"])
    assert float(number.attrib["y"]) < float(bar.attrib["y"])


def test_the_ring_of_the_last_wave_is_seen_where_the_score_is_nearly_the_same() -> None:
    drawing = parsed(charts.score_line("alt", ScoreLine(Mark(71, "71"), last=Mark(72, "prima 72"))))
    dot, ring = drawing.iter(f"{SVG}circle")
    assert (ring.attrib["fill"], float(ring.attrib["r"]) > float(dot.attrib["r"])) == ("none", True)
