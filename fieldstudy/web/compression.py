"""Files that are the same for everybody were compressed at set-up, as small as it goes; all else is when it is sent.

Files go through memory, so that they are closed once sent. And the compressor is told only of codings that the browser
accepts: by itself it takes "br;q=0" for a wish.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

from fieldstudy.config import SITE
from fieldstudy.extensions import compress

IDENTITY = "identity"
PACKED = SITE / "packed"
"""Named by the hash of what they unpack to, so that none can be older than its file."""
SUFFIXES = {"br": ".br", "gzip": ".gz"}


def install(app: Flask) -> None:
    """Called in the opposite order, and all before the compressor."""
    app.after_request(_take_packed)
    app.after_request(_read_whole)
    app.after_request(_leave_out_refused)


def packed_path(folder: Path, content: bytes, coding: str) -> Path:
    return folder / f"{hashlib.sha256(content).hexdigest()}{SUFFIXES[coding]}"


@lru_cache(maxsize=512)
def _packed(folder: Path, content: bytes, coding: str) -> bytes | None:
    path = packed_path(folder, content, coding)
    return path.read_bytes() if path.exists() else None


def _take_packed(response: Response) -> Response:
    coding = _chosen()
    if response.status_code != 200 or not coding or not _is_file():
        return response
    content = _packed(PACKED, response.get_data(), coding) if _is_text(response) else None
    if content is not None:
        etag, _ = response.get_etag()
        response.set_data(content)
        response.headers["Content-Encoding"] = coding
        if etag:
            response.set_etag(f"{etag}:{coding}")
        response.make_conditional(request)
    return response


def _chosen() -> str:
    """What the browser likes best of what we have; the smallest of equals."""
    asked = request.accept_encodings
    named = [*SUFFIXES, *(name for name in asked.values() if name == IDENTITY)]
    best = max(named, key=asked.quality)
    return best if best != IDENTITY and asked.quality(best) > 0 else ""


def _leave_out_refused(response: Response) -> Response:
    """Runs before the compressor: what runs after a request is called last in, first out."""
    request.environ["HTTP_ACCEPT_ENCODING"] = _accepted()
    return response


def _accepted() -> str:
    """Every coding of ours with its quality; what is refused, or was not understood, is not named."""
    asked = request.accept_encodings
    named = [*compress.enabled_algorithms, *(name for name in asked.values() if name == IDENTITY)]
    return ", ".join(f"{name};q={asked.quality(name)}" for name in named if asked.quality(name) > 0)


def _read_whole(response: Response) -> Response:
    """A file that is streamed through the compressor would stay open until memory is cleaned up."""
    if _is_file() and _is_text(response):
        response.direct_passthrough = False
        response.get_data()
    return response


def _is_file() -> bool:
    return request.endpoint is not None and request.endpoint.endswith(("static", "asset_file"))


def _is_text(response: Response) -> bool:
    return response.mimetype in current_app.config["COMPRESS_MIMETYPES"]
