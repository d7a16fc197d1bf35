"""Views of the door, by subject."""

from fieldstudy.web.api.room import blueprint
from fieldstudy.web.api.views import media, session, visits

__all__ = ["blueprint", "media", "session", "visits"]
