"""The pages, by what they are about."""

from fieldstudy.web.field.views import assignments, blank, jottings, offline, photos, saved, sync, visits
from fieldstudy.web.field.views.room import blueprint

__all__ = ["assignments", "blank", "blueprint", "jottings", "offline", "photos", "saved", "sync", "visits"]
