"""A condition of a checklist as a sentence, with the labels of its questions and choices."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from fieldstudy.core import conditions
from fieldstudy.core.checklist import Checklist, Text
from fieldstudy.core.conditions import (
    Comparison,
    Dot,
    Expression,
    Literal,
    Logic,
    Not,
    Reference,
    Selected,
    Today,
    Truth,
)
from fieldstudy.words import Words

SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


@dataclass(frozen=True)
class ConditionTeller:
    checklist: Checklist
    words: Words
    say: Callable[[Text], str]

    def tell(self, text: str) -> str:
        return self._told(conditions.parse(text))

    def _told(self, expression: Expression) -> str:
        match expression:
            case Comparison(relation, left, right):
                return self._compared(relation, left, right)
            case Selected(choices, choice):
                return gettext("%(choice)s is chosen in %(question)s", **self._chosen(choices, choice))
            case Not(operand):
                return self._denied(operand)
            case Logic(word, operands):
                joint = gettext("and") if word == "and" else gettext("or")
                return f" {joint} ".join(self._part(one) for one in operands)
            case _:
                return self._operand(expression)

    def _denied(self, expression: Expression) -> str:
        """The opposite as a sentence of its own, where it is true of an empty answer too."""
        match expression:
            case Not(operand):
                return self._told(operand)
            case Truth(value):
                return self._operand(Truth(not value))
            case Comparison("=", left, right):
                return self._compared("!=", left, right)
            case Comparison("!=", left, right):
                return self._compared("=", left, right)
            case Selected(choices, choice):
                return gettext("%(choice)s is not chosen in %(question)s", **self._chosen(choices, choice))
            case _:
                return gettext("it is not true that %(condition)s", condition=self._part(expression))

    def _chosen(self, choices: Expression, choice: Expression) -> dict[str, str]:
        name = choices.name if isinstance(choices, Reference) else ""
        said = self._value(choice.value, name) if isinstance(choice, Literal) else self._operand(choice)
        return {"question": self._operand(choices), "choice": said}

    def _part(self, expression: Expression) -> str:
        told = self._told(expression)
        return f"({told})" if isinstance(expression, Logic) else told

    def _compared(self, relation: str, left: Expression, right: Expression) -> str:
        if isinstance(left, Literal) and isinstance(right, Reference | Dot) and relation in ("=", "!="):
            left, right = right, left
        if right == Literal("") and relation in ("=", "!="):
            is_empty = relation == "="
            values = {"question": self._operand(left)}
            return (
                gettext("%(question)s is empty", **values)
                if is_empty
                else gettext("%(question)s is filled in", **values)
            )
        name = left.name if isinstance(left, Reference) else ""
        if name and isinstance(right, Literal) and isinstance(right.value, str) and relation in ("=", "!="):
            values = {"question": self._question(name), "answer": self._value(right.value, name)}
            if relation == "=":
                return gettext("%(question)s is answered with %(answer)s", **values)
            return gettext("%(question)s is not answered with %(answer)s", **values)
        return f"{self._operand(left)} {SIGNS[relation]} {self._operand(right)}"

    def _operand(self, expression: Expression) -> str:
        match expression:
            case Reference(name):
                return self._question(name)
            case Dot():
                return gettext("the answer")
            case Today():
                return gettext("today")
            case Truth(value):
                return gettext("always") if value else gettext("never")
            case Literal(value):
                return self._value(value)
            case _:
                return f"({self._told(expression)})"

    def _question(self, name: str) -> str:
        question = self.checklist.question_by_name.get(name)
        return self.words.quoted((self.say(question.label) if question else "") or name)

    def _value(self, value: str | float, question: str = "") -> str:
        """A choice by its label."""
        if not isinstance(value, str):
            return self.words.points(Decimal(str(value)))
        asked = self.checklist.question_by_name.get(question)
        option = asked.option_by_name.get(value) if asked else None
        return self.words.quoted((self.say(option.label) if option else "") or value)
