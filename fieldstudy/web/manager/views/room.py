"""The blueprint of this room, and who may enter."""

from functools import partial

from flask import Blueprint

from fieldstudy.core.access import Role
from fieldstudy.web import guards

blueprint = Blueprint("manager", __name__, url_prefix="/manager")

for_managers = partial(guards.allow, Role.MANAGER)
for_whoever_acts = partial(guards.allow, Role.MANAGER, Role.COORDINATOR)
