"""The pages, by what they are about."""

from fieldstudy.web.admin.views import clients, jobs, overview, people, person, settings
from fieldstudy.web.admin.views.room import blueprint

__all__ = ["blueprint", "clients", "jobs", "overview", "people", "person", "settings"]
