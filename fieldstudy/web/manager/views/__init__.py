"""The pages, by what they are about."""

from fieldstudy.web.manager.views import actions, brand, editions, figures, stores, touchpoints, waves
from fieldstudy.web.manager.views.room import blueprint

__all__ = ["actions", "blueprint", "brand", "editions", "figures", "stores", "touchpoints", "waves"]
