"""docs/privacy.md names every table and every clock: without a line there, something is kept and nobody knows."""

import re
from pathlib import Path

import pytest

from fieldstudy.config import Config
from fieldstudy.extensions import Model
from fieldstudy.models import User
from fieldstudy.services import purge

PAGE = (Path(__file__).parent.parent / "docs/privacy.md").read_text()
TABLES = sorted(Model.metadata.tables)


def line_of(table: str) -> str:
    found = [line for line in PAGE.splitlines() if re.match(rf"\|[^|]*`{table}`[^|]*\|", line)]
    assert len(found) == 1, f"docs/privacy.md has {len(found)} lines for the table {table}"
    return found[0]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_its_line(table: str) -> None:
    assert line_of(table).count("|") == 6


@pytest.mark.parametrize("table", TABLES)
def test_the_line_says_what_an_erasure_does_with_it(table: str) -> None:
    """By the rule of services.erasure: a row with a `user_id` goes, a code only loses its person."""
    column = Model.metadata.tables[table].c.get("user_id")
    says = line_of(table).split("|")[5].strip()
    if column is None:
        assert says
    else:
        assert column.references(User.__table__.c.id)
        assert says == ("link cut" if table == "fieldworkers" else "goes")


def test_every_clock_is_named() -> None:
    clocks = {setting.name for _, setting, _ in Config.settings() if setting.name.startswith("FIELDSTUDY_KEEP_")}
    assert {name for name in clocks if f"`{name}`" not in PAGE} == set()
    used = {kind.clock for kind in purge.KINDS.values() if kind.clock} | {"keep_inbox_days", "keep_accounts_days"}
    assert {field for field, setting, _ in Config.settings() if setting.name in clocks} == used
