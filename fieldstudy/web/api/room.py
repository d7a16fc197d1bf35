"""The blueprint of this room, and who may enter."""

from functools import partial

from flask import Blueprint

from fieldstudy.core.access import Role
from fieldstudy.extensions import csrf
from fieldstudy.web import guards

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# The token is checked by `checks.unsafe`, after the guard: who is signed out should hear just that.
csrf.exempt(blueprint)

for_fieldworkers = partial(guards.allow, Role.SHOPPER, Role.OBSERVER)
