"""The only way from an id in a URL to a row, and the policy that every view must carry.

`allow(*roles, noun=finder)` lets these roles in and turns the URL's `noun_id` into the row that the finder gives this
viewer. A row that the viewer may not reach answers 404 like one that does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import abort, current_app, g, request
from flask_login import current_user

from fieldstudy.core.access import Role, Viewer
from fieldstudy.extensions import login

View = TypeVar("View", bound=Callable[..., Any])
Finder = Callable[[Viewer, UUID], Any]

ANYBODY = tuple(Role)


@dataclass(frozen=True)
class Policy:
    """`roles` is empty for a public view."""

    roles: frozenset[Role] = frozenset()
    finders: Mapping[str, Finder] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        return not self.roles


def public(view: View) -> View:
    view.policy = Policy()  # type: ignore[attr-defined]
    return view


def allow(*roles: Role, **finders: Finder) -> Callable[[View], View]:
    """Whoever has lost every role still has an account: what is for any role is for them too."""
    is_for_anybody = frozenset(roles) == frozenset(ANYBODY)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not current_user.is_authenticated:
                return login.unauthorized()
            if not (is_for_anybody or viewer().has(*roles)):
                abort(404)
            for noun, finder in finders.items():
                arguments[noun] = _reach(finder, arguments.pop(f"{noun}_id"))
            return current_app.ensure_sync(view)(**arguments)

        guarded.policy = Policy(frozenset(roles), finders)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return guard


def _reach(finder: Finder, row_id: UUID) -> Any:
    row = finder(viewer(), row_id)
    if row is None:
        abort(404)
    return row


def is_from_own_page() -> bool:
    """Browsers say where a request comes from, in one header or the other; who says nothing is none of ours."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site is not None else _origin_host() == request.host


def _origin_host() -> str | None:
    """None for an origin that is no address."""
    try:
        return urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        return None


def local_origin() -> str | None:
    """Where the page was opened as localhost, the origin; it never leaves the machine."""
    return f"{request.scheme}://{request.host}" if request.host.split(":")[0] == "localhost" else None


def viewer() -> Viewer:
    """Who is looking, as a value; read once per request."""
    if "viewer" not in g:
        g.viewer = _viewer()
    found: Viewer = g.viewer
    return found


def _viewer() -> Viewer:
    return Viewer(current_user.id, current_user.memberships)
