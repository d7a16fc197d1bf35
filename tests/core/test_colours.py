"""An accent that can be read. Expected contrasts: the worked examples of WCAG's own understanding pages."""

import pytest

from fieldstudy.core import colours
from fieldstudy.core.colours import ColourIsUnknown


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_as_published(first: str, second: str, ratio: float) -> None:
    """Grey #767676 is the lightest that passes on white, #777777 the first that fails."""
    assert round(colours.contrast(first, second), 2) == ratio


def test_the_lightest_grey_that_can_be_read() -> None:
    assert [colours.is_readable(grey) for grey in ("#767676", "#777777")] == [True, False]


def test_what_is_no_colour_is_refused() -> None:
    with pytest.raises(ColourIsUnknown):
        colours.normal("red; } body { display: none")


@pytest.mark.parametrize("accent", ["#0a635e", "#7a1f3d", "#1a3c8b", "#000000", "#767676"])
def test_every_pair_that_follows_can_be_read(accent: str) -> None:
    light, dark = colours.on_light(accent), colours.on_dark(accent)
    pairs = [(light.accent, colours.WHITE), (light.on_pale, light.pale), (light.on_accent, light.accent)]
    pairs += [(dark.accent, colours.NIGHT), (dark.on_pale, dark.pale), (dark.on_accent, dark.accent)]
    assert [pair for pair in pairs if colours.contrast(*pair) < 4.5] == []


def test_the_distance_of_two_colours_as_published() -> None:
    """sRGB red is L*a*b* 53.24, 80.09, 67.20 under D65; white is 100, 0, 0: √(46.76² + 80.09² + 67.20²) = 114.5."""
    assert round(colours.difference("#000000", "#ffffff"), 1) == 100.0
    assert round(colours.difference("#ff0000", "#ffffff"), 1) == 114.5


@pytest.mark.parametrize(
    ("accent", "other"),
    [("#a8410f", colours.ORANGE), ("#b04512", colours.ORANGE), ("#333333", colours.INK), ("#1d2a30", colours.INK)],
)
def test_an_accent_is_not_taken_for_what_has_a_meaning(accent: str, other: str) -> None:
    assert colours.taken_for(accent) == other


@pytest.mark.parametrize("accent", ["#0a635e", "#1f4e9c", "#7b1fa2", "#a3123f", "#2e7d32"])
def test_other_accents_may_be_set(accent: str) -> None:
    assert colours.taken_for(accent) is None
