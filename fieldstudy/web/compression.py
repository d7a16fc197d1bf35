"""Style sheets, scripts and typefaces go through memory, so that the compressor may close their files once sent.

And the compressor is told only of codings that the browser accepts: by itself it takes "br;q=0" for a wish.
"""

from flask import Flask, Response, current_app, request

from fieldstudy.extensions import compress

IDENTITY = "identity"


def install(app: Flask) -> None:
    app.after_request(_read_whole)
    app.after_request(_leave_out_refused)


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
    if _is_static() and response.mimetype in current_app.config["COMPRESS_MIMETYPES"]:
        response.direct_passthrough = False
        response.get_data()
    return response


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.endswith("static")
