"""Security headers on every answer, static files and error pages included."""

from flask import Flask, Response, request
from flask_login import current_user

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"


def install(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    """Nothing of anybody's is stored on the way, nor what a stranger gets: it may hold a token or an e-mail. Only what
    says by itself that it may be kept is kept.
    """
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", ONE_YEAR)
    if not is_impersonal(response) and (current_user.is_authenticated or not response.headers.get("Cache-Control")):
        response.headers["Cache-Control"] = "no-store"
    return response


def is_impersonal(response: Response) -> bool:
    """The same for everybody, so that nobody need be asked for and caches may keep it."""
    is_static = request.endpoint is not None and request.endpoint.endswith("static")
    return is_static or request.blueprint == "health" or response.cache_control.public is True
