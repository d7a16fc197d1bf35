"""The files that the field's pages are made of, under one name for each build.

A phone keeps whole builds: the name of the build stands in every address, so that a page that was kept never meets the
script of another one. Texts and templates belong to the build too, because shells and blank forms are kept as well.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import current_app, url_for

from fieldstudy.config import SITE
from fieldstudy.web.field import slim

PATTERNS = ("css/tokens.css", "css/field*.css", "js/field/*.js", "img/mark.svg")
SLIMMER: Mapping[str, Callable[[str], str]] = {".js": slim.script, ".css": slim.style}

_IMPORT = re.compile(r'^(?:import|export)\b[^;("]*"\./([\w.-]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    build: str
    files: Mapping[str, bytes]
    """What is served, by the file's name below the static folder."""

    def modules(self, *scripts: str) -> list[str]:
        """Scripts, and then all that they import before they begin."""
        found = [*scripts]
        for name in found:
            text, folder = self.files[name].decode(), name.rpartition("/")[0]
            imported = dict.fromkeys(f"{folder}/{each}" for each in _IMPORT.findall(text))
            found += [path for path in imported if path not in found]
        return found


def bundle() -> Bundle:
    """That of the running application; made once, or again for every page while somebody develops."""
    kept = current_app.extensions
    if "field_bundle" not in kept or current_app.debug:
        kept["field_bundle"] = of_folder(Path(current_app.static_folder or ""), _texts())
    made: Bundle = kept["field_bundle"]
    return made


def of_folder(static: Path, texts: Iterable[Path] = ()) -> Bundle:
    paths = sorted(path for pattern in PATTERNS for path in static.glob(pattern))
    files = {path.relative_to(static).as_posix(): _served(path) for path in paths}
    digest = hashlib.sha256()
    for name, content in [*files.items(), *((path.name, path.read_bytes()) for path in texts)]:
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return Bundle(digest.hexdigest()[:16], files)


def _served(path: Path) -> bytes:
    slimmer = SLIMMER.get(path.suffix)
    return slimmer(path.read_text("utf-8")).encode() if slimmer else path.read_bytes()


def _texts() -> list[Path]:
    translations = Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    return [*sorted((SITE / "templates" / "field").rglob("*.*")), *sorted(translations.rglob("*.mo"))]


def address(name: str) -> str:
    found = bundle()
    if name not in found.files:
        raise LookupError(f"{name} is no file of the field")
    return url_for("field.asset_file", build=found.build, path=name)


def modules(*scripts: str) -> list[str]:
    """Their addresses, so that a page can ask for all at once."""
    return [address(name) for name in bundle().modules(*scripts)]
