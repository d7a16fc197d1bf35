"""Grid, pyramid, harmony, engagement, expectation: by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldstudy.core import experience
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Band, Checklist, ExPro, Level, Question, QuestionType, Sem, Settings
from tests import factories as make


def checklist(*questions: Question) -> Checklist:
    return Checklist("shop", make.text("Shop"), (make.section("till", *questions),), Settings())


def visit(**values: str) -> dict[str, Answer]:
    return {name: Answer(name, value) for name, value in values.items()}


def stars(name: str, **fields: object) -> Question:
    return make.question(name, QuestionType.RANGE, range_start=Decimal(1), range_end=Decimal(5), **fields)


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (make.question("q"), "yes", Decimal(1)),
        (make.question("q"), "no", Decimal(0)),
        (stars("q"), "4", Decimal("0.75")),
        (stars("q", is_reverse=True), "4", Decimal("0.25")),
        (stars("q", is_reverse=True), "1", Decimal(1)),
        (make.question("q", options=(make.option("a", 4), make.option("b", 1))), "b", Decimal("0.25")),
        (make.question("q", options=(make.option("yes"), make.option("no"))), "yes", Decimal(1)),
        (
            make.question(
                "q", QuestionType.TIMER, bands=(Band("<=", Decimal(60), Decimal(2)), Band("", None, Decimal(1)))
            ),
            "90",
            Decimal("0.5"),
        ),
        (make.question("q", QuestionType.TEXT), "nice", None),
    ],
)
def test_the_place_of_an_answer_on_its_scale(question: Question, value: str, expected: Decimal | None) -> None:
    assert experience.value_of(question, Answer("q", value)) == expected


def test_what_does_not_apply_has_no_place() -> None:
    assert experience.value_of(make.question("q"), Answer("q", "na", is_na=True)) is None


TAGGED = checklist(
    make.question("smile", expro=ExPro.PEOPLE, sem=(Sem.FEEL, Sem.RELATE), weight=Decimal(3)),
    stars("warmth", expro=ExPro.PEOPLE, sem=(Sem.FEEL,)),
    make.question("light", expro=ExPro.ENVIRONMENT, sem=(Sem.SENSE,)),
)
SEEN = [visit(smile="yes", warmth="3", light="no"), visit(smile="no", warmth="5"), visit(smile="yes")]


def cell(expro: ExPro, sem: Sem) -> experience.Cell:
    found = experience.grid(TAGGED, SEEN)
    return next(each for each in found.cells if (each.expro, each.sem) == (expro, sem))


def test_a_cell_is_the_weighted_mean_of_its_answers() -> None:
    """(3·1 + 1·0.5 + 3·0 + 1·1 + 3·1) ÷ (3+1+3+1+3) = 7.5 ÷ 11, from five answers."""
    figure = cell(ExPro.PEOPLE, Sem.FEEL).figure
    assert figure is not None
    assert (figure.value, figure.base) == (Decimal("7.5") / 11, 5)


def test_a_cell_that_nobody_asks_is_not_zero() -> None:
    assert cell(ExPro.IDENTITY, Sem.ACT).figure is None


def test_coverage_counts_the_cells_with_answers() -> None:
    found = experience.grid(TAGGED, SEEN)
    assert (found.coverage, found.size) == (3, 35)


def test_breadth_and_depth_count_strong_cells() -> None:
    """People are strong in feel (5 answers) and relate (3 answers, 2/3); light has one answer only."""
    found = experience.grid(TAGGED, SEEN)
    assert (found.depth[ExPro.PEOPLE], found.breadth[Sem.FEEL], found.breadth[Sem.SENSE]) == (
        Decimal(2) / 5,
        Decimal(1) / 7,
        Decimal(0),
    )


def test_intensity_of_a_module_nobody_asks_is_undefined() -> None:
    found = experience.grid(TAGGED, SEEN)
    assert (found.intensity[Sem.SENSE], found.intensity[Sem.ACT]) == (Decimal(0), None)


def test_the_levels_of_the_pyramid_stand_from_the_bottom() -> None:
    built = checklist(make.question("quick"), stars("worth", level=Level.BENEFIT))
    levels = experience.pyramid(built, [visit(quick="yes", worth="3")])
    values = [figure and figure.value for _, figure in levels]
    assert ([level for level, _ in levels], values) == (list(Level), [Decimal(1), None, Decimal("0.5"), None])


def test_an_expectation_is_set_beside_its_perception_and_never_averaged_with_it() -> None:
    """Perceived 0.5 and 0.75, expected 1 and 0.75; the third visit has no expectation and stays out."""
    built = checklist(
        stars("hoped", role="expectation_of:seen", level=Level.BENEFIT), stars("seen", level=Level.BENEFIT)
    )
    visits = [visit(hoped="5", seen="3"), visit(hoped="4", seen="4"), visit(seen="1")]
    (found,) = experience.expectations(built, visits)
    benefit = dict(experience.pyramid(built, visits))[Level.BENEFIT]
    assert (found.question, found.gap) == ("seen", Decimal("-0.25"))
    assert benefit is not None
    assert benefit.base == 3


def test_engagement_is_the_index_of_its_questions() -> None:
    built = checklist(stars("bond", role="engagement"), make.question("quick"))
    figure = experience.of_role(built, [visit(bond="5", quick="no"), visit(bond="4")], "engagement")
    assert figure is not None
    assert figure.value == Decimal("0.875")


def test_a_role_nobody_asks_for_has_no_index() -> None:
    assert experience.of_role(checklist(make.question("quick")), [visit(quick="yes")], "engagement") is None


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        ([80, 80, 80], Decimal(1)),
        ([0, 100, 0, 100], Decimal(0)),
        ([60, 70, 80], Decimal(1) - (Decimal(200) / 3).sqrt() / 50),
        ([60, 80], None),
    ],
)
def test_harmony_is_how_even_the_touchpoints_are(percents: list[int], expected: Decimal | None) -> None:
    assert experience.harmony([Decimal(percent) for percent in percents]).value == expected


def test_an_undefined_touchpoint_does_not_enter_harmony() -> None:
    assert experience.harmony([Decimal(60), None, Decimal(60), Decimal(60)]) == experience.Harmony(Decimal(1), 3)


@given(st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=9), st.integers(1, 9))
def test_scaling_all_weights_changes_nothing(values: list[str], factor: int) -> None:
    questions = [make.question(f"q{number}", weight=Decimal(number + 1)) for number in range(len(values))]
    scaled = [make.question(q.name, weight=q.weight * factor) for q in questions]
    given_answers = [visit(**{f"q{number}": value for number, value in enumerate(values)})]
    levels = [experience.pyramid(checklist(*each), given_answers)[0][1] for each in (questions, scaled)]
    assert levels[0] is not None
    assert levels[1] is not None
    assert levels[0].value == pytest.approx(levels[1].value)
