"""The pages, by what they are about."""

from fieldstudy.web.field.views import assignments, jottings, photos, visits
from fieldstudy.web.field.views.room import blueprint

__all__ = ["assignments", "blueprint", "jottings", "photos", "visits"]
