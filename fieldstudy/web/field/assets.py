"""The files that the field's pages are made of, under one name for each build.

A phone keeps whole builds: the name of the build stands in every address, so that a page that was kept never meets the
script of another one. Texts and templates belong to the build too, because shells and blank forms are kept as well.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, url_for

from fieldstudy.config import SITE

PATTERNS = ("css/tokens.css", "css/field*.css", "js/field/*.js", "img/mark.svg")


@dataclass(frozen=True)
class Bundle:
    build: str
    files: Mapping[str, Path]
    """Files by their name below the static folder."""


def bundle() -> Bundle:
    """That of the running application; made once, or again for every page while somebody develops."""
    kept = current_app.extensions
    if "field_bundle" not in kept or current_app.debug:
        kept["field_bundle"] = of_folder(Path(current_app.static_folder or ""), _texts())
    made: Bundle = kept["field_bundle"]
    return made


def of_folder(static: Path, texts: Iterable[Path] = ()) -> Bundle:
    files = {path.relative_to(static).as_posix(): path for pattern in PATTERNS for path in static.glob(pattern)}
    digest = hashlib.sha256()
    for name, path in [*sorted(files.items()), *((path.name, path) for path in texts)]:
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return Bundle(digest.hexdigest()[:16], files)


def _texts() -> list[Path]:
    translations = Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    return [*sorted((SITE / "templates" / "field").rglob("*.*")), *sorted(translations.rglob("*.mo"))]


def address(name: str) -> str:
    found = bundle()
    if name not in found.files:
        raise LookupError(f"{name} is no file of the field")
    return url_for("field.asset_file", build=found.build, path=name)
