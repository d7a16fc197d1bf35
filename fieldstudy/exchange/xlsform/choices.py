"""The choices sheet: lists of options."""

from collections.abc import Mapping

from fieldstudy.core.checklist import Option, Text
from fieldstudy.exchange.xlsform.cells import Cells, Sheet

Lists = Mapping[str, tuple[Option, ...]]


def read_lists(sheet: Sheet | None) -> Lists:
    lists: dict[str, tuple[Option, ...]] = {}
    first_rows: dict[tuple[str, str], int] = {}
    for cells in sheet.lines() if sheet else ():
        if not cells["list_name"] and not cells["name"]:
            continue
        place = (cells["list_name"], cells["name"])
        if not all(place):
            cells.refuse("missing_cell", "name" if cells["list_name"] else "list_name")
        elif place in first_rows:
            cells.refuse("duplicate_choice", "name", value=place[1], list=place[0], first_row=first_rows[place])
        else:
            first_rows[place] = cells.number
            lists[place[0]] = (*lists.get(place[0], ()), _read_option(cells))
    return lists


def _read_option(cells: Cells) -> Option:
    name = cells["name"]
    if name != "".join(name.split()):
        # Several choices are kept in one answer with spaces between them.
        cells.refuse("choice_with_space", "name", value=name)
    label = cells.texts("label")
    if not label:
        cells.note("label_missing", "label", value=name)
    points, is_na = cells.exact("points"), cells.yes_no("na")
    if is_na and points is not None:
        cells.note("points_on_na", "points", value=points)
        points = None
    return Option(name, label or Text({"": name}), points, is_na, cells.yes_no("exclusive"))
