"""What stays with the agency: the checklist as its client knows it (docs/decisions/014).

Everything that a client reads is made from it; fieldworkers, the desk and the scoring keep the whole.
"""

from collections.abc import Collection, Mapping

from fieldstudy.core.checklist import AUTOMATIC, Checklist, Question


def is_internal(question: Question) -> bool:
    """For the agency only: it is answered and reviewed, and never reaches the client.

    What the phone fills in by itself is internal unless it counts for something that the client reads: a score has to
    add up from what its reader sees, and a rule that changed it has to be named.
    """
    if question.internal is not None:
        return question.internal
    return question.type in AUTOMATIC and not counts(question) and not question.role


def counts(question: Question) -> bool:
    """May it change a score, by its points or by its critical rule, which fires on points that are not counted too?"""
    return question.is_scored or (question.critical is not None and question.can_miss and not question.is_bonus)


def names(checklist: Checklist) -> frozenset[str]:
    return frozenset(question.name for question in checklist.questions if is_internal(question))


def marked(checklist: Checklist) -> frozenset[str]:
    """Only those that the file itself marks."""
    return frozenset(question.name for question in checklist.questions if question.internal)


def sections(whole: Checklist, shown: Checklist) -> frozenset[str]:
    """The touchpoints that hold nothing which is shown."""
    known = {section.name for section in shown.sections}
    return frozenset(section.name for section in whole.sections if section.name not in known)


def for_client(checklist: Checklist, also: Collection[str] = ()) -> Checklist:
    """Internal questions, and touchpoints of nothing else, do not exist.

    `also` are names that another version marks. What counts stays: a sum has to add up from what its reader sees.
    """
    return checklist.keeping(lambda one: not is_internal(one) and (counts(one) or one.name not in also))


def of_versions(by_number: Mapping[int, Checklist], latest: Checklist) -> dict[int, Checklist]:
    """Every version of a wave as the client knows it: a mark covers what older versions asked by that name too.

    `latest` is the newest version of the form, whether visits were made with it or not.
    """
    covered, found = marked(latest), {}
    for number, checklist in sorted(by_number.items(), reverse=True):
        found[number] = for_client(checklist, covered)
        covered |= marked(checklist)
    return found
