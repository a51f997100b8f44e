"""One OCDS release: what it says of each stage."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from ggzy.desks.exchange.convert import values
from ggzy.desks.exchange.convert.item import Sender, Unfit

Json = dict[str, Any]

# tag (releaseTag.csv) -> the stage it tells of; an update is a new version of the same record
_STAGES = {
    "planning": "planning", "planningUpdate": "planning", "tender": "tender", "tenderAmendment": "tender",
    "tenderUpdate": "tender", "tenderCancellation": "tender", "award": "award", "awardUpdate": "award",
    "awardCancellation": "award", "contract": "contract", "contractUpdate": "contract",
    "contractAmendment": "contract", "contractTermination": "contract", "implementation": "implementation",
    "implementationUpdate": "implementation",
}  # fmt: skip
_TITLES = {
    "planning": "采购意向",
    "tender": "采购公告",
    "award": "成交结果",
    "contract": "采购合同",
    "implementation": "履约信息",
}
_CHANGES = {
    "tenderAmendment": "更正公告", "tenderUpdate": "更正公告", "tenderCancellation": "终止公告",
    "awardCancellation": "结果撤销", "contractAmendment": "合同变更", "contractTermination": "合同终止",
}  # fmt: skip
# works are 工程建设 in the national portal's terms, goods and services 政府采购
_CODES = {("02", "tender"): "0201", ("02", "award"): "0202", ("02", "contract"): "0203",
          ("01", "tender"): "0101", ("01", "award"): "0104"}  # fmt: skip
_NOTICES = frozenset(
    {"tenderNotice", "awardNotice", "contractNotice", "procurementPlan", "plannedProcurementNotice"}
)


def envelopes(release: Json, publisher: str, sender: Sender) -> Iterator[Json]:
    """One envelope for each stage, award and contract that the release tells of. Raises Unfit."""
    ocid, stamp, tags = _identity(release)
    common = _common(release, ocid, publisher)
    for stage, tag in _stages(release, tags).items():
        for suffix, own in _told(release, stage):
            number = _number(":".join(part for part in (ocid, stage, suffix) if part))
            code = _CODES.get((common["MARKET"], stage), "")
            info = _CHANGES.get(tag, _TITLES[stage])
            yield sender.envelope(number, stamp, {
                **common, **own, "RECORD_ID": number, "STAGE": code, "INFO_TYPE": info,
                "TITLE": own["TITLE"] or values.text(f"{common['TITLE'] or ocid}{_TITLES[stage]}", 600),
                "PUBLISH_TIME": own["PUBLISH_TIME"] or stamp,
            })  # fmt: skip


def _identity(release: Json) -> tuple[str, str, list[str]]:
    ocid = values.text(release.get("ocid"))
    if not ocid:
        raise Unfit("ocds.no_ocid", "缺少 ocid", "以发布者前缀开头的开放合同编号，如 ocds-213czf-000-00001")
    stamp = values.utc_moment(release.get("date"))
    if not stamp:
        raise Unfit(
            "ocds.bad_date",
            f"date 无法识别：{release.get('date')!r}",
            "带时区的时间，如 2026-03-17T09:30:00+08:00",
        )
    tags = release.get("tag")
    tags = [tags] if isinstance(tags, str) else tags
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags) or not tags:
        raise Unfit("ocds.no_tag", f"tag 无法识别：{tags!r}", f"{'、'.join(sorted(_STAGES))} 或 compiled")
    return ocid, stamp, tags


def _stages(release: Json, tags: list[str]) -> dict[str, str]:
    """Stage -> the tag that tells of it. A compiled release tells of every stage that it has content for."""
    if "compiled" in tags:
        present = [name for name in ("planning", "tender") if _object(release, name)]
        present += [
            stage
            for stage, name in (("award", "awards"), ("contract", "contracts"))
            if _objects(release, name)
        ]
        stages = {stage: stage for stage in present}
    else:
        stages = {_STAGES[tag]: tag for tag in tags if tag in _STAGES}
    if not stages:
        raise Unfit("ocds.no_stage", f"tag {tags!r} 下没有可展示的阶段", "计划、招标、授标、合同或履约之一")
    return stages


def _told(release: Json, stage: str) -> Iterator[tuple[str, dict[str, str]]]:
    """What a stage says, once for the tender, once for each award or contract: (part of the key, fields)."""
    if stage in ("planning", "tender"):
        yield "", _of_tender(release, stage)
        return
    told = _objects(release, "awards" if stage == "award" else "contracts")
    if not told:
        raise Unfit("ocds.stage_without_content", f"tag 说有 {stage}，但没有相应内容",
                    "awards 或 contracts 中至少一项")  # fmt: skip
    for place, one in enumerate(told):
        own = _of_award(one) if stage == "award" else _of_contract(release, one, stage)
        yield _id(one) or str(place), own


def _of_tender(release: Json, stage: str) -> dict[str, str]:
    tender = _object(release, "tender")
    if stage == "planning":
        planning = _object(release, "planning")
        budget = _object(planning, "budget")
        title = values.text(budget.get("project"), 600) or values.text(tender.get("title"), 600)
        said = values.text(planning.get("rationale")) or values.text(budget.get("description"))
        return {"TITLE": title, "CONTENT": said, "PUBLISH_TIME": "", **_money(_object(budget, "amount"))}
    end = values.utc_moment(_object(tender, "tenderPeriod").get("endDate"))
    return {
        "TITLE": values.text(tender.get("title"), 600),
        "CONTENT": _content(tender, [f"递交截止时间：{_readable(end)}" if end else ""]),
        "PUBLISH_TIME": values.utc_moment(tender.get("datePublished")), "URL": _url(tender),
        **_money(_object(tender, "value")),
    }  # fmt: skip


def _of_award(award: Json) -> dict[str, str]:
    return {
        "TITLE": values.text(award.get("title"), 600), "CONTENT": _content(award, []),
        "PUBLISH_TIME": values.utc_moment(award.get("date")), "URL": _url(award),
        "WINNER_NAME": _winners(award), **_money(_object(award, "value")),
    }  # fmt: skip


def _of_contract(release: Json, contract: Json, stage: str) -> dict[str, str]:
    award = next(
        (
            a
            for a in _objects(release, "awards")
            if _id(a) and _id(a) == values.text(str(contract.get("awardID", "")))
        ),
        {},
    )
    done = [f"履约节点：{values.text(m.get('title'))}（{values.text(m.get('status'))}）"
            for m in _objects(_object(contract, "implementation"), "milestones")]  # fmt: skip
    return {
        "TITLE": values.text(contract.get("title"), 600), "CONTENT": _content(contract, done),
        "PUBLISH_TIME": values.utc_moment(contract.get("dateSigned")) if stage == "contract" else "",
        "URL": _url(contract), "WINNER_NAME": _winners(award), **_money(_object(contract, "value")),
    }  # fmt: skip


def _common(release: Json, ocid: str, publisher: str) -> dict[str, str]:
    tender, parties = _object(release, "tender"), {_id(p): p for p in _objects(release, "parties")}
    buyer = _party(_object(release, "buyer"), parties)
    entity = _party(_object(tender, "procuringEntity"), parties)
    issuer, agent = values.name(buyer.get("name")), values.name(entity.get("name"))
    address = _object(buyer or entity, "address")
    region = values.text(address.get("region"), 100) or values.text(address.get("locality"), 100)
    return {
        "TITLE": values.text(tender.get("title"), 400),
        "MARKET": "01" if tender.get("mainProcurementCategory") == "works" else "02",
        "ISSUER_NAME": issuer or agent, "AGENT_NAME": agent if issuer and agent != issuer else "",
        "REGION_NAME": region, "REGION_CODE": values.region_code(region), "PROJECT_CODE": _number(ocid),
        "SOURCE_PLATFORM": values.text(publisher, 200) or f"OCDS 发布方 {ocid[:11]}",
    }  # fmt: skip


def _content(told: Json, more: list[str]) -> str:
    items = [
        f"标的：{values.text(item.get('description'))}{_quantity(item)}" for item in _objects(told, "items")
    ]
    return "\n".join(part for part in (values.text(told.get("description")), *items[:200], *more) if part)


def _quantity(item: Json) -> str:
    quantity = values.number(item.get("quantity"))
    return f"，数量 {quantity}{values.text(_object(item, 'unit').get('name'))}" if quantity else ""


def _money(value: Json) -> dict[str, str]:
    """The amount, when both it and its currency (ISO 4217) are sure."""
    amount, currency = values.number(value.get("amount")), values.text(value.get("currency"), 20)
    code = values.CURRENCIES.get(currency, "")
    fields = {"BUDGET_TEXT": f"{amount} {currency}".strip() if amount else ""}
    return fields | ({"AMOUNT": amount, "CURRENCY": code} if amount and code else {})


def _winners(award: Json) -> str:
    return values.text(
        ";".join(filter(None, (values.name(s.get("name")) for s in _objects(award, "suppliers")))), 2000
    )


def _party(reference: Json, parties: dict[str, Json]) -> Json:
    """The organisation behind a reference: name from either, address from the parties."""
    full = parties.get(_id(reference), {}) if reference else {}
    return {**full, **{k: v for k, v in reference.items() if v}}


def _url(told: Json) -> str:
    for document in _objects(told, "documents"):
        url = values.text(document.get("url"))
        if (
            values.text(document.get("documentType")) in _NOTICES
            and url.startswith(("http://", "https://"))
            and len(url) <= 500
        ):
            return url
    return ""


def _readable(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[8:10]}:{stamp[10:12]}"


def _number(full: str) -> str:
    """At most 100 characters; what is longer ends in a digest of the whole, so that it stays unique."""
    return full if len(full) <= 100 else f"{full[:67]}~{sha256(full.encode()).hexdigest()[:32]}"


def _id(one: Json) -> str:
    found = one.get("id")
    return values.text(str(found)) if isinstance(found, str | int) else ""


def _object(parent: Json, field: str) -> Json:
    found = parent.get(field)
    return found if isinstance(found, dict) else {}


def _objects(parent: Json, field: str) -> list[Json]:
    found = parent.get(field)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
