"""What can only be judged once the whole file is known: names that refer to each other, and translations."""

from collections.abc import Iterator, Sequence

from fieldstudy.core import conditions
from fieldstudy.core.checklist import CHOICES, Checklist
from fieldstudy.exchange.xlsform.cells import Cells, Mention, Sheet
from fieldstudy.exchange.xlsform.questions import EXPECTATION_OF


def check_conditions(mentions: Sequence[Mention], checklist: Checklist) -> None:
    for mention in mentions:
        for name in sorted(conditions.names(mention.expression) - checklist.question_by_name.keys()):
            mention.cells.refuse("condition_unknown_question", mention.column, value=name)
        _check_own(mention)
        for name, choice in _choices_meant(conditions.as_data(mention.expression)):
            _check_choice(mention, checklist, name, choice)


def _check_own(mention: Mention) -> None:
    if mention.column == "constraint":
        return
    is_group = mention.cells["type"].lower().startswith("begin")
    if not is_group and mention.cells["name"] in conditions.names(mention.expression):
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
