"""What the installation holds about a person, as one ZIP for that person: `data.json`, and photos beside it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fieldstudy.exchange import bundles

NAME = "data.json"


def stream(content: Mapping[str, Any], pictures: Sequence[tuple[str, Path]], left_out: int = 0) -> Iterator[bytes]:
    """`left_out`: how many photos are named in it and have no room in this file."""
    told = {**content, "photos_left_out": left_out}
    written = msgspec.json.format(msgspec.json.encode(told), indent=1)
    return bundles.stream(pictures, {NAME: written})
