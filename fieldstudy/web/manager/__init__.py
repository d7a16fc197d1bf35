"""The manager's room: released waves, their stores, one store's report on screen and on paper, the whole network."""

from fieldstudy.web.manager import network
from fieldstudy.web.manager.views import blueprint

__all__ = ["blueprint", "network"]
