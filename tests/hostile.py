"""A hostile study: what nobody should write, in every place where a person can write, and what became of it."""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from pypdf import PdfReader, generic

from fieldstudy.core.answers import Answer
from fieldstudy.core.checklist import Checklist, QuestionType, Text
from fieldstudy.core.networks import LastNetwork, NetworkSnapshot, StoreLine
from fieldstudy.core.snapshots import JottingRecord, LastWave, Place, VisitRecord, WaveFacts
from fieldstudy.reports.store.actions import ActionLine

MARKUP = (
    '</title></text></svg></td></table></option></textarea><script>alert(1)</script><img src="{url}/i" onerror="a()">'
    '<link rel=stylesheet href="{url}/c"><link rel=attachment href="{file}"><object data="{file}"></object><iframe '
    'src="{file}"></iframe><svg><image href="{file}"/></svg> &lt;b&gt; " onload="a()" style="background:url({url}/s)"'
)
STYLE = (
    "</style><style>@import url({url}/m); @font-face {{ font-family: x; src: url({file}) }} * {{ content: url({url}/t);"
    " display: none }}</style> }} body {{ background: url({file}) }} ; color: red; --teal: #f00; url(javascript:a())"
    ' {{{{ 7 * 7 }}}} {{% include "{file}" %}} {{# #}} %(name)s %s 100 %'
)
LONG = ("Un nome che non finisce mai, " * 11)[:300]
ENDLESS = "W" * 300
LEFTWARDS = "تجربة «العميل» (100%): هل رحّب بك أحد؟ abc, 3!"
TURNING = "\N{RIGHT-TO-LEFT OVERRIDE}dlrow \N{POP DIRECTIONAL ISOLATE}שלום\n\N{RIGHT-TO-LEFT ISOLATE}olleh (1)"
TEXTS = {
    "markup": MARKUP,
    "style": STYLE,
    "referring": MARKUP + STYLE,
    "long": LONG,
    "endless": ENDLESS,
    "leftwards": LEFTWARDS,
    "turning": TURNING,
}


def text(kind: str, url: str = "http://127.0.0.1:9", file: str = "file:///nowhere") -> str:
    """One of the texts; those that refer to something refer to these addresses."""
    found = TEXTS[kind]
    return found.format(url=url, file=file) if "{" in found else found


def twin(hostile: str) -> str:
    """As long and with the same words, and without a sign that means something to anybody."""
    return re.sub(r"[^\w\s]", "x", hostile)


# Into every place

WRITTEN: dict[type, tuple[str, ...]] = {
    WaveFacts: ("client", "study", "purpose", "wave"),
    Place: ("name", "city", "region", "address"),
    StoreLine: ("name", "region"),
    VisitRecord: ("scenario",),
    JottingRecord: ("text",),
    Answer: ("comment",),
    LastWave: ("name",),
    LastNetwork: ("name",),
    Checklist: ("version",),
    ActionLine: ("text", "owner"),
}
"""The fields of frozen values that hold what a person wrote; a Text is one wherever it stands."""


def said(value: Any, words: str, answered: frozenset[str] = frozenset()) -> Any:
    """The same value with these words in every place for some; `answered` names the questions answered in words."""
    if isinstance(value, Text):
        return Text({"it": words, "en": words})
    if isinstance(value, tuple):
        return tuple(said(part, words, answered) for part in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    mine = WRITTEN.get(type(value), ())
    if isinstance(value, Answer) and value.question in answered:
        mine = (*mine, "value")
    told = {f.name: words if f.name in mine else said(getattr(value, f.name), words, answered) for f in fields(value)}
    if isinstance(value, NetworkSnapshot):
        told["regions"] = tuple((words, figure) for _, figure in value.regions)
    return replace(value, **told)


def in_words(checklist: Checklist) -> frozenset[str]:
    return frozenset(question.name for question in checklist.questions if question.type == QuestionType.TEXT)


# What became of it

STEERING = frozenset({"action", "class", "data", "formaction", "href", "id", "rel", "role", "src", "srcset", "style"})
"""Attributes that load, lead or look; what the others say may differ."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{64}\b")


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.bones: Counter[tuple[Any, ...]] = Counter()
        self.said: list[str] = []
        self.tag = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        self.bones[tag, *((name, _address(value) if name in STEERING else "") for name, value in attrs)] += 1
        self.said += [value or "" for name, value in attrs if name not in STEERING]

    def handle_endtag(self, tag: str) -> None:
        self.tag = ""

    def handle_comment(self, data: str) -> None:
        self.bones["a comment", data] += 1

    def handle_data(self, data: str) -> None:
        if self.tag in ("style", "script"):
            self.bones["a style", data] += 1
        if self.tag != "text":
            self.said.append(data)


def _address(value: str | None) -> str:
    return _ID.sub("*", (value or "").partition("?")[0])


def bones(html: str) -> Counter[tuple[Any, ...]]:
    """Its elements with the names of their attributes. How many lines a name in a drawing takes is left out."""
    found = _Reader(html).bones
    return Counter({bone: 1 if bone[0] == "text" else count for bone, count in found.items()})


def astray(html: str) -> list[str]:
    """What runs from right to left, or turns what follows, and is not kept to itself."""
    return [part for part in _Reader(html).said if _is_astray(part)]


def _is_astray(part: str) -> bool:
    depth = 0
    for character in part:
        direction = unicodedata.bidirectional(character)
        depth += (direction == "FSI") - (direction == "PDI")
        if depth < 0 or direction in ("LRE", "RLE", "LRO", "RLO", "LRI", "RLI"):
            return True
        if depth == 0 and direction in ("R", "AL"):
            return True
    return depth != 0


# What a PDF holds


def sizes(reader: PdfReader) -> set[tuple[int, int]]:
    """Of its pages, in points."""
    return {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}


def holds(reader: PdfReader, secret: str) -> bool:
    """Anywhere: in its words, in a stream, in a string of any object."""
    words = "".join(page.extract_text() for page in reader.pages)
    return secret in words or any(secret.encode() in part for part in _parts(reader))


def _parts(reader: PdfReader) -> Iterator[bytes]:
    size: Any = reader.trailer["/Size"]
    for number in range(1, size):
        found = reader.get_object(number)
        if isinstance(found, generic.StreamObject):
            yield found.get_data()
        yield repr(found).encode()


# A server that must not be asked


class Asked(BaseHTTPRequestHandler):
    paths: list[str] = []  # noqa: RUF012 the list of one test server

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def listening() -> Iterator[str]:
    """Yields its address; `Asked.paths` says what was asked of it."""
    Asked.paths.clear()
    server = HTTPServer(("127.0.0.1", 0), Asked)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
