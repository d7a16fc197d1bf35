"""The conditions of a checklist file: `relevant`, `constraint` and `calculation`, a small part of XPath 1.0.

Known are `${question}`, `.`, `=` `!=` `<` `<=` `>` `>=`, `and`, `or`, `not()`, `selected()`, `today()`, `true()`,
`false()`, numbers, quoted text and parentheses. Anything else is refused with its place, never ignored.

Answers are text, and unanswered is the empty text. What XPath 1.0 and ODK make of it:

- Equality compares booleans if either side is one, else numbers if either side is one, else text, sign by sign.
- Order always compares numbers. Without a number every comparison is false, except that `!=` is true.
- A number is written `-12.5`: a decimal comma, a plus or an exponent makes text. A date counts as days since
  1970-01-01, a time as a fraction of a day, a datetime as both. A zone is not looked at: the wall clock counts, as it
  does for `today()`. So `today()` equals today's date, while a datetime of today lies after it.
- Text is true unless it is empty: the text "false" is true. A number is true unless it is 0 or not a number.
- As text, a boolean is "true" or "false", and a whole number has no point.
- `selected(a, b)`: is b one of the words of a? Nothing is selected in an empty text, and the empty text never is.
- `and` and `or` stop at the first operand that decides; the rest is not asked for.
- Two comparisons in a row are refused, unlike in XPath, where `1 < ${q} < 5` means `(1 < ${q}) < 5`: always true.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

LENGTH_LIMIT = 2_000
DEPTH_LIMIT = 50

Value: TypeAlias = str | float | bool


class ConditionIsNotUnderstood(ValueError):
    """`position` counts characters from 0; `reason` is one of

    empty, too_long, too_deep: open parentheses within each other;
    unfinished: the text ends too early, or a quotation or `${` that starts here never ends;
    unquoted: a word that may want quotation marks; unknown_function; number_too_large;
    chained: a second comparison in a row; unexpected: anything else.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{reason} at {position}")
        self.text = text
        self.position = position
        self.reason = reason


@dataclass(frozen=True)
class Literal:
    value: str | float


@dataclass(frozen=True)
class Truth:
    """Apart from Literal, because in Python True equals 1.0, and then so would the trees."""

    value: bool


@dataclass(frozen=True)
class Reference:
    name: str


@dataclass(frozen=True)
class Dot:
    """The answer that a constraint judges."""


@dataclass(frozen=True)
class Today:
    """The day that the reader names, as a number of days."""


@dataclass(frozen=True)
class Not:
    operand: "Expression"


@dataclass(frozen=True)
class Selected:
    choices: "Expression"
    choice: "Expression"


@dataclass(frozen=True)
class Comparison:
    relation: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Logic:
    """`word` is "and" or "or"; two operands or more."""

    word: str
    operands: tuple["Expression", ...]


Expression: TypeAlias = Literal | Truth | Reference | Dot | Today | Not | Selected | Comparison | Logic


def parse(text: str) -> Expression:
    """Raises ConditionIsNotUnderstood, and nothing else."""
    if len(text) > LENGTH_LIMIT:
        raise ConditionIsNotUnderstood(text, LENGTH_LIMIT, "too_long")
    return _Parser(text).whole()


def names(expression: Expression) -> frozenset[str]:
    """The questions that it refers to; `.` is not among them."""
    if isinstance(expression, Reference):
        return frozenset({expression.name})
    return frozenset().union(*(names(part) for part in _parts(expression)))


def value(expression: Expression, value_of: Callable[[str], str], today: date, dot: str = "") -> Value:
    read = partial(value, value_of=value_of, today=today, dot=dot)
    match expression:
        case Literal(fixed) | Truth(fixed):
            return fixed
        case Reference(name):
            return value_of(name)
        case Dot():
            return dot
        case Today():
            return _days(today)
        case Not(operand):
            return not _truth(read(operand))
        case Selected(choices, choice):
            return _is_selected(read(choices), read(choice))
        case Comparison(relation, left, right):
            return _compares(relation, read(left), read(right))
        case Logic(word, operands):
            return _decides(word, operands, read)


def holds(expression: Expression, value_of: Callable[[str], str], today: date, dot: str = "") -> bool:
    return _truth(value(expression, value_of, today, dot))


def as_text(value: Value) -> str:
    """As XPath's string(): true, false, a whole number without a point, never an exponent."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def as_data(expression: Expression) -> list[object]:
    """The tree as lists ready for JSON, the kind first:

    ["literal", value], ["answer", name], ["dot"], ["today"], ["not", x], ["selected", choices, choice],
    ["=", left, right] and the other relations, ["and", x, y, …], ["or", x, y, …].
    """
    match expression:
        case Literal(fixed) | Truth(fixed):
            return ["literal", fixed]
        case Reference(name):
            return ["answer", name]
        case Comparison(kind) | Logic(kind):
            pass
        case _:
            kind = type(expression).__name__.lower()
    return [kind, *(as_data(part) for part in _parts(expression))]


def _parts(expression: Expression) -> tuple[Expression, ...]:
    fields = (held if isinstance(held, tuple) else (held,) for held in vars(expression).values())
    return tuple(part for held in fields for part in held if isinstance(part, Expression))


# Reading: the text becomes tokens, the tokens become a tree.

_WORD = r"[^\W\d][\w.:-]*"
_TOKEN = re.compile(
    rf"""(?P<blank>[ \t\r\n]+)
    | (?P<number>-?[ \t\r\n]*(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))
    | (?P<quotation>"[^"]*"|'[^']*')
    | \$\{{[ \t\r\n]*(?P<reference>{_WORD})[ \t\r\n]*\}}
    | (?P<relation>!=|<=|>=|=|<|>)
    | (?P<sign>[.(),])
    | (?P<logic>(?:and|or)(?![\w.:-]))
    | (?P<word>{_WORD})
    | (?P<unfinished>["']|\$\{{[^}}]*\Z)
    | (?P<unexpected>.)""",
    re.VERBOSE | re.DOTALL,
)

_FUNCTIONS: dict[str, tuple[int, Callable[..., Expression]]] = {
    "not": (1, Not),
    "selected": (2, Selected),
    "today": (0, Today),
    "true": (0, partial(Truth, True)),
    "false": (0, partial(Truth, False)),
}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "blank":
            yield _Token(kind, found[kind], found.start())
    yield _Token("unfinished", "", len(text))


class _Parser:
    """Goes down from `or` over `and` and a comparison to an operand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def whole(self) -> Expression:
        if len(self.tokens) == 1:
            raise ConditionIsNotUnderstood(self.text, 0, "empty")
        expression = self.any_of()
        if self.place < len(self.tokens) - 1:
            raise self.refused()
        return expression

    def any_of(self) -> Expression:
        return self.joined("or", self.all_of)

    def all_of(self) -> Expression:
        return self.joined("and", self.comparison)

    def joined(self, word: str, operand: Callable[[], Expression]) -> Expression:
        operands = [operand()]
        while self.token.kind == "logic" and self.token.text == word:
            self.take()
            operands.append(operand())
        return Logic(word, tuple(operands)) if len(operands) > 1 else operands[0]

    def comparison(self) -> Expression:
        left = self.operand()
        if self.token.kind != "relation":
            return left
        relation = self.take().text
        expression = Comparison(relation, left, self.operand())
        if self.token.kind == "relation":
            raise self.refused("chained")
        return expression

    def operand(self) -> Expression:
        if self.token.kind == "word":
            return self.call()
        if self.is_sign("("):
            return self.arguments(1)[0]
        return self.leaf()

    def leaf(self) -> Expression:
        match self.token:
            case _Token("reference", name):
                found: Expression = Reference(name)
            case _Token("quotation", text):
                found = Literal(text[1:-1])
            case _Token("number", text):
                found = Literal(_number(re.sub(r"\s", "", text)))
            case _Token("sign", "."):
                found = Dot()
            case _:
                raise self.refused()
        if found in (Literal(math.inf), Literal(-math.inf)):
            raise self.refused("number_too_large")
        self.take()
        return found

    def call(self) -> Expression:
        word = self.take()
        if not self.is_sign("("):
            raise self.refused("unquoted", word)
        if word.text not in _FUNCTIONS:
            raise self.refused("unknown_function", word)
        count, node = _FUNCTIONS[word.text]
        return node(*self.arguments(count))

    def arguments(self, count: int) -> list[Expression]:
        if self.depth == DEPTH_LIMIT:
            raise self.refused("too_deep")
        self.depth += 1
        self.sign("(")
        found = []
        for index in range(count):
            if index:
                self.sign(",")
            found.append(self.any_of())
        self.sign(")")
        self.depth -= 1
        return found

    def is_sign(self, text: str) -> bool:
        return (self.token.kind, self.token.text) == ("sign", text)

    def sign(self, text: str) -> None:
        if not self.is_sign(text):
            raise self.refused()
        self.take()

    def take(self) -> _Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def refused(self, reason: str = "unexpected", token: _Token | None = None) -> ConditionIsNotUnderstood:
        token = token or self.token
        reason = "unfinished" if token.kind == "unfinished" else reason
        return ConditionIsNotUnderstood(self.text, token.position, reason)


# Judging: what the kinds of values make of each other.

_BLANKS = " \t\r\n"
_EPOCH = date(1970, 1, 1)
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MOMENT = re.compile(
    r"""(?:(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?=.)|\Z))?
    (?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9](?:\.[0-9]+)?))?
    (?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?""",
    re.VERBOSE,
)

_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _decides(word: str, operands: tuple[Expression, ...], read: Callable[[Expression], Value]) -> bool:
    # A loop, because any() over a generator would double the depth of the stack.
    for operand in operands:
        if _truth(read(operand)) == (word == "or"):
            return word == "or"
    return word == "and"


def _compares(relation: str, left: Value, right: Value) -> bool:
    kinds = {type(left), type(right)}
    alike: Callable[[Value], Value] = as_text
    if relation not in ("=", "!=") or float in kinds:
        alike = _number
    if relation in ("=", "!=") and bool in kinds:
        alike = _truth
    return _RELATIONS[relation](alike(left), alike(right))


def _is_selected(choices: Value, choice: Value) -> bool:
    chosen = re.split(f"[{_BLANKS}]+", as_text(choices).strip(_BLANKS))
    return as_text(choice).strip(_BLANKS) in chosen and chosen != [""]


def _truth(value: Value) -> bool:
    return bool(value) and value == value


def _number(value: Value) -> float:
    if not isinstance(value, str):
        return float(value)
    text = value.strip(_BLANKS)
    return float(text) if _NUMBER.fullmatch(text) else _moment(text)


def _moment(text: str) -> float:
    """Days since 1970-01-01 on the wall clock; a time alone is a fraction of a day; not a number for anything else."""
    found = _MOMENT.fullmatch(text)
    if not text or not found:
        return math.nan
    try:
        days = _days(date.fromisoformat(found["date"])) if found["date"] else 0.0
    except ValueError:
        return math.nan
    seconds = 3600 * int(found["hour"] or 0) + 60 * int(found["minute"] or 0) + float(found["second"] or 0)
    return days + seconds / 86_400


def _days(day: date) -> float:
    return float(day.toordinal() - _EPOCH.toordinal())
