"""What the type column of a survey sheet says."""

import re
from dataclasses import dataclass

from fieldstudy.core.checklist import CHOICES, QuestionType

_SELECTS = {
    "select_one": QuestionType.SELECT_ONE,
    "select one": QuestionType.SELECT_ONE,
    "select one from": QuestionType.SELECT_ONE,
    "select1": QuestionType.SELECT_ONE,
    "add select one prompt using": QuestionType.SELECT_ONE,
    "select_multiple": QuestionType.SELECT_MULTIPLE,
    "select all that apply": QuestionType.SELECT_MULTIPLE,
    "select all that apply from": QuestionType.SELECT_MULTIPLE,
    "add select multiple prompt using": QuestionType.SELECT_MULTIPLE,
}
_SELECT = re.compile(
    rf"(?P<select>{'|'.join(sorted(_SELECTS, key=len, reverse=True))}) (?P<list>\S+)"
    r"(?P<other> (?:or_other|or other|or specify other))?",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(?P<edge>begin|end)[ _](?P<kind>group|repeat|lgroup|looped group|loop)\b.*", re.IGNORECASE)

_PLAIN = {
    **{kind.value: kind for kind in QuestionType if kind not in CHOICES | {QuestionType.TIMER}},
    "int": QuestionType.INTEGER,
    "string": QuestionType.TEXT,
    "photo": QuestionType.IMAGE,
    "add image prompt": QuestionType.IMAGE,
    "add photo prompt": QuestionType.IMAGE,
    "gps": QuestionType.GEOPOINT,
    "location": QuestionType.GEOPOINT,
}
ALLOWED = ("begin_group", "end_group", *(kind.value for kind in QuestionType if kind != QuestionType.TIMER))

_INSTEAD = {
    "acknowledge": "select_one",
    "trigger": "select_one",
    "rank": "select_one",
    "select_one_from_file": "select_one",
    "select_multiple_from_file": "select_multiple",
    "select_one_external": "select_one",
    "csv-external": "select_one",
    "xml-external": "select_one",
    "audio": "text",
    "video": "image",
    "file": "image",
    "barcode": "text",
    "geotrace": "geopoint",
    "geoshape": "geopoint",
    "timer": "integer, appearance = timer",
}
# Facts about the device and its user, which Fieldstudy does not gather or knows by itself.
_NEEDLESS = frozenset({
    "deviceid", "subscriberid", "simserial", "imei", "phonenumber", "username", "email", "audit", "start-geopoint",
    "background-audio", "background-geopoint",
})  # fmt: skip


@dataclass(frozen=True)
class Edge:
    """Where a group or repeat begins or ends."""

    is_begin: bool
    is_repeat: bool


@dataclass(frozen=True)
class Kind:
    type: QuestionType
    list_name: str = ""


class TypeIsRefused(ValueError):
    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def read_type(text: str) -> Edge | Kind:
    """Raises TypeIsRefused with what to use instead."""
    text = " ".join(text.split())
    if edge := _GROUP.fullmatch(text):
        return Edge(edge["edge"].lower() == "begin", edge["kind"].lower() != "group")
    if select := _SELECT.fullmatch(text):
        if select["other"]:
            raise TypeIsRefused("or_other_not_supported", type=text)
        return Kind(_SELECTS[select["select"].lower()], select["list"])
    if text.lower() in _PLAIN:
        return Kind(_PLAIN[text.lower()])
    word = text.lower().replace(" from file", "_from_file").replace("select one", "select_one").split()[0]
    if word in _INSTEAD:
        raise TypeIsRefused("type_not_supported_use", type=text, instead=_INSTEAD[word])
    if word in _NEEDLESS:
        raise TypeIsRefused("type_to_remove", type=text)
    raise TypeIsRefused("type_not_supported", type=text, allowed=", ".join(ALLOWED))
