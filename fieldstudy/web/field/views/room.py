"""The blueprint of this room, and who may enter."""

from functools import partial
from typing import Any

from flask import Blueprint

from fieldstudy.core.access import Role
from fieldstudy.services import visits
from fieldstudy.web import guards
from fieldstudy.web.field import assets, maps

blueprint = Blueprint("field", __name__, url_prefix="/field")

for_fieldworkers = partial(guards.allow, Role.SHOPPER, Role.OBSERVER)


@blueprint.context_processor
def _context() -> dict[str, Any]:
    return {
        "local": visits.local,
        "build": assets.bundle().build,
        "map_link": maps.link_of,
        "field_asset": assets.address,
        "field_modules": assets.modules,
    }
