"""What can only be judged once the whole file is known: names that refer to each other, and translations."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from fieldstudy.core import conditions
from fieldstudy.core.checklist import CHOICES, Checklist, Question, QuestionType
from fieldstudy.exchange.xlsform.cells import LARGEST, Cells, Mention, Sheet
from fieldstudy.exchange.xlsform.questions import EXPECTATION_OF


def check_conditions(mentions: Sequence[Mention], checklist: Checklist) -> None:
    for mention in mentions:
        for name in sorted(conditions.names(mention.expression) - checklist.question_by_name.keys()):
            mention.cells.refuse("condition_unknown_question", mention.column, value=name)
        _check_own(mention)
        for name, choice in _choices_meant(conditions.as_data(mention.expression)):
            _check_choice(mention, checklist, name, choice)


def check_circles(mentions: Sequence[Mention], checklist: Checklist) -> None:
    """Questions that wait for each other's answers: form tools refuse them, and none of them might ever be asked."""
    known = checklist.question_by_name.keys()
    graph = {
        question.name: _consulted(section.relevant, question.relevant, question.calculation) & known
        for section in checklist.sections
        for question in section.questions
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        mention = next(one for one in mentions if any(_ties(one, *pair) for pair in pairwise(circle)))
        if len(circle) == 2 and not _is_group(mention):
            return  # it is about itself, which is told already
        mention.cells.refuse("condition_in_a_circle", mention.column, names=" → ".join(reversed(circle)))


def _consulted(*texts: str) -> frozenset[str]:
    return frozenset().union(*(conditions.names(conditions.parse(text)) for text in texts if text))


def _ties(mention: Mention, needed: str, waiting: str) -> bool:
    """Is this the condition, of the question itself or of a group, for which the one waits for the other?"""
    is_it = _is_group(mention) or mention.cells["name"] == waiting
    return mention.column != "constraint" and is_it and needed in conditions.names(mention.expression)


def _is_group(mention: Mention) -> bool:
    return mention.cells["type"].lower().startswith("begin")


def _check_own(mention: Mention) -> None:
    if mention.column == "constraint":
        return
    if not _is_group(mention) and mention.cells["name"] in conditions.names(mention.expression):
        mention.cells.refuse("condition_about_itself", mention.column, value=mention.cells["name"])
    if ["dot"] in list(_nodes(conditions.as_data(mention.expression))):
        mention.cells.refuse("dot_outside_constraint", mention.column, text=mention.cells[mention.column])


def _nodes(node: list[object]) -> Iterator[list[object]]:
    yield node
    for part in node[1:]:
        if isinstance(part, list):
            yield from _nodes(part)


def _choices_meant(tree: list[object]) -> Iterator[tuple[str, str]]:
    """Question and choice of every selected(${q}, 'x') and ${q} = 'x'."""
    for node in _nodes(tree):
        match node:
            case ["selected" | "=" | "!=", ["answer", str(name)], ["literal", str(choice)]] if choice:
                yield name, choice


def _check_choice(mention: Mention, checklist: Checklist, name: str, choice: str) -> None:
    question = checklist.question_by_name.get(name)
    if question is None or question.type not in CHOICES:
        return
    names = [option.name for option in question.options]
    if choice not in names:
        mention.cells.note(
            "condition_unknown_choice", mention.column, value=choice, question=name, allowed=", ".join(names)
        )


def check_points(sheet: Sheet, checklist: Checklist) -> None:
    """A database adds points exactly up to a limit: what goes beyond it is refused before there is a visit."""
    reached = sum(map(_reach, checklist.questions), Decimal(0))
    if reached > LARGEST:
        heaviest = max(checklist.questions, key=_reach).name
        row = next(cells for cells in sheet.lines() if cells["name"] == heaviest)
        row.refuse("points_too_large", "weight", value=heaviest, limit=LARGEST)


def _reach(question: Question) -> Decimal:
    """The most that its points, with its weight, take the sums away from nothing."""
    points = [option.points for option in question.options if option.points is not None]
    points += [band.points for band in question.bands]
    is_together = question.type == QuestionType.SELECT_MULTIPLE
    sizes = [abs(each) for each in points] or [Decimal(0)]
    return question.weight * (sum(sizes, Decimal(0)) if is_together else max(sizes))


def check_roles(sheet: Sheet, checklist: Checklist) -> None:
    rows = {cells["name"]: cells for cells in sheet.lines() if cells["role"]}
    for question in checklist.questions:
        target = question.role.removeprefix(EXPECTATION_OF)
        if target == question.role or question.name not in rows:
            continue
        if target == question.name or target not in checklist.question_by_name:
            rows[question.name].refuse("role_unknown_question", "role", value=target)


def check_translations(sheet: Sheet, languages: Sequence[str]) -> None:
    """Notes for each language how many texts it lacks that another language has, and where the first is."""
    for column in sheet.columns.texts:
        for language in languages:
            lacking = [cells for cells in sheet.lines() if _lacks(cells, column, language)]
            if lacking:
                lacking[0].note("translation_missing", column, language=language, count=len(lacking))


def _lacks(cells: Cells, column: str, language: str) -> bool:
    by_language = cells.texts(column).by_language
    return bool(by_language) and language not in by_language
