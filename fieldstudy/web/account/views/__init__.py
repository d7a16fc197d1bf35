"""Signing in and out, one's own account, invitations, language."""

from fieldstudy.web.account.views import invitations, language, overview, profile, sign_in
from fieldstudy.web.account.views.room import blueprint

__all__ = ["blueprint", "invitations", "language", "overview", "profile", "sign_in"]
