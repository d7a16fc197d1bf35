"""Pictures on pages: sent, once a guard has let them through, as files that can do nothing; refused in words."""

from flask import Response, abort
from flask_babel import gettext as _

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


def say(key: str, name: str) -> str:
    """Why the file of this name could not be kept; `key` is one of PictureIsRefused."""
    sentences = {
        "empty": _("“%(name)s” is an empty file. Take the picture again, or choose another one.", name=name),
        "not_a_picture": _("“%(name)s” is not a photo: JPEG, PNG, WebP and HEIC can be read.", name=name),
        "too_large": _("“%(name)s” is too large: 15 MB at most.", name=name),
        "too_many_pixels": _(
            "“%(name)s” has too many pixels: 50 million at most as JPEG, 24 million otherwise.", name=name
        ),
        "side_too_long": _("“%(name)s” is too long or too wide: 12,000 pixels a side at most.", name=name),
        "too_much_work": _("“%(name)s” takes too long to open. Save it as a JPEG and try again.", name=name),
        "busy": _("“%(name)s” was not kept: other files are being opened. Choose it again in a minute.", name=name),
        "animated": _("“%(name)s” moves. Only still pictures can be kept.", name=name),
        "damaged": _("“%(name)s” is damaged and cannot be read to its end.", name=name),
    }
    return sentences[key]
