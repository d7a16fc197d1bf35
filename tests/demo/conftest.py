from collections.abc import Iterator
from types import SimpleNamespace

import openpyxl
import pytest

from fieldstudy.demo import story
from tests.demo.scene import FOLDER, GROUPS, TODAY


@pytest.fixture(scope="session")
def workbook():
    """The sheets as lists of rows by column name, read without the importer that is to be trusted later."""
    book = openpyxl.load_workbook(FOLDER / "checklist.xlsx")
    return SimpleNamespace(**{sheet.title: list(_rows(sheet)) for sheet in book})


def _rows(sheet) -> Iterator[dict]:
    header, *rows = sheet.iter_rows(values_only=True)
    for row in rows:
        yield {name: value for name, value in zip(header, row, strict=True) if value is not None}


@pytest.fixture(scope="session")
def questions(workbook):
    """Every question by name, with the methods and the condition of its section."""
    found, section = {}, {}
    for row in workbook.survey:
        if row["type"] == "begin_group":
            section = row
        elif row["type"] not in GROUPS:
            methods = [set(each["methods"].split()) for each in (section, row) if "methods" in each]
            found[row["name"]] = {
                **row,
                "section": section["name"],
                "open_to": set.intersection(*methods) if methods else None,
                "conditions": [each["relevant"] for each in (section, row) if "relevant" in each],
            }
    return found


@pytest.fixture(scope="session")
def stories():
    return story.visits(TODAY)


@pytest.fixture(scope="session")
def told(stories):
    return [visit for visit in stories if visit.state != "planned"]
