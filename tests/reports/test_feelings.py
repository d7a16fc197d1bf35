"""How the journey felt, in words: ties are named, and what felt good is not called hard."""

from collections.abc import Sequence

from fieldstudy import words
from fieldstudy.core.answers import Encounter
from fieldstudy.core.checklist import Checklist, Section, Settings, Text
from fieldstudy.core.feelings import FeelingCurve, feeling_curve
from fieldstudy.reports import feelings
from fieldstudy.reports.voice import Voice

EN = words.of("en")


def of(**felt: Sequence[int]) -> tuple[Checklist, FeelingCurve]:
    sections = tuple(Section(name, Text({"en": name.capitalize()}), ()) for name in felt)
    encounters = [Encounter(name, feeling) for name, values in felt.items() for feeling in values]
    form = Checklist("f", Text({"en": "F"}), sections, Settings(), "1", ("en",), "en")
    return form, feeling_curve(sections, encounters)


def said(**felt: Sequence[int]) -> str:
    form, curve = of(**felt)
    return " ".join(feelings.said(Voice(form, EN), curve))


def test_touchpoints_that_felt_the_same_are_named_together() -> None:
    """As printed, to one decimal: 1.33 and 1.25 are both +1.3."""
    assert said(web=[1, 1, 2], phone=[1, 1, 1, 2], till=[-1]) == (
        "It felt best at “Web” and “Phone” (+1.3). It felt hardest at “Till” (−1)."
    )


def test_what_felt_good_everywhere_has_no_hardest_moment() -> None:
    assert said(web=[2], till=[1]) == "It felt best at “Web” (+2). It felt least good at “Till” (+1)."


def test_the_last_impression_is_not_told_twice() -> None:
    assert "last impression" not in said(web=[2], till=[0], mail=[0])
    assert said(web=[2], till=[-1], mail=[0]).endswith("The last impression is “Mail” (0).")


def test_where_all_felt_the_same_nothing_was_best() -> None:
    assert said(web=[1], till=[1]) == "It felt the same everywhere (+1)."


def test_a_tie_has_no_note_of_its_own_in_the_drawing() -> None:
    _, curve = of(web=[1], phone=[1], till=[-1])
    notes = [feelings.drawn(EN, curve, point, 0, 0).note for point in curve.points]
    assert notes == ["", "", "the hardest moment"]


def test_the_band_is_the_middle_half() -> None:
    """Of −2, 0, 1, 1, 2: the quartiles of type 7 are 0 and 1."""
    _, curve = of(web=[-2, 0, 1, 1, 2])
    assert (curve.points[0].lower, curve.points[0].upper) == (0, 1)
