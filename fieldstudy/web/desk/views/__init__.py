"""Views of the desk, by subject."""

from fieldstudy.web.desk.room import blueprint
from fieldstudy.web.desk.views import conflicts, quarantine, visits

__all__ = ["blueprint", "conflicts", "quarantine", "visits"]
