"""How a fieldworker stands to the field: Gold's role and disclosure, and what a method allows."""

from collections.abc import Sequence
from enum import StrEnum

from fieldstudy.core.checklist import Method


class GoldRole(StrEnum):
    COMPLETE_PARTICIPANT = "complete_participant"
    PARTICIPANT_AS_OBSERVER = "participant_as_observer"
    OBSERVER_AS_PARTICIPANT = "observer_as_participant"
    COMPLETE_OBSERVER = "complete_observer"


class Disclosure(StrEnum):
    OVERT = "overt"
    PARTIAL = "partial"
    COVERT = "covert"


ROLES_OF = {
    Method.MYSTERY_SHOPPING: (GoldRole.COMPLETE_PARTICIPANT,),
    Method.PARTICIPANT_OBSERVATION: (
        GoldRole.COMPLETE_PARTICIPANT,
        GoldRole.PARTICIPANT_AS_OBSERVER,
        GoldRole.OBSERVER_AS_PARTICIPANT,
    ),
    Method.NON_PARTICIPANT_OBSERVATION: (GoldRole.COMPLETE_OBSERVER,),
}
JOTTINGS_FOR_CLIENT = (Method.PARTICIPANT_OBSERVATION, Method.NON_PARTICIPANT_OBSERVATION)
"""Methods whose jottings a client reads where a study says nothing: an observer's are the result; a shopper's may say
who was meant and who wrote them."""
MAY_BE_COVERT = frozenset({GoldRole.COMPLETE_PARTICIPANT, GoldRole.COMPLETE_OBSERVER})


class StanceIsWrong(ValueError):
    """`key` is one of role_not_of_method, role_cannot_be_covert, covert_needs_reason, stance_is_missing."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def check(method: Method, gold_role: str, disclosure: str, covert_reason: str) -> tuple[str, str]:
    """The stance as it will be kept. A mystery shopper always takes part unseen, under the study's staff notice."""
    if method == Method.MYSTERY_SHOPPING:
        return GoldRole.COMPLETE_PARTICIPANT, Disclosure.COVERT
    if not gold_role or not disclosure:
        raise StanceIsWrong("stance_is_missing")
    if gold_role not in ROLES_OF[method]:
        raise StanceIsWrong("role_not_of_method")
    if disclosure == Disclosure.COVERT and gold_role not in MAY_BE_COVERT:
        raise StanceIsWrong("role_cannot_be_covert")
    if disclosure == Disclosure.COVERT and not covert_reason.strip():
        raise StanceIsWrong("covert_needs_reason")
    return gold_role, disclosure


def jottings_reach_client(chosen: Sequence[Method] | None, method: Method) -> bool:
    """`chosen` are the methods that a study names; None where it leaves it to the house."""
    return method in (JOTTINGS_FOR_CLIENT if chosen is None else chosen)


def needs_approval(method: Method, disclosure: str) -> bool:
    """Covert observation waits for a second person; mystery shopping is covered by the staff notice."""
    return method != Method.MYSTERY_SHOPPING and disclosure == Disclosure.COVERT
