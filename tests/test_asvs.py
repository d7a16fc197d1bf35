"""docs/asvs.md is complete, and what it names is there."""

import ast
import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs/asvs.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| (\S+) \| ([^|]+) \|$", PAGE, re.M)
LEFT_OUT = [
    number
    for paragraph in re.findall(r"^Not applicable: (.*?)(?:\n\n|\Z)", PAGE, re.M | re.S)
    for number in re.findall(r"\b\d+\.\d+\.\d+\b", paragraph)
]
LEFT_OUT_OF_LEVEL_1 = {"4.4.1", "9.1.1", "9.1.2", "9.1.3", "9.2.1"} | {f"10.4.{number}" for number in range(1, 6)}


def test_every_requirement_of_levels_1_and_2_is_there_once() -> None:
    """70 and 183: as the standard's own table counts them."""
    numbers = [row[0] for row in ROWS] + LEFT_OUT
    first = {row[0] for row in ROWS if row[1] == "1"} | LEFT_OUT_OF_LEVEL_1
    assert ([n for n, times in Counter(numbers).items() if times > 1], len(numbers), len(first)) == ([], 70 + 183, 70)


def test_level_1_is_complete_and_few_rows_of_level_2_are_open() -> None:
    is_open = [(level, number) for number, level, verdict, _ in ROWS if verdict == "open"]
    assert {verdict for _, _, verdict, _ in ROWS} <= {"met", "operator", "open"}
    assert [number for level, number in is_open if level == "1"] == []
    assert 1 <= len(is_open) <= 8


def test_the_open_ones_are_named_at_the_head() -> None:
    head = PAGE.split("\n## ")[0]
    assert set(re.findall(r"\b\d+\.\d+\.\d+\b", head.replace("5.0.0", ""))) == {
        row[0] for row in ROWS if row[2] == "open"
    }


def _names(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)?test_[a-z_0-9]+\.py)(?:::(test_[a-z_0-9]+))?`", PAGE))
    missing = [
        (file, name)
        for file, name in sorted(named)
        if not (TESTS / file).exists() or (name and name not in _names(TESTS / file))
    ]
    assert (missing, len(named) > 80) == ([], True)


def test_every_row_says_where() -> None:
    assert [number for number, _, _, where in ROWS if len(where.strip()) < 4] == []
