"""What the visitors wrote: comments, jottings and one sentence, drawn from sentences.csv and not repeated."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

from fieldstudy.demo.chance import happens
from fieldstudy.demo.filling import Form

GOOD, BAD, MIXED = "good", "bad", "mixed"


@dataclass(frozen=True)
class Line:
    """`voice`: lived, watched or any. `when`: good, bad, mixed, any, or the name of the choice it explains."""

    kind: str
    voice: str
    topic: str
    when: str
    text: str


@lru_cache(maxsize=1)
def lines() -> tuple[Line, ...]:
    with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Line(**row) for row in csv.DictReader(file))


@lru_cache(maxsize=1)
def _by_topic() -> dict[tuple[str, str], list[Line]]:
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines():
        found.setdefault((line.kind, line.topic), []).append(line)
    return found


@dataclass
class Teller:
    """Remembers what was said of one store: never twice in a wave; in another wave only if nothing else is left."""

    in_wave: set[str] = field(default_factory=set)
    in_store: set[str] = field(default_factory=set)

    def next_wave(self) -> None:
        self.in_wave.clear()

    def find(self, rng: Random, kind: str, topic: str, whens: Iterable[str], is_watched: bool) -> str | None:
        voices = ("any", "watched" if is_watched else "lived")
        wanted = set(whens)
        said = [
            line.text
            for line in _by_topic().get((kind, topic), ())
            if line.voice in voices and line.when in wanted and line.text not in self.in_wave
        ]
        unsaid = [text for text in said if text not in self.in_store] or said
        if not unsaid:
            return None
        text = rng.choice(unsaid)
        self.in_wave.add(text)
        self.in_store.add(text)
        return text


def put_in_words(text: str, ending: str, value: str = "") -> str:
    """Fill the gaps of a line: {o} the writer's ending, {value} what was answered, {time} the same as a time span."""
    return text.replace("{o}", ending).replace("{value}", value).replace("{time}", _span(value))


def _span(seconds: str) -> str:
    if not seconds.isdigit():
        return ""
    minutes, rest = divmod(int(seconds), 60)
    parts = [f"{minutes} minut{'o' if minutes == 1 else 'i'}"] if minutes else []
    parts += [f"{rest} second{'o' if rest == 1 else 'i'}"] if rest or not minutes else []
    return " e ".join(parts)


COMMENT_SHARE = {GOOD: 0.16, BAD: 0.55, MIXED: 0.25}
MOST_COMMENTS = 7


def comments(rng: Random, form: Form, teller: Teller, ending: str, is_watched: bool) -> dict[str, list[str]]:
    """Raw text of the comment fields: people explain what went badly more often than what went well."""
    raw: dict[str, list[str]] = {}
    for name in _worth_a_comment(rng, form)[:MOST_COMMENTS]:
        values = form.raw[f"q-{name}"]
        text = teller.find(rng, "comment", name, (*values, *_sides(form, name)), is_watched)
        if text:
            raw[f"c-{name}"] = [put_in_words(text, ending, values[0])]
    return raw


def _worth_a_comment(rng: Random, form: Form) -> list[str]:
    names = [field.removeprefix("q-") for field in form.raw if field.startswith("q-")]
    rng.shuffle(names)
    sides = {name: _side(form.worth.get(name)) for name in names if not _is_silent(form, name)}
    return [name for name, side in sides.items() if happens(rng, COMMENT_SHARE[side])]


def _is_silent(form: Form, name: str) -> bool:
    """Where a comment would contradict the rest: a till that nobody stood at, a greeting after none at all."""
    if name == "till_wait":
        return form.raw["q-queue_people"] == ["0"]
    if name == "goodbye":
        return form.raw["q-bought"] == ["no"]
    return name in ("greeted", "welcome_felt") and form.raw.get("q-any_contact") == ["no"]


def _side(worth: float | None) -> str:
    if worth is None:
        return MIXED
    return GOOD if worth > 0.9 else BAD if worth <= 0.5 else MIXED


def _sides(form: Form, name: str) -> tuple[str, ...]:
    side = _side(form.worth.get(name))
    return () if side == MIXED else (side,)


def sentence(rng: Random, form: Form, teller: Teller, ending: str) -> str:
    mean = sum(form.worth.values()) / len(form.worth)
    when = GOOD if mean >= 0.83 else MIXED if mean >= 0.64 else BAD
    text = teller.find(rng, "sentence", "", (when,), is_watched=False)
    return put_in_words(text or "", ending)


Jotting = tuple[str, int, str]


@dataclass(frozen=True)
class Occasion:
    """A moment to write a jotting: the touchpoint ("" is none), its side, minutes from the start of the visit."""

    section: str
    side: str
    offset_minutes: int


def jottings(
    rng: Random, occasions: Iterable[Occasion], teller: Teller, ending: str, is_watched: bool
) -> list[Jotting]:
    told = [
        (each.section, each.offset_minutes, teller.find(rng, "jotting", each.section, (each.side, "any"), is_watched))
        for each in occasions
    ]
    return [(section, offset, put_in_words(text, ending)) for section, offset, text in told if text]
