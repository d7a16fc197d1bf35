"""The way to a store on whatever map the reader's machine opens."""

from urllib.parse import quote, urlencode

from flask import request

from fieldstudy.models import Store


def link_of(store: Store) -> str:
    """Only Android hands `geo:` to a map; elsewhere such a link does nothing. Empty without a place."""
    if store.latitude is None or store.longitude is None:
        return ""
    place = f"{store.latitude},{store.longitude}"
    device = request.user_agent.string
    if "Android" in device:
        return f"geo:{place}?q={place}({quote(store.name)})"
    if any(name in device for name in ("iPhone", "iPad", "Macintosh")):
        return f"https://maps.apple.com/?{urlencode({'ll': place, 'q': store.name})}"
    return f"https://www.openstreetmap.org/?mlat={store.latitude}&mlon={store.longitude}#map=17/{store.latitude}/{store.longitude}"
