"""The text of a JSON request, read within bounds that every later step can live with."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

DEPTH_LIMIT = 32
"""Lists and objects within each other; the deepest that a phone writes has six."""
WHOLE_LIMIT = 2**63


class NotJson(ValueError):
    """Not the JSON that was asked for."""


def parse(body: bytes, depth: int = DEPTH_LIMIT, fraction: Callable[[str], Any] = float) -> Any:
    """Raises NotJson, also for what is JSON but nested deeper than `depth`, or holds a number no database has room for.

    `fraction` makes a value of the text of a number with a point or an exponent.
    """
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=fraction, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    if _is_deeper(value, depth):
        raise NotJson("nested too deep")
    return value


def is_storable(value: Any) -> bool:
    """No half characters and no NUL, which no database can hold, and nothing that JSON cannot say again."""
    try:
        written = json.dumps(value, ensure_ascii=False).encode()
    except (TypeError, UnicodeEncodeError):
        return False
    return rb"\u0000" not in written or not _has_nul(value)


def _refuse(text: str) -> NoReturn:
    raise NotJson(text)


def _whole(text: str) -> int:
    value = int(text)
    if abs(value) >= WHOLE_LIMIT:
        raise NotJson("number out of range")
    return value


def _is_deeper(value: Any, depth: int) -> bool:
    """Level by level, so that no nesting can exhaust the stack of this very check."""
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
    return any(isinstance(inner, dict | list) for inner in level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_nul(name) or _has_nul(inner) for name, inner in value.items())
    if isinstance(value, list):
        return any(_has_nul(inner) for inner in value)
    return isinstance(value, str) and "\0" in value
