"""Roles: families exclude each other, sensitive roles take two persons and end, the last administrator stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ggzy.commons.identity import administrators, granting
from ggzy.commons.identity.models import Account, Grant, Membership
from ggzy.commons.identity.queries import act_for, hats
from ggzy.commons.identity.roles import ADMINISTRATORS, PARTY, families, roles
from ggzy.commons.parties.models import Party
from ggzy.kernel import clock
from ggzy.kernel.act import Act
from ggzy.kernel.actions import perform
from ggzy.kernel.errors import Conflict, Forbidden, NotFound, Unprocessable
from ggzy.kernel.ledger.models import Event

YEAR = timedelta(days=360)
OPERATOR = Act("operator:zhang", "operator", "console")


@pytest.fixture
def secadmins(account):
    """Two security administrators, named at the machine by two operators."""
    for login in ("sec1", "sec2", "sec3"):
        who = account(login)
        given = {"account": who, "role": "secadmin", "ground": "任命文件〔2026〕1号", "second": "operator:li", "until": clock.now() + YEAR}
        if login == "sec3":  # from now on it is theirs to grant
            with pytest.raises(Conflict):
                perform(OPERATOR, "grant.appoint", **given)
        else:
            with pytest.raises(Forbidden):
                perform(OPERATOR, "grant.appoint", **given | {"second": OPERATOR.actor})
            perform(OPERATOR, "grant.appoint", **given)
    held = administrators.in_force("secadmin").order_by("pk")
    return [Act(grant.account.actor, "secadmin", "web") for grant in held.select_related("account")]


def _propose(act, account, role, **given):
    given = {"until": clock.now() + YEAR, "ground": "任命文件〔2026〕2号"} | given
    return perform(act, "grant.propose", account=account, role=role, **given).result


def test_a_sensitive_role_takes_two_persons_and_holds_for_a_time(secadmins, account):
    one, two = secadmins
    who = account("zhao")
    grant = _propose(one, who, "registrar")
    found = Account.objects.get(number=who)
    assert hats(found) == []
    with pytest.raises(Forbidden):
        perform(one, "grant.confirm", account=who, grant=grant)
    perform(two, "grant.confirm", account=who, grant=grant)
    (hat,) = hats(found)
    assert (hat.role, hat.title) == ("registrar", "主体登记人员")
    assert act_for(found, hat, "web").role == "registrar"
    Grant.objects.filter(pk=grant).update(since=clock.now() - 2 * YEAR, until=clock.now() - YEAR)
    assert hats(found) == []


@pytest.mark.parametrize(("until", "role"), [(None, "audit"), (timedelta(days=400), "audit"), (timedelta(days=-1), "helpdesk")])
def test_a_role_that_does_not_end_in_time_is_not_granted(secadmins, account, until, role):
    with pytest.raises(Unprocessable) as refused:
        _propose(secadmins[0], account("zhao"), role, until=until and clock.now() + until)
    assert refused.value.code == "grant.until"


def test_a_plain_role_is_granted_by_one_for_its_region_and_markets(secadmins, account):
    who = account("zhao")
    _propose(secadmins[0], who, "helpdesk", until=None, region="3101", markets=["land"])
    (hat,) = hats(Account.objects.get(number=who))
    assert (hat.regions, hat.markets) == (("3101",), ("land",))


@pytest.mark.parametrize("first", [family for family in families() if family != "party"])
def test_no_account_has_roles_of_two_families(secadmins, account, first):
    who = account("zhao")
    mine = next(role.code for role in roles().values() if role.family == first)
    _propose(secadmins[0], who, mine)
    for role in roles().values():
        if role.family != first:
            with pytest.raises(Conflict) as refused:
                _propose(secadmins[0], who, role.code)
            assert refused.value.code == "grant.family"
    found = Account.objects.get(number=who)
    with pytest.raises(Conflict):
        granting.join(found, PARTY)


def test_the_database_refuses_two_families_too(secadmins, account):
    who = account("zhao")
    _propose(secadmins[0], who, "line")
    found = Account.objects.get(number=who)
    other = {"family": "audit", "role": "audit", "since": clock.now(), "until": clock.now() + YEAR, "ground": "x",
             "proposed_by": "a", "proposed_at": clock.now()}  # fmt: skip
    party = Party.objects.create(kind="legal", name="甲", at=clock.now())
    place = {"account": found, "party": party, "position": "staff", "state": "in_force", "invited_by": "a", "invited_at": clock.now()}
    for wrong in (
        lambda: Grant.objects.create(account=found, **other),
        lambda: Grant.objects.create(account=found, **other | {"family": "line"}),
        lambda: Grant.objects.create(account=found, **other | {"role": "inspection"}),
        lambda: Membership.objects.create(**place, family=PARTY),
        lambda: Membership.objects.create(**place),
        lambda: Account.objects.filter(pk=found.pk).update(family="audit"),
        lambda: Grant.objects.filter(account=found).update(state="in_force"),
        lambda: Grant.objects.filter(account=found).update(until=None),
        lambda: Grant.objects.filter(account=found).update(family=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_who_lays_down_all_roles_may_get_those_of_another_family(secadmins, account):
    who = account("zhao")
    grant = _propose(secadmins[0], who, "helpdesk")
    perform(Act(f"account:{who}", "person", "web"), "grant.end", account=who, grant=grant, reason="调岗")
    _propose(secadmins[0], who, "line")


@pytest.mark.parametrize("leave", ["end", "lock", "close"])
def test_the_last_administrator_of_a_kind_cannot_leave(secadmins, account, leave):
    one, two = secadmins
    first, second = (act.actor.partition(":")[2] for act in secadmins)
    grant = Grant.objects.get(account__number=first).pk
    perform(one, "grant.end", account=first, grant=grant, reason="调岗")
    assert administrators.in_force("secadmin").count() == 1
    steps = {
        "end": lambda: perform(two, "grant.end", account=second, grant=Grant.objects.get(account__number=second).pk, reason="调岗"),
        "lock": lambda: perform(Act("account:x", "sysadmin", "web"), "account.lock", account=second, reason="离职"),
        "close": lambda: perform(two, "account.close", account=second, reason="离职"),
    }
    with pytest.raises(Conflict) as refused:
        steps[leave]()
    assert refused.value.code == "grant.last_administrator"


def test_a_role_is_not_given_to_oneself_nor_twice_nor_by_anybody_else(secadmins, account):
    who, own = account("zhao"), secadmins[0].actor.partition(":")[2]
    with pytest.raises(Forbidden):
        _propose(secadmins[0], own, "secadmin")
    _propose(secadmins[0], who, "helpdesk")
    with pytest.raises(Conflict):
        _propose(secadmins[0], who, "helpdesk")
    with pytest.raises(Unprocessable):
        _propose(secadmins[0], who, "king")
    with pytest.raises(NotFound):
        _propose(secadmins[0], str(uuid4()), "helpdesk")
    for role in ("sysadmin", "operator", "audit", "person"):
        with pytest.raises(Forbidden):
            _propose(Act("account:x", role, "web"), who, "venues")


def test_a_closed_account_leaves_nothing_behind_that_names_the_person(secadmins, account):
    who = account("qian")
    _propose(secadmins[0], who, "helpdesk")
    perform(Act(f"account:{who}", "person", "web"), "account.close", account=who, reason="离职")
    found = Account.objects.get(number=who)
    assert (found.state, found.name, found.phone, found.login, found.password) == ("closed", "", "", f"closed:{who}", "")
    assert not found.grants.filter(state="in_force").exists() and not found.is_active
    account("qian")
    assert not [body for body in Event.objects.values_list("body", flat=True) if "王小明" in body or "qian" in body]


def test_every_administrator_is_a_family_of_its_own():
    assert {roles()[one].family for one in ADMINISTRATORS} == set(ADMINISTRATORS)
    assert {role.family for role in roles().values()} <= families().keys()
