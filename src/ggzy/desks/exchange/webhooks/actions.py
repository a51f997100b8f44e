"""What the owner of a webhook does with it, and the one thing that the clock does."""

import secrets
from typing import Any

from ggzy import standard
from ggzy.desks.exchange.models import TradingSystem
from ggzy.desks.exchange.webhooks import addresses, signing
from ggzy.desks.exchange.webhooks.models import Delivery, Webhook
from ggzy.desks.exchange.webhooks.states import DELIVERY, WEBHOOK
from ggzy.kernel.act import Act
from ggzy.kernel.actions import May, Outcome, action, has_role
from ggzy.kernel.errors import NotFound, Unprocessable, require
from ggzy.kernel.ledger import feed

MOST = 10
"""Webhooks of one trading system."""


def _owner_of(act: Act, webhook: int) -> str:
    """The system whose webhook it is."""
    found = Webhook.objects.filter(pk=webhook).values_list("system_id", flat=True).first()
    if found is None:
        raise NotFound(f"没有编号为 {webhook} 的推送。请回到推送列表核对。", code="webhook.not_found")
    return found


def _subject(act: Act, webhook: int, **_: Any) -> str:
    return f"platform/{_owner_of(act, webhook)}"


def find(source: str, scope: tuple[str, ...], webhook: int) -> Webhook:
    """A webhook of this system that a token of this scope opens; NotFound when it is another's or removed."""
    found = shown(source, scope).filter(pk=webhook).first()
    if found is None:
        raise NotFound(f"贵系统没有编号为 {webhook} 的推送。请回到推送列表核对。", code="webhook.not_found")
    return found


def shown(source: str, scope: tuple[str, ...]) -> Any:
    """The webhooks of this system that a token of this scope opens: all, or those made by tokens of the same scope."""
    rows = Webhook.objects.filter(system_id=source).exclude(state="removed")
    return rows.filter(scope=sorted(scope)) if scope else rows


is_clock = has_role("clock", text="由平台自动办理")
owns_it = May(lambda act, webhook, **_: act.actor == f"system:{_owner_of(act, webhook)}", "只能由接收数据的系统自己办理")
makes_own = May(lambda act, source, **_: act.actor == f"system:{source}", "只能为本系统设立")


def _mine(act: Act, webhook: int) -> Webhook:
    return find(_owner_of(act, webhook), act.scope, webhook)


def _told(webhook: Webhook, **more: Any) -> dict[str, Any]:
    """What events say of a webhook: never its address, which may carry a secret of its receiver."""
    return {"source": webhook.system_id, "webhook": webhook.pk, **more}


@action("webhook.create", "设立推送", subject=lambda act, source, **_: f"platform/{source}", may=makes_own, door=False)
def create(
    act: Act, *, source: str, address: str, label: str = "", data_sets: list[str] | None = None,
    markets: list[str] | None = None, kinds: list[str] | None = None,
) -> Outcome:  # fmt: skip
    """Push public changes from now on to an address; the result is its number and its secret, shown only once.

    Without data sets (prefixes), markets or kinds all are pushed.
    """
    addresses.check(address)
    chosen = _chosen(data_sets or [], markets or [], kinds or [])
    if len(label) > 100 or not label.isprintable():
        raise Unprocessable("名称最多 100 字，不含控制字符。", code="webhook.label", fields=["label"])
    if not TradingSystem.objects.filter(pk=source).exists():
        raise NotFound("没有这个交易系统。请先接入（system.admit）。", code="system.not_found")
    if Webhook.objects.filter(system_id=source).exclude(state="removed").count() >= MOST:
        raise Unprocessable(f"一个系统最多设立 {MOST} 个推送。请先删除不用的。", code="webhook.too_many")
    webhook = Webhook.objects.create(
        system_id=source, scope=sorted(act.scope), address=address, label=label, **chosen,
        seed=secrets.token_bytes(signing.SEED_BYTES), state="active", next_idx=feed.end(), created_at=act.at,
    )  # fmt: skip
    result = {"webhook": webhook.pk, "secret": signing.secret(bytes(webhook.seed))}
    return Outcome(result, _told(webhook, **chosen), disclose="audit")


def _chosen(data_sets: list[str], markets: list[str], kinds: list[str]) -> dict[str, list[str]]:
    """What is asked for, each once; Unprocessable names what the standard does not know."""
    known = standard.DATA_SETS
    choices = {
        "data_sets": (data_sets, lambda prefix: prefix and any(number.startswith(prefix) for number in known)),
        "markets": (markets, {one.market or "other" for one in known.values()}.__contains__),
        "kinds": (kinds, {one.kind for one in known.values()}.__contains__),
    }
    for name, (given, is_known) in choices.items():
        if unknown := [one[:20] for one in given if not is_known(one)]:
            words = {"data_sets": "数据集编号", "markets": "交易类别", "kinds": "数据种类"}[name]
            raise Unprocessable(f"没有这样的{words}：{'、'.join(unknown)}。请对照数据标准。", code="webhook.choice", fields=[name])
    return {name: sorted(set(given)) for name, (given, _) in choices.items()}


@action("webhook.pause", "暂停推送", subject=_subject, may=owns_it)
def pause(act: Act, *, webhook: int) -> Outcome:
    """Push nothing more for now; what comes meanwhile is pushed when it is resumed."""
    return _moved(_mine(act, webhook), "pause", reason="由贵系统暂停")


@action("webhook.resume", "恢复推送", subject=_subject, may=owns_it)
def resume(act: Act, *, webhook: int) -> Outcome:
    """Push again, from where it stopped, with the patience of a new beginning."""
    found = _mine(act, webhook)
    addresses.check(found.address)
    found.failures, found.quiet_until = 0, None
    Delivery.objects.filter(webhook=found, state="waiting").update(due_at=act.at, attempts=0)
    return _moved(found, "resume")


@action("webhook.remove", "删除推送", subject=_subject, may=owns_it)
def remove(act: Act, *, webhook: int) -> Outcome:
    """Push nothing more, for good; what waits for it is dropped."""
    found = _mine(act, webhook)
    Delivery.objects.filter(webhook=found).delete()
    return _moved(found, "remove")


@action("webhook.halt", "因故障停推", subject=_subject, may=is_clock, door=False)
def halt(act: Act, *, webhook: int, reason: str) -> Outcome:
    """Stop pushing to a receiver that has failed for days; its owner reads why and resumes."""
    return _moved(Webhook.objects.get(pk=webhook), "halt", reason=reason)


def _moved(webhook: Webhook, verb: str, reason: str = "") -> Outcome:
    WEBHOOK.move(webhook, verb)
    webhook.reason = reason
    webhook.save(update_fields=["state", "reason", "failures", "quiet_until"])
    return Outcome({"webhook": webhook.pk, "state": webhook.state}, _told(webhook, state=webhook.state), disclose="audit")


@action("webhook.rotate", "更换推送密钥", subject=_subject, may=owns_it, door=False)
def rotate(act: Act, *, webhook: int) -> Outcome:
    """Make a new secret, shown only once; the one before goes on signing for a day beside it."""
    found = _mine(act, webhook)
    found.old_seed, found.seed, found.rotated_at = found.seed, secrets.token_bytes(signing.SEED_BYTES), act.at
    found.save(update_fields=["old_seed", "seed", "rotated_at"])
    return Outcome({"webhook": found.pk, "secret": signing.secret(bytes(found.seed))}, _told(found), disclose="audit")


@action("webhook.rewind", "从头或从某处重新推送", subject=_subject, may=owns_it)
def rewind(act: Act, *, webhook: int, index: int) -> Outcome:
    """Push everything again from this place in the ledger on; receivers know repeated messages by their webhook-id."""
    found = _mine(act, webhook)
    if not 0 <= index <= found.next_idx:
        raise Unprocessable(f"序号应在 0 到 {found.next_idx} 之间（已推送到这里）。", code="webhook.index", fields=["index"])
    Delivery.objects.filter(webhook=found, state="waiting", idx__gte=index).delete()  # they come again in their order
    found.next_idx = index
    found.save(update_fields=["next_idx"])
    return Outcome({"webhook": found.pk, "index": index}, _told(found, index=index), disclose="audit")


@action("webhook.redeliver", "重新推送一条", subject=_subject, may=owns_it)
def redeliver(act: Act, *, webhook: int, delivery: int) -> Outcome:
    """Push one change again under the same webhook-id."""
    found = _delivery(act, webhook, delivery)
    if found.state == "waiting":  # at once, instead of when its wait is over
        require(found.webhook.state == "active", "推送已停，请先恢复推送。", code="webhook.not_active")
    else:
        DELIVERY.move(found, "redeliver")
    found.due_at, found.attempts = act.at, 0
    found.save(update_fields=["state", "due_at", "attempts"])
    Webhook.objects.filter(pk=webhook).update(quiet_until=None)
    return _about(found)


@action("webhook.skip", "跳过一条", subject=_subject, may=owns_it)
def skip(act: Act, *, webhook: int, delivery: int) -> Outcome:
    """Give up on one change that the receiver will never take, so that what waits behind it can go on."""
    found = _delivery(act, webhook, delivery)
    DELIVERY.move(found, "skip")
    found.tried_at = found.tried_at or act.at
    found.save(update_fields=["state", "tried_at"])
    return _about(found)


def _delivery(act: Act, webhook: int, delivery: int) -> Delivery:
    found = Delivery.objects.select_related("webhook").filter(webhook=_mine(act, webhook), pk=delivery).first()
    if found is None:
        raise NotFound("没有这条推送记录，可能已超过保存期限。可从某个序号起重新推送。", code="webhook.delivery_not_found")
    return found


def _about(delivery: Delivery) -> Outcome:
    told = _told(delivery.webhook, record=delivery.head_id, version=delivery.version, state=delivery.state)
    return Outcome({"delivery": delivery.pk, "state": delivery.state}, told, disclose="audit")
