"""A page without script as a device: which one it is, and what it says that it showed."""

import json

from flask import request, session

from fieldstudy.core import drafts as rules
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
    return Leaf(own() or rules.new_page(), None if seen is None else read_seen(seen), is_choice)


def keep(device: str) -> str:
    """From now on the pages of this session are this device."""
    session[KEY] = device
    return device


def read_seen(text: str) -> dict[str, int]:
    """What a page said that it showed; nothing where it was changed on the way."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {device: stamp for device, stamp in pairs if type(stamp) is int}
