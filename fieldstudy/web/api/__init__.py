"""The door for phones: session, photos in pieces, drafts, sealed visits. Always JSON, never a redirect."""

from fieldstudy.web.api.views import blueprint

__all__ = ["blueprint"]
