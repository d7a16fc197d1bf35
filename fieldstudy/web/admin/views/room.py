"""The blueprint of this room, and who may enter."""

from functools import partial

from flask import Blueprint

from fieldstudy.core.access import Role
from fieldstudy.web import guards

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

for_admins = partial(guards.allow, Role.ADMIN)
