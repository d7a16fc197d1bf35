"""Sends a picture that a guard has let through, as a file that can do nothing."""

from flask import Response, abort

from fieldstudy.services import files

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
}


def send(sha256: str, suffix: str = "") -> Response:
    """Everything that is kept was re-encoded as JPEG on arrival; a file that the purge erased answers 404."""
    path = files.path_of(sha256, suffix)
    if not path.exists():
        abort(404)
    return Response(path.read_bytes(), mimetype="image/jpeg", headers=HEADERS)
