"""The words with which the phone's own pages speak. {} is a place; two forms are for one and for many."""

from flask_babel import gettext as _
from flask_babel import ngettext

Words = dict[str, str | list[str]]


def home() -> Words:
    return {**_groups(), **_states(), **_acts(), **_readiness(), **_queue(), **_problems(), **_receipt(), **_phone()}


def _groups() -> Words:
    return {
        "list": _("Your assignments"),
        "returned": _("Sent back for correction"),
        "open": _("In progress"),
        "waiting": _("Ready to send"),
        "left": _("Left on this phone"),
        "today": _("Today"),
        "coming": _("Coming up"),
        "sent": _("Sent visits"),
        "search_sent": _("Search the sent visits"),
        "nothing": _("Nothing to do right now."),
        "nothing_more": _(
            "When a coordinator gives you an assignment it appears here, with store, dates and briefing. "
            "Come back later."
        ),
        "empty": _("This phone has not met the server yet. Open this page once with a connection."),
        "loading": _("Looking for your assignments …"),
        "sent_elsewhere": _(
            "This visit was sent already, from another phone or from the website. "
            "What is only on this phone is still here."
        ),
        "unsent": _("Something on your other devices did not go along"),
        "discard": _("Delete it from this phone"),
        "discard_ask": _("What is only on this phone is lost then. The visit that was sent stays as it is."),
        "discard_yes": _("Delete"),
        "discard_no": _("Keep it"),
        "gone": _("This assignment was taken back. What you filled is still here and can be sent."),
        "unknown": _("This page is not on this phone. It needs a connection."),
        "nobody": _("Nobody is signed in on this phone."),
        "sign_in": _("Sign in"),
    }


def _states() -> Words:
    return {
        "draft": _("Last saved on this phone: %(moment)s", moment="{}"),
        "draft_phone": _("Last saved on another phone: %(moment)s", moment="{}"),
        "draft_page": _("Last saved on the server: %(moment)s", moment="{}"),
        "sealed": _("Filled in, waiting to be sent"),
        "sending": _("Being sent"),
        "attention": _("Could not be sent"),
        "received": _("Received, being checked"),
        "under_review": _("Sent, under review"),
        "conflict": _("Sent. Another version had arrived before; a person will choose."),
    }


def _acts() -> Words:
    return {
        "brief": _("Read the briefing"),
        "start": _("Start the visit"),
        "continue": _("Continue"),
        "look": _("Open it"),
        "correct": _("Correct it"),
        "receipt_link": _("Receipt"),
        "details": _("See what is waiting"),
        "home": _("To your assignments"),
        "no_form": _(
            "The form is not on this phone yet. Open this page once with a connection, then it starts anywhere."
        ),
    }


def _readiness() -> Words:
    return {
        "ready": _("Ready for offline"),
        "checking": _("Checking that everything is here …"),
        "unready_worker": _("Not ready for offline: this browser keeps no pages here yet. Reload the page once."),
        "unready_briefing": _("Not ready for offline: the briefing is missing."),
        "unready_form": _("Not ready for offline: the form is missing."),
        "unready_files": _("Not ready for offline: parts of the form are missing."),
        "unready_pictures": _("Not ready for offline: pictures of the briefing are missing."),
        "unready_store": _("Not ready for offline: this phone does not keep what you write."),
        "check": _("Check again"),
    }


def _queue() -> Words:
    return {
        "queue": _("Waiting to be sent"),
        "queue_empty": _("Nothing is waiting: everything you finished has arrived."),
        "queue_count": [
            ngettext(
                "%(count)s visit is waiting to be sent.", "%(count)s visits are waiting to be sent.", n, count="{}"
            )
            for n in (1, 2)
        ],
        "answers_safe": _("answers safe on the server"),
        "answers_here": _("answers on this phone"),
        "photos_of": [
            ngettext("%(sent)s of %(count)s photo", "%(sent)s of %(count)s photos", n, sent="{sent}", count="{}")
            for n in (1, 2)
        ],
        "send": _("Send now"),
        "save_file": _("Save a file"),
        "saved_file": _("Saved: %(name)s. Hand it in on a computer, or send it to your coordinator.", name="{}"),
        "hand_in": _("Hand in a saved file"),
        "queue_offline": _("No connection. It will be sent as soon as there is one."),
        "queue_signed_out": _(
            "You are not signed in any more. What is waiting stays on this phone, and is sent when you sign in again."
        ),
        "queue_other_person": _("Somebody else is signed in. It will be sent when you sign in again."),
        "queue_waiting": _("The server is busy. Next try at %(time)s.", time="{}"),
        "queue_quota": _("Too many of your visits are waiting on the server. Next try at %(time)s.", time="{}"),
        "queue_sending": _("Being sent …"),
        "queue_idle": _("It will be sent automatically."),
        "old": _("It has been waiting since %(moment)s. Find a connection soon.", moment="{}"),
    }


def _problems() -> Words:
    return {
        "problem": _(
            "The server did not take it. Try again; if that does not help, save a file and tell your coordinator."
        ),
        "problem_photo_lost": _("A photo is no longer on this phone. Tell your coordinator."),
        "without_lost": _("Send without it"),
        "without_lost_more": _(
            "The photo is gone for good: the visit is sent with all its answers and its other photos, and cannot get "
            "this one later."
        ),
        "without_lost_yes": _("Yes, send without the photo"),
        "problem_photo_too_large": _(
            "A photo is too large even when it is made smaller. Save a file and tell your coordinator."
        ),
        "problem_photo_refused": _("A photo does not arrive whole. Try again with a better connection."),
        "problem_photos_missing": _("The server does not find all photos. Try again."),
        "problem_photo_differs": _("A photo arrived otherwise than it was sent. Nothing was erased here. Try again."),
        "problem_receipt_differs": _(
            "The receipt does not agree with what was sent. Nothing was erased here. Try again."
        ),
        "problem_too_large": _("The visit has too much text for the server. Save a file and tell your coordinator."),
    }


def _receipt() -> Words:
    return {
        "receipt": _("Your visit has arrived"),
        "receipt_wait": _("Your visit is complete"),
        "receipt_wait_more": _(
            "It is safe on this phone and will be sent automatically, even later. You can close this page."
        ),
        "receipt_review_more": _(
            "It has arrived and is safe. Somebody looks at it first, because it did not quite fit its assignment."
        ),
        "receipt_next": _(
            "A reviewer reads it. If something has to be corrected, it comes back to your assignments with the reason "
            "beside each question; otherwise it is accepted and you need do nothing."
        ),
        "next": _("What happens next"),
        "read_again": _("Read what you sent"),
        "as_pdf": _("as a PDF"),
        "store": _("Store"),
        "received_on": _("Received on"),
        "store_time": _("%(moment)s (store's time)", moment="{}"),
        "photos": _("Photos"),
        "revision": _("Revision"),
        "state": _("State"),
    }


def _phone() -> Words:
    return {
        "synced": _("Last brought up to date: %(moment)s", moment="{}"),
        "unsynced": _("Never brought up to date"),
        "room": _("%(used)s used, %(free)s free for this site.", used="{used}", free="{free}"),
    }
