"""The blueprint of this room, and who may enter."""

from functools import partial

from flask import Blueprint

from fieldstudy.core.access import Role
from fieldstudy.web import guards

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

for_coordinators = partial(guards.allow, Role.COORDINATOR)
for_whoever_knows_people = partial(guards.allow, Role.COORDINATOR, Role.ADMIN)
