"""Signing in and out, one's own account, invitations, language."""

from fieldstudy.web.account.views import (
    authenticator,
    forgotten,
    invitations,
    language,
    overview,
    own_data,
    passkeys,
    profile,
    recovery_codes,
    second_factor,
    second_step,
    sign_in,
)
from fieldstudy.web.account.views.room import blueprint

__all__ = [
    "authenticator",
    "blueprint",
    "forgotten",
    "invitations",
    "language",
    "overview",
    "own_data",
    "passkeys",
    "profile",
    "recovery_codes",
    "second_factor",
    "second_step",
    "sign_in",
]
