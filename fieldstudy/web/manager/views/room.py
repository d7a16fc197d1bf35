"""The blueprint of this room, and who may enter."""

from functools import partial

from flask import Blueprint

from fieldstudy.core.access import RESULT_READERS
from fieldstudy.web import guards

blueprint = Blueprint("manager", __name__, url_prefix="/manager")

for_readers = partial(guards.allow, *RESULT_READERS)
