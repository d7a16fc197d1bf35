"""Notes of a visit that several phones hold: each text is one note.

static/js/field/versions.js says the same in the browser; both are held to tests/core/drafts.json.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldstudy.core.sealed import SealedJotting


@dataclass(frozen=True)
class Text:
    """A note by where it belongs and what it says."""

    section: str
    text: str


BOX = "jotting-"


def unkept(content: Mapping[str, Any], known: Iterable[Text | SealedJotting]) -> list[Text]:
    """What a device has in its boxes for notes and nobody has kept, if `known` says nothing of the kind."""
    found = content.get("notes")
    boxes = found.items() if isinstance(found, dict) else ()
    texts = [Text(name.removeprefix(BOX), text.strip()) for name, text in boxes if isinstance(text, str)]
    known = list(known)
    return [note for note in texts if note.text and not is_within(note, known)]


def is_within(note: Text | SealedJotting, known: Iterable[Text | SealedJotting]) -> bool:
    """What goes on from the same words is the same note."""
    return any(note.section == one.section and one.text.startswith(note.text) for one in known)


def once(notes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One note once: what was taken from a box (`of`) gives way to the note that was kept, and to what was written on
    from the same words.
    """
    by_id: dict[str, Mapping[str, Any]] = {}
    for note in notes:
        by_id[str(note.get("id"))] = max(
            by_id.get(str(note.get("id")), note), note, key=lambda one: len(str(one.get("text")))
        )
    all_ = list(by_id.values())
    return [note for place, note in enumerate(all_) if not (note.get("of") and _is_said_again(note, place, all_))]


def _is_said_again(note: Mapping[str, Any], place: int, notes: Sequence[Mapping[str, Any]]) -> bool:
    text = str(note.get("text"))
    others = [(at, one, str(one.get("text"))) for at, one in enumerate(notes) if at != place]
    return any(
        one.get("section") == note.get("section")
        and said.startswith(text)
        and (not one.get("of") or len(said) > len(text) or at < place)
        for at, one, said in others
    )
