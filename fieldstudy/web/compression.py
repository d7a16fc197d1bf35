"""Style sheets, scripts and typefaces go through memory, so that the compressor may close their files once sent."""

from flask import Flask, Response, current_app, request


def install(app: Flask) -> None:
    app.after_request(_read_whole)


def _read_whole(response: Response) -> Response:
    """A file that is streamed through the compressor would stay open until memory is cleaned up."""
    if _is_static() and response.mimetype in current_app.config["COMPRESS_MIMETYPES"]:
        response.direct_passthrough = False
        response.get_data()
    return response


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.endswith("static")
