"""A page without script as a device: which one it is, and what it says that it showed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import request, session

from fieldstudy.core import drafts as rules
from fieldstudy.core import json_body, sealed
from fieldstudy.core.moments import ENTERED, LEFT, Stay
from fieldstudy.services.visits import Leaf

KEY = "page"


def own() -> str | None:
    """The device of this browser's session, which gets it with the first save."""
    found: str | None = session.get(KEY)
    return found


def read() -> Leaf:
    """As the sent page says; one that says nothing was not drawn here."""
    seen = request.form.get("seen")
    is_choice = request.form.get("mark") == ""
    stay = read_stay(request.form.get("stay", ""))
    return Leaf(own() or rules.new_page(), None if seen is None else read_seen(seen), is_choice, stay)


def kept(leaf: Leaf, device: str, seen: str) -> Leaf:
    """The same page once it has been saved as `device`, when it shows `seen`: what it chose and struck is kept then."""
    return replace(leaf, device=keep(device), seen=read_seen(seen), is_choice=False)


def keep(device: str) -> str:
    """From now on the pages of this session are this device."""
    session[KEY] = device
    return device


def read_seen(text: str) -> dict[str, int]:
    """What a page said that it showed; nothing where it was changed on the way."""
    return {device: stamp for device, stamp in _pairs(text) if type(stamp) is int}


def read_stay(text: str) -> Stay:
    """Which entry and exit a page said that it showed."""
    times = {name: sealed.read_instant(at) for name, at in _pairs(text) if isinstance(at, str)}
    return Stay(times.get(ENTERED), times.get(LEFT))


def _pairs(text: str) -> Iterable[tuple[str, Any]]:
    try:
        found = json_body.parse(text.encode())
    except ValueError:
        return ()
    return found.items() if isinstance(found, dict) else ()
