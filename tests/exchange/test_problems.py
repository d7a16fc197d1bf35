import pytest

from fieldstudy.exchange.problems import FileIsRefused, FileNote, FileProblem, Findings


def test_findings_keep_two_hundred_problems_and_count_all() -> None:
    findings = Findings()
    for row in range(450):
        findings.refuse("missing_cell", "survey", row, "name")
    with pytest.raises(FileIsRefused) as caught:
        findings.check()
    assert (len(caught.value.problems), caught.value.count) == (200, 450)


def test_findings_without_problems_pass() -> None:
    findings = Findings()
    findings.note("unknown_column", column="x")
    findings.check()
    assert findings.notes == [FileNote("unknown_column", column="x")]


def test_values_are_texts() -> None:
    findings = Findings()
    findings.refuse("too_many_rows", limit=5)
    assert findings.problems == [FileProblem("too_many_rows", values={"limit": "5"})]
