"""The few rules by which words find their place in a drawing."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.config import SITE
from fieldstudy.reports import drawing, tokens


def test_text_is_escaped() -> None:
    drawn = drawing.text('<b>&"', 0, 0)
    assert "&lt;b&gt;&amp;&#34;" in drawn
    assert "<b>" not in drawn


def test_an_attribute_cannot_be_left() -> None:
    assert '"><script>' not in drawing.picture('"><script>', 10, 10)


def test_a_picture_has_its_alternative_text_for_a_browser_and_for_the_pdf() -> None:
    drawn = drawing.picture("Score 74", 10, 10)
    assert 'role="img" aria-label="Score 74"' in drawn
    assert "<title>Score 74</title>" in drawn


def test_colours_are_literal_and_named() -> None:
    assert drawing.paint("ink") == {"fill": "#1d2a30", "class_": "f-ink"}


def test_every_colour_that_is_drawn_can_be_coloured_anew_on_a_screen() -> None:
    css = (SITE / "static" / "css" / "report.css").read_text()
    sources = "".join((SITE / "fieldstudy" / "reports" / name).read_text() for name in ("charts.py", "drawing.py"))
    drawn = {name for name in re.findall(r'"([a-z-]+)"', sources) if name in tokens.COLOURS}
    fills, strokes = set(re.findall(r"\.f-([a-z-]+)", css)), set(re.findall(r"\.s-([a-z-]+)", css))
    assert drawn <= fills | strokes


def test_a_long_label_is_wrapped_and_cut() -> None:
    lines = drawing.wrap("Un nome di reparto che non finisce mai", 8, 60, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(drawing.text_width(line, 8) <= 60 for line in lines)


def test_a_word_wider_than_its_room_is_cut() -> None:
    assert drawing.wrap("Donaudampfschifffahrt", 8, 40, 3) == ["Donauda…"]


labels = st.lists(st.tuples(st.floats(0, 300), st.floats(5, 40)), max_size=7)


@given(labels)
def test_labels_never_cover_each_other_where_there_is_room(wanted: list[tuple[float, float]]) -> None:
    centres = drawing.spread(wanted, 0, 300)
    edges = sorted((centre - width / 2, centre + width / 2) for centre, (_, width) in zip(centres, wanted, strict=True))
    assert all(left >= -1e-6 and right <= 300 + 1e-6 for left, right in edges)
    assert all(first[1] <= second[0] + 1e-6 for first, second in pairwise(edges))


def test_labels_that_have_room_stay_where_they_want_to_be() -> None:
    assert drawing.spread([(50, 20), (200, 20)], 0, 300) == [50, 200]
