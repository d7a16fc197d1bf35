"""Names of the closed lists, marked here for the catalogue and translated when they are said."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from fieldstudy.core.access import Role
from fieldstudy.core.changes import Verdict
from fieldstudy.core.checklist import (
    Channel,
    CriticalRule,
    Crowding,
    EvidenceKind,
    ExPro,
    Level,
    Method,
    Missing,
    NormBy,
    Phase,
    Sem,
    Total,
    TouchpointKind,
)
from fieldstudy.core.figures import Base, Formula
from fieldstudy.core.lifecycle import State
from fieldstudy.core.passwords import Weakness
from fieldstudy.core.stance import Disclosure, GoldRole
from fieldstudy.words.marks import _, ngettext

GOLD_ROLES: Mapping[str, str] = {
    GoldRole.COMPLETE_PARTICIPANT: _("complete participant"),
    GoldRole.PARTICIPANT_AS_OBSERVER: _("participant as observer"),
    GoldRole.OBSERVER_AS_PARTICIPANT: _("observer as participant"),
    GoldRole.COMPLETE_OBSERVER: _("complete observer"),
}

DISCLOSURES: Mapping[str, str] = {
    Disclosure.OVERT: _("overt"),
    Disclosure.PARTIAL: _("partly disclosed"),
    Disclosure.COVERT: _("covert"),
}

NAMES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    GoldRole: GOLD_ROLES,
    Disclosure: DISCLOSURES,
    Weakness: {
        Weakness.TOO_SHORT: _("This is too short: write at least 10 characters."),
        Weakness.TOO_LONG: _("This is too long: 256 characters at most."),
        Weakness.PERSONAL: _(
            "Your name, your e-mail, Fieldstudy or a client’s name is in it, so that others could guess it. "
            "Choose words that have nothing to do with you."
        ),
        Weakness.COMMON: _(
            "This is one of the most common passwords, or close to one: whoever guesses tries it first. "
            "A sentence of your own is better."
        ),
        Weakness.PATTERN: _(
            "A row of keys or numbers, a date or a repetition is quickly guessed. A sentence of your own is better."
        ),
        Weakness.ORDINARY: _("One or two ordinary words are quickly guessed. Add a few more of your own."),
    },
    Method: {
        Method.MYSTERY_SHOPPING: _("mystery shopping"),
        Method.PARTICIPANT_OBSERVATION: _("participant observation"),
        Method.NON_PARTICIPANT_OBSERVATION: _("non-participant observation"),
    },
    TouchpointKind: {
        TouchpointKind.PRODUCT: _("product"),
        TouchpointKind.SERVICE: _("service"),
        TouchpointKind.COMMUNICATION: _("communication"),
        TouchpointKind.ENVIRONMENT: _("environment"),
        TouchpointKind.PEOPLE: _("people"),
        TouchpointKind.PROCESS: _("process"),
        TouchpointKind.TECHNOLOGY: _("technology"),
    },
    Channel: {
        Channel.STORE: _("store"),
        Channel.PHONE: _("phone"),
        Channel.EMAIL: _("e-mail"),
        Channel.WEB: _("web site"),
        Channel.APP: _("app"),
        Channel.CHAT: _("chat"),
        Channel.SOCIAL: _("social media"),
        Channel.VIDEO_CALL: _("video call"),
        Channel.HELP_DESK: _("help desk"),
        Channel.DELIVERY: _("delivery"),
        Channel.AFTER_SALES: _("after-sales"),
    },
    Phase: {
        Phase.AWARENESS: _("discovery"),
        Phase.ENGAGEMENT: _("contact"),
        Phase.PURCHASE: _("purchase"),
        Phase.USE: _("use"),
        Phase.POST_SALE: _("afterwards"),
    },
    NormBy: {NormBy.MANAGER: _("the manager"), NormBy.CUSTOMER: _("customers")},
    ExPro: {
        ExPro.COMMUNICATIONS: _("communications"),
        ExPro.IDENTITY: _("visual and verbal identity"),
        ExPro.PRODUCT_PRESENCE: _("product presence"),
        ExPro.CO_BRANDING: _("co-branding"),
        ExPro.ENVIRONMENT: _("environment"),
        ExPro.WEB_AND_MEDIA: _("web and media"),
        ExPro.PEOPLE: _("people"),
    },
    Sem: {
        Sem.SENSE: _("sense"),
        Sem.FEEL: _("feel"),
        Sem.THINK: _("think"),
        Sem.ACT: _("act"),
        Sem.RELATE: _("relate"),
    },
    Level: {
        Level.EFFICIENCY: _("efficiency of the touchpoints"),
        Level.JOURNEY: _("continuity of the journey"),
        Level.BENEFIT: _("functional benefits"),
        Level.EXPERIENCE: _("experience"),
    },
    EvidenceKind: {
        EvidenceKind.NONE: _("none"),
        EvidenceKind.PHOTO: _("photo"),
        EvidenceKind.RECEIPT: _("receipt"),
        EvidenceKind.TIMER: _("timer"),
    },
    Crowding: {
        Crowding.EMPTY: _("empty"),
        Crowding.NORMAL: _("normal"),
        Crowding.CROWDED: _("crowded"),
    },
    Total: {
        Total.POOLED: _("pooled points"),
        Total.SECTION_WEIGHTED: _("weighted mean of the touchpoints"),
    },
    Missing: {Missing.OMIT: _("leaves both sums"), Missing.MISS: _("counts as a miss")},
    CriticalRule: {
        CriticalRule.FLAG: _("flag"),
        CriticalRule.TOTAL_ZERO: _("total becomes 0"),
        CriticalRule.SECTION_ZERO: _("touchpoint becomes 0"),
        CriticalRule.CAP: _("total is capped"),
        CriticalRule.MIN: _("minimum"),
    },
    Verdict: {
        Verdict.BETTER: _("better"),
        Verdict.WORSE: _("worse"),
        Verdict.CANNOT_TELL: _("cannot tell"),
        Verdict.TOO_FEW: _("not tested, too few"),
        Verdict.NO_VARIATION: _("not tested, all alike"),
        Verdict.CONFLICT: _("all answers together and the stores one by one do not agree"),
        Verdict.NOT_COMPARED: _("not compared"),
    },
    Formula: {
        Formula.MEAN_OF_VISITS_T: _("mean of visits with a t interval"),
        Formula.MEAN_OF_VISITS: _("mean of visits"),
        Formula.MEAN_OF_STORE_MEANS_T: _("mean of store means with a t interval"),
        Formula.POOLED: _("points earned divided by points possible"),
        Formula.WILSON: _("rate with Wilson's interval"),
        Formula.RATE_T_OVER_STORES: _("rate with a t interval over the stores"),
        Formula.WEIGHTED_ANSWERS_T: _("weighted mean of answers with a t interval over the visits"),
        Formula.POINTS_OF_ANSWERS: _("points earned divided by points possible, over the answers"),
        Formula.QUANTILE: _("median and percentile, linear between the two nearest values"),
        Formula.HARMONY: _("one minus the standard deviation of the touchpoints over 50"),
    },
    Base: {Base.VISITS: _("visits"), Base.STORES: _("stores"), Base.ANSWERS: _("answers")},
    State: {
        State.PLANNED: _("planned"),
        State.OFFERED: _("offered"),
        State.ACCEPTED: _("accepted"),
        State.IN_FIELD: _("in the field"),
        State.SEALED: _("completed on the phone"),
        State.RECEIVED: _("received"),
        State.IN_REVIEW: _("in review"),
        State.RETURNED: _("returned"),
        State.APPROVED: _("approved"),
        State.RELEASED: _("released"),
        State.APPEALED: _("appealed"),
        State.UPHELD: _("upheld"),
        State.AMENDED: _("amended"),
        State.DECLINED: _("declined"),
        State.LOCKED: _("locked"),
        State.HELD: _("held"),
        State.EXCLUDED: _("excluded"),
        State.VOID: _("void"),
    },
    Role: {
        Role.ADMIN: _("administrator"),
        Role.COORDINATOR: _("coordinator"),
        Role.REVIEWER: _("reviewer"),
        Role.SHOPPER: _("mystery shopper"),
        Role.OBSERVER: _("observer"),
        Role.MANAGER: _("manager"),
    },
}

VISITS_IN: Mapping[State, tuple[str, str]] = {
    State.IN_FIELD: ngettext("%(num)s in the field", "%(num)s in the field"),
    State.SEALED: ngettext("%(num)s completed on the phone", "%(num)s completed on the phone"),
    State.RECEIVED: ngettext("%(num)s received", "%(num)s received"),
    State.IN_REVIEW: ngettext("%(num)s in review", "%(num)s in review"),
    State.RETURNED: ngettext("%(num)s returned", "%(num)s returned"),
    State.APPROVED: ngettext("%(num)s approved", "%(num)s approved"),
    State.RELEASED: ngettext("%(num)s released", "%(num)s released"),
    State.HELD: ngettext("%(num)s held", "%(num)s held"),
    State.EXCLUDED: ngettext("%(num)s excluded", "%(num)s excluded"),
    State.VOID: ngettext("%(num)s void", "%(num)s void"),
}
"""How many visits are in a state."""

CRITICAL_RULES: Mapping[CriticalRule, tuple[str, str]] = {
    CriticalRule.FLAG: ngettext(
        "the visit counts as failed, its score does not change",
        "these visits count as failed, their scores do not change",
    ),
    CriticalRule.TOTAL_ZERO: ngettext("the total of the visit becomes 0", "the totals of these visits become 0"),
    CriticalRule.SECTION_ZERO: ngettext(
        "the touchpoint becomes 0 in this visit", "the touchpoint becomes 0 in these visits"
    ),
    CriticalRule.CAP: ngettext(
        "the total of the visit is capped at %(percent)s", "the totals of these visits are capped at %(percent)s"
    ),
    CriticalRule.MIN: ngettext(
        "less than the %(percent)s percent that are required here; its score does not change",
        "less than the %(percent)s percent that are required here; their scores do not change",
    ),
}

VISITS_OF: Mapping[Method, tuple[str, str]] = {
    Method.MYSTERY_SHOPPING: ngettext("%(num)s mystery shopping visit", "%(num)s mystery shopping visits"),
    Method.PARTICIPANT_OBSERVATION: ngettext("%(num)s participant observation", "%(num)s participant observations"),
    Method.NON_PARTICIPANT_OBSERVATION: ngettext(
        "%(num)s non-participant observation", "%(num)s non-participant observations"
    ),
}

COUNTS = (
    _("zero"),
    _("one"),
    _("two"),
    _("three"),
    _("four"),
    _("five"),
    _("six"),
    _("seven"),
    _("eight"),
    _("nine"),
    _("ten"),
)
