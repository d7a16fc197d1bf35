"""What answers say about the experience itself: grid, pyramid, harmony, engagement, outcome (docs/scoring.md).

Every answer that has a place on a scale becomes a value between 0 and 1. What is normative (an expectation) never
enters a mean of what was observed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fieldstudy.core import answers as answering
from fieldstudy.core import scoring, statistics
from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, ExPro, Level, Question, QuestionType, Sem
from fieldstudy.core.figures import Base, Figure, Formula

ZERO, ONE, HALF = Decimal(0), Decimal(1), Decimal("0.5")
HARMONY_LEAST = 3
STRONG_BASE = 3
"""A cell counts as strong from three answers on."""
EXPECTATION_OF = "expectation_of:"

Answers = Mapping[str, Answer]
"""The answers of one visit, by question."""


@dataclass(frozen=True)
class Cell:
    """`figure` is None where no question has these two tags: not asked, which is not the same as 0."""

    expro: ExPro
    sem: Sem
    figure: Figure | None


@dataclass(frozen=True)
class Grid:
    """Seven levers by five modules.

    `coverage` counts the cells with answers; `intensity` is the mean of a module over the levers that have it,
    `breadth` the share of levers strong in a module, `depth` the share of modules in which a lever is strong.
    """

    cells: tuple[Cell, ...]
    coverage: int
    intensity: Mapping[Sem, Decimal | None]
    breadth: Mapping[Sem, Decimal]
    depth: Mapping[ExPro, Decimal]

    @property
    def size(self) -> int:
        return len(self.cells)


@dataclass(frozen=True)
class Harmony:
    """1 for touchpoints that are all alike; None below three of them."""

    value: Decimal | None
    base: int


@dataclass(frozen=True)
class Expectation:
    """Perception − expectation over the visits that have both; negative: less than was expected."""

    question: str
    perceived: Figure
    expected: Figure
    gap: Decimal | None


def value_of(question: Question, answer: Answer | None) -> Decimal | None:
    """The place of an answer between 0 and 1: its share of the points, else where it lies on its range."""
    if answer is None or answer.is_na or not answer.value:
        return None
    if question.is_scored and question.possible:
        return min(max(scoring.points_earned(question, answer) / question.possible, ZERO), ONE)
    if question.is_yes_no:
        return _turned(question, ONE if answer.value == "yes" else ZERO)
    return _on_range(question, answer)


def _on_range(question: Question, answer: Answer) -> Decimal | None:
    number = answering.read_number(answer.value)
    if question.type != QuestionType.RANGE or number is None or question.range_end is None:
        return None
    start = question.range_start or ZERO
    if question.range_end == start:
        return None
    return _turned(question, min(max((number - start) / (question.range_end - start), ZERO), ONE))


def _turned(question: Question, value: Decimal) -> Decimal:
    return ONE - value if question.is_reverse else value


def grid(checklist: Checklist, visits: Sequence[Answers]) -> Grid:
    cells = tuple(Cell(expro, sem, _cell(checklist, visits, expro, sem)) for expro in ExPro for sem in Sem)
    strong = {(cell.expro, cell.sem) for cell in cells if _is_strong(cell)}
    return Grid(
        cells,
        coverage=sum(cell.figure is not None and cell.figure.base > 0 for cell in cells),
        intensity={sem: _mean(_values(cell for cell in cells if cell.sem == sem)) for sem in Sem},
        breadth={sem: Decimal(sum((expro, sem) in strong for expro in ExPro)) / len(ExPro) for sem in Sem},
        depth={expro: Decimal(sum((expro, sem) in strong for sem in Sem)) / len(Sem) for expro in ExPro},
    )


def _cell(checklist: Checklist, visits: Sequence[Answers], expro: ExPro, sem: Sem) -> Figure | None:
    return weighted(checklist, visits, lambda question: question.expro == expro and sem in question.sem)


def _is_strong(cell: Cell) -> bool:
    figure = cell.figure
    return figure is not None and figure.value is not None and figure.value >= HALF and figure.base >= STRONG_BASE


def _values(cells: Iterable[Cell]) -> list[Decimal]:
    return [cell.figure.value for cell in cells if cell.figure is not None and cell.figure.value is not None]


def _mean(values: Sequence[Decimal]) -> Decimal | None:
    return sum(values, ZERO) / len(values) if values else None


def weighted(checklist: Checklist, visits: Sequence[Answers], belongs: Callable[[Question], bool]) -> Figure | None:
    """Σ w·x ÷ Σ w over the answers to the questions that belong; None where there is no such question.

    The base counts answers; the interval is the t interval of the visits' own means.
    """
    questions = [question for question in checklist.questions if is_observed(question) and belongs(question)]
    if not questions:
        return None
    pairs = [_weighed(questions, answers) for answers in visits]
    found = [pair for of_visit in pairs for pair in of_visit]
    weight = sum((w for w, _ in found), ZERO)
    earned = sum((w * value for w, value in found), ZERO)
    means = [float(mean) for of_visit in pairs if (mean := _weighted_mean(of_visit)) is not None]
    return Figure(
        earned / weight if weight else None,
        len(found),
        Base.ANSWERS,
        Formula.WEIGHTED_ANSWERS_T,
        earned,
        weight,
        statistics.mean_interval(means),
        len(means),
    )


def is_observed(question: Question) -> bool:
    """Is it an answer about what was met, and not about what was expected?"""
    return question.is_asked and not _expects(question)


def _weighed(questions: Sequence[Question], answers: Answers) -> list[tuple[Decimal, Decimal]]:
    values = [(question.weight, value_of(question, answers.get(question.name))) for question in questions]
    return [(weight, value) for weight, value in values if value is not None]


def _weighted_mean(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    weight = sum((w for w, _ in pairs), ZERO)
    return sum((w * value for w, value in pairs), ZERO) / weight if weight else None


def pyramid(checklist: Checklist, visits: Sequence[Answers]) -> tuple[tuple[Level, Figure | None], ...]:
    """The levels from the bottom; a question without a scale says nothing about its level."""
    return tuple((level, weighted(checklist, visits, _at_level(level))) for level in Level)


def _at_level(level: Level) -> Callable[[Question], bool]:
    return lambda question: question.level == level and has_scale(question)


def has_scale(question: Question) -> bool:
    is_range = question.type == QuestionType.RANGE and question.range_end is not None
    return (question.is_scored and question.possible > 0) or question.is_yes_no or is_range


def of_role(checklist: Checklist, visits: Sequence[Answers], role: str) -> Figure | None:
    """The index of the questions with this role (engagement, outcome_return, …); None where nobody asks it."""
    return weighted(checklist, visits, lambda question: question.role == role)


def expectations(checklist: Checklist, visits: Sequence[Answers]) -> tuple[Expectation, ...]:
    """Every pair of an expectation, asked before, and the perception that it was about, where both are shown."""
    known = checklist.question_by_name
    asked = [(q, known.get(q.role.removeprefix(EXPECTATION_OF))) for q in checklist.questions if _expects(q)]
    return tuple(_expectation(visits, expected, seen) for expected, seen in asked if seen is not None)


def _expects(question: Question) -> bool:
    return question.role.startswith(EXPECTATION_OF)


def _expectation(visits: Sequence[Answers], expected: Question, perceived: Question) -> Expectation:
    both = [
        (seen, hoped)
        for answers in visits
        if (seen := value_of(perceived, answers.get(perceived.name))) is not None
        and (hoped := value_of(expected, answers.get(expected.name))) is not None
    ]
    seen_figure, hoped_figure = (_of_values([pair[side] for pair in both]) for side in (0, 1))
    gap = None
    if seen_figure.value is not None and hoped_figure.value is not None:
        gap = seen_figure.value - hoped_figure.value
    return Expectation(perceived.name, seen_figure, hoped_figure, gap)


def _of_values(values: Sequence[Decimal]) -> Figure:
    interval = statistics.mean_interval([float(value) for value in values])
    return Figure(_mean(values), len(values), Base.ANSWERS, Formula.WEIGHTED_ANSWERS_T, interval=interval)


def harmony(percents: Sequence[Decimal | None]) -> Harmony:
    """1 − population sd of the touchpoints' percents ÷ 50, unweighted: 50 is the most that percents can spread."""
    defined = [percent for percent in percents if percent is not None]
    if len(defined) < HARMONY_LEAST:
        return Harmony(None, len(defined))
    mean = sum(defined, ZERO) / len(defined)
    variance = sum(((percent - mean) ** 2 for percent in defined), ZERO) / len(defined)
    return Harmony(ONE - variance.sqrt() / 50, len(defined))
