"""What is told of a file: a data set at a time, a finding a rule and field, with counts and the first examples."""

from typing import Any

import msgspec

from ggzy import standard

EXAMPLES = 3


class Example(msgspec.Struct):
    """One place where a finding shows: the line (of a package: the record and its document)."""

    line: int
    file: str = ""
    key: str = ""
    got: str = ""


class Finding(msgspec.Struct):
    """One way in which records of a data set are wrong. `level`: fault refuses, missing holds, hint does neither."""

    level: str
    code: str
    field: str
    title: str
    rule: str
    expected: str
    text: str
    count: int = 0
    examples: list[Example] = []


class SetReport(msgspec.Struct):
    """The records of one data set. `unused` are optional fields that no record ever filled."""

    number: str
    title: str
    lines: int = 0
    right: int = 0
    refused: int = 0
    held: int = 0
    withdrawals: int = 0
    findings: list[Finding] = []
    unused: list[str] = []


class Report(msgspec.Struct):
    """All that was found; `right` when every record would be taken in."""

    place: str
    platform: str
    lines: int = 0
    right: bool = True
    sets: list[SetReport] = []


class Ledger:
    """Collects findings while lines go by."""

    def __init__(self) -> None:
        self._sets: dict[str, SetReport] = {}
        self._findings: dict[tuple[str, str, str, str], Finding] = {}
        self._filled: dict[str, set[str]] = {}

    def of(self, number: str) -> SetReport:
        """The report of a data set; "" stands for lines of which none can be told."""
        if number not in self._sets:
            known = standard.DATA_SETS.get(number)
            title = known.title if known else "不在数据标准目录中" if number else "读不出数据集编号的行"
            self._sets[number] = SetReport(number, title)
        return self._sets[number]

    def note(self, number: str, level: str, found: dict[str, str], example: Example) -> None:
        """Count one finding at one place."""
        where = (number, level, found["code"], found["field"])
        finding = self._findings.get(where)
        if finding is None:
            known = standard.DATA_SETS.get(number)
            title = known.by_name[found["field"]].title if known and found["field"] in known.by_name else ""
            finding = Finding(
                level, found["code"], found["field"], title, found["rule"], found["expected"], found["text"]
            )
            self._findings[where] = finding
            self.of(number).findings.append(finding)
        finding.count += 1
        if len(finding.examples) < EXAMPLES:
            finding.examples.append(example)

    def fill(self, number: str, data: dict[str, Any]) -> None:
        """Note which fields a record fills."""
        self._filled.setdefault(number, set()).update(
            name for name, value in data.items() if value not in ("", None)
        )

    def sets(self) -> list[SetReport]:
        """All reports by number, their findings by weight."""
        weight = {"fault": 0, "missing": 1, "hint": 2}
        for report in self._sets.values():
            report.findings.sort(key=lambda finding: (weight[finding.level], -finding.count))
            known = standard.DATA_SETS.get(report.number)
            filled = self._filled.get(report.number)
            if known and filled is not None:
                report.unused = [f.name for f in known.fields if not f.required and f.name not in filled]
        return sorted(
            self._sets.values(),
            key=lambda report: (not report.number.isdigit(), len(report.number), report.number),
        )
