"""Tables. No queries, rules or commits."""

from fieldstudy.models.actions import Action, Paper
from fieldstudy.models.checklists import ChecklistVersion
from fieldstudy.models.factors import Authenticator, Passkey, PendingSignIn, RecoveryCode
from fieldstudy.models.fieldnotes import Jotting
from fieldstudy.models.jobs import Job, JobState
from fieldstudy.models.journal import JournalLine
from fieldstudy.models.people import Fieldworker, Invitation, Membership, User
from fieldstudy.models.releases import Edition, StoreEdition
from fieldstudy.models.sendings import Medium, Quarantined
from fieldstudy.models.sessions import Session
from fieldstudy.models.studies import Client, Reference, Store, Study, Wave
from fieldstudy.models.throttles import Throttle
from fieldstudy.models.visits import (
    AnswerRow,
    Assignment,
    Conflict,
    Draft,
    EncounterRow,
    Photo,
    ReturnReason,
    ScoreRow,
    SectionScoreRow,
    Submission,
    Visit,
)

__all__ = [
    "Action",
    "AnswerRow",
    "Assignment",
    "Authenticator",
    "ChecklistVersion",
    "Client",
    "Conflict",
    "Draft",
    "Edition",
    "EncounterRow",
    "Fieldworker",
    "Invitation",
    "Job",
    "JobState",
    "Jotting",
    "JournalLine",
    "Medium",
    "Membership",
    "Paper",
    "Passkey",
    "PendingSignIn",
    "Photo",
    "Quarantined",
    "RecoveryCode",
    "Reference",
    "ReturnReason",
    "ScoreRow",
    "SectionScoreRow",
    "Session",
    "Store",
    "StoreEdition",
    "Study",
    "Submission",
    "Throttle",
    "User",
    "Visit",
    "Wave",
]
