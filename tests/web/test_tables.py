"""A start applies migrations only when there are any to apply."""

import psycopg
import pytest

from ggzy.web.supervisor.tables import up_to_date


@pytest.fixture
def database(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def test_a_migrated_database_needs_nothing(database_url):
    assert up_to_date(database_url)


def test_one_migration_that_is_missing_is_noticed(database_url, database):
    database.execute("DELETE FROM django_migrations WHERE app = 'kernel' AND name LIKE '0001%'")
    assert not up_to_date(database_url)


def test_what_a_later_release_did_is_no_reason_to_migrate(database_url, database):
    database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '9999_later', now())")
    assert up_to_date(database_url)


def test_a_new_database_and_one_that_is_away_are_left_to_migrate(database_url, database):
    database.execute("DROP TABLE django_migrations")
    assert not up_to_date(database_url)
    assert not up_to_date("postgresql://localhost:1/nobody")
