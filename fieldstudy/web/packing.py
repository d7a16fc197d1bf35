"""Compresses what is the same for everybody, once, at set-up: `make setup` calls `main`."""

import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import brotli
import flask_bootstrap

from fieldstudy.config import SITE
from fieldstudy.web import compression
from fieldstudy.web.field import assets
from fieldstudy.web.studio.views import fonts

KINDS = (".css", ".js", ".svg")
LEAST_BYTES = 500
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/css/bootstrap.min.css"
WAYS = {
    "br": lambda content: brotli.compress(content, quality=11),
    "gzip": lambda content: gzip.compress(content, 9, mtime=0),
}


def main() -> None:
    static = SITE / "static"
    pack(contents(static), compression.PACKED)
    write_copies(static)


def contents(static: Path) -> Iterator[bytes]:
    yield from (path.read_bytes() for path in _texts(static))
    yield from assets.of_folder(static).files.values()
    yield BOOTSTRAP.read_bytes()
    yield from (path.read_bytes() for path in fonts.BY_NAME.values())


def pack(found: Iterable[bytes], folder: Path) -> None:
    """What lies there already is not made again; what nobody asks for any more goes."""
    folder.mkdir(exist_ok=True)
    wanted = {
        compression.packed_path(folder, content, coding): (coding, content)
        for content in found
        for coding in WAYS
        if len(content) >= LEAST_BYTES
    }
    for path in set(folder.iterdir()) - set(wanted):
        path.unlink()
    for path, (coding, content) in wanted.items():
        if not path.exists():
            _write(path, WAYS[coding](content))


def write_copies(static: Path) -> None:
    """Beside each file, where a proxy looks for them."""
    for path in _texts(static):
        _write(path.with_name(f"{path.name}.gz"), WAYS["gzip"](path.read_bytes()))


def _texts(static: Path) -> list[Path]:
    return sorted(path for path in static.rglob("*") if path.suffix in KINDS)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: somebody may be reading."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
