"""What the browser of a passkey is asked and answers (WebAuthn). Nothing else knows the library: it loads slowly."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from fieldstudy.core.factors import RelyingParty

NAME = "Fieldstudy"
REQUIRED = UserVerificationRequirement.REQUIRED
"""With a finger, a face or a number: so that it stands for two factors."""


class AnswerIsWrong(Exception):
    pass


@dataclass(frozen=True)
class NewCredential:
    credential_id: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def ask_to_create(party: RelyingParty, user_id: bytes, email: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """Options for the browser as JSON, and the challenge in them. Who made the device is not asked."""
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=NAME,
        user_id=user_id,
        user_name=email,
        user_display_name=name or email,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def ask_to_sign(party: RelyingParty, known: Iterable[str]) -> tuple[str, str]:
    """With nobody `known` the browser offers whatever it has for this address."""
    options = webauthn.generate_authentication_options(
        rp_id=party.host, allow_credentials=_descriptors(known), user_verification=REQUIRED
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def _descriptors(known: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]


def read_created(party: RelyingParty, challenge: str, answer: str) -> NewCredential:
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise AnswerIsWrong from error
    told = json.loads(answer)["response"].get("transports") or []
    transports = tuple(one for one in told if isinstance(one, str) and one.isascii())[:8]
    return NewCredential(
        bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count, transports
    )


def credential_id_of(answer: str) -> str:
    """Which passkey claims to have answered; in base64url without padding, as it is kept."""
    try:
        return bytes_to_base64url(base64url_to_bytes(json.loads(answer)["rawId"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise AnswerIsWrong from error


def check_signed(party: RelyingParty, challenge: str, answer: str, public_key: bytes, sign_count: int) -> int:
    """Returns the new count. A count that does not grow is that of a copy (where the device counts at all)."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise AnswerIsWrong from error
    return found.new_sign_count
