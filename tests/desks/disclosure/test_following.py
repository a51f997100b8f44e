"""The writing process: what it must never lose, double or show."""

import signal
import subprocess
import sys
import time
from threading import Event, Timer

from django.core.management import call_command
from django.db import connection

from ggzy.desks.disclosure import following, index
from ggzy.desks.disclosure.query import Query, search
from ggzy.kernel.ledger.feed import end

FOLLOW = (sys.executable, "-c", "from ggzy.web.cli import main; main()", "follow")


def _notice(key: str, title: str, day: str = "20260301090000") -> tuple[str, str, dict[str, str]]:
    return ("503", key, {"NOTICE_NAME": title, "NOTICE_CONTENT": title, "NOTICE_SEND_TIME": day})


def _titles(words: str = "") -> list[str]:
    return [hit.title for hit in search(Query(words, size=100)).hits]


def _until(condition, seconds: float = 15) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "this took too long"
        time.sleep(0.05)


def test_an_edit_replaces_and_a_withdrawal_removes(ledger, caught_up):
    ledger.publish(_notice("a", "道路一"), _notice("b", "道路二"))
    caught_up()
    ledger.publish(_notice("a", "桥梁一"))
    ledger.publish(("503", "b", None))
    caught_up()
    assert _titles() == ["桥梁一"]
    assert _titles("道路") == []
    ledger.publish(_notice("b", "隧道二"))
    caught_up()
    assert sorted(_titles()) == ["桥梁一", "隧道二"]


def test_edits_within_one_event_leave_the_last(ledger, caught_up):
    ledger.publish(_notice("a", "第一版"), _notice("a", "第二版"), _notice("a", "第三版"))
    caught_up()
    assert _titles() == ["第三版"]


def test_a_late_record_lands_at_its_day(ledger, caught_up):
    ledger.publish(_notice("a", "三月", "20260301090000"), _notice("c", "一月", "20260101090000"))
    ledger.publish(_notice("b", "二月", "20260201090000"))
    caught_up()
    assert _titles() == ["三月", "二月", "一月"]


def test_reading_the_same_events_again_changes_nothing(ledger, caught_up):
    ledger.publish(_notice("a", "道路"))
    ledger.publish(_notice("a", "桥梁"), _notice("b", "隧道"))
    caught_up()
    before = search(Query())
    caught_up()
    again = index.Writer(following.rebuild())
    assert again.cursor == end()
    index.reader = index.Reader()
    after = search(Query())
    assert (before.hits, before.total, before.facets) == (after.hits, after.total, after.facets)


def test_the_follower_shows_what_is_published_within_a_second(ledger, running_follower):
    ledger.publish(_notice("a", "道路"))
    _until(lambda: _titles() == ["道路"])
    ledger.publish(_notice("b", "桥梁", "20260302090000"))
    began = time.monotonic()
    _until(lambda: _titles() == ["桥梁", "道路"])
    assert time.monotonic() - began < 2


def test_the_follower_outlives_its_connection(ledger, running_follower):
    ledger.publish(_notice("a", "道路"))
    _until(lambda: _titles() == ["道路"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    ledger.publish(_notice("b", "桥梁", "20260302090000"))
    _until(lambda: _titles() == ["桥梁", "道路"])


def test_the_old_index_serves_while_a_new_one_is_built(ledger, running_follower, capsys):
    ledger.publish(*(_notice(f"k{n}", f"道路 {n}") for n in range(50)))
    _until(lambda: len(_titles()) == 50)
    old = index.current()
    call_command("reindex")
    assert index.current() != old
    assert not old.exists()
    assert len(_titles()) == 50
    ledger.publish(_notice("late", "桥梁"))
    _until(lambda: len(_titles()) == 51)
    assert "完成" in capsys.readouterr().out


def test_a_search_never_sees_less_than_the_old_index_during_a_rebuild(ledger, caught_up, monkeypatch):
    ledger.publish(_notice("a", "道路"))
    caught_up()
    seen = []
    following.rebuild(lambda done, last: seen.append(len(_titles())))
    assert seen
    assert set(seen) == {1}


def test_an_index_of_another_form_is_built_anew(ledger, caught_up, monkeypatch):
    ledger.publish(_notice("a", "道路"))
    caught_up()
    monkeypatch.setattr(index, "FORM", index.FORM + 1)
    assert index.current() is None
    following.rebuild()
    index.reader = index.Reader()
    assert _titles() == ["道路"]


def test_killed_writers_lose_and_double_nothing(ledger, environment):
    published = 0
    for _ in range(3):
        before = search(Query()).total
        follower = subprocess.Popen(FOLLOW, env=environment)
        try:
            for _ in range(8):
                ledger.publish(*(_notice(f"k{n}", f"道路 {n}") for n in range(published, published + 10)))
                published += 10
                time.sleep(0.05)
            _until(lambda before=before: search(Query()).total > before)
        finally:
            follower.send_signal(signal.SIGKILL)
            follower.wait()
    with subprocess.Popen(FOLLOW, env=environment) as follower:
        ledger.publish(_notice(f"k{published}", f"道路 {published}"))
        published += 1
        _until(lambda: search(Query()).total == published)
        follower.send_signal(signal.SIGTERM)
        assert follower.wait(10) == 0
    titles = [hit.title for page in (1, 2, 3) for hit in search(Query(size=100, page=page)).hits]
    assert sorted(titles) == sorted(f"道路 {n}" for n in range(published))


def test_a_second_writer_waits_for_the_first_or_until_it_is_told_to_stop(settings, tmp_path):
    settings.HOME = tmp_path
    stop = Event()
    with index.locked("writer"):
        Timer(0.2, stop.set).start()
        with index.locked("writer", stop) as held:
            assert not held
    with index.locked("writer", stop) as held:
        assert held
