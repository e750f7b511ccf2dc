"""Runs once before Label Studio starts, and again whenever something that it sets has changed: migrations, the
administrator, the organization, tokens, and what the exporter may read. However often it runs, the outcome is the same."""

import logging.config
import os
import sys
import time
from pathlib import Path

import psycopg
import semblance_connections as to
from psycopg import sql

WAIT_SECONDS = 120
# Two set-up jobs at a time would race; this number is ours.
LOCK = 730_114_023
# Columns that the exporter counts. No token, no password, no annotation, no address is among them.
READABLE = {
    "project": ["id"],
    "task": ["id", "is_labeled"],
    "task_completion": ["id", "completed_by_id", "created_at", "updated_at", "was_cancelled"],
    "prediction": ["id"],
    "htx_user": ["id", "is_active"],
    "data_export_export": ["id", "status"],
}
# What people chose stays unseen: a function of ours compares it, and tells how often they agree.
AGREEMENT = Path(__file__).with_name("semblance_agreement.sql")
# What this version's migrations make of an empty database; our image has it.
SCHEMA = Path("/opt/label-studio/schema.sql")
log = logging.getLogger("label-studio-setup")


class SetupError(Exception):
    """Something that a person has to put right."""


def wait_for_database() -> psycopg.Connection:
    """A connection that holds the lock until the job ends."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection = psycopg.connect(**to.postgres(), autocommit=True)
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            return connection
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise SetupError(f"PostgreSQL did not let us in within {WAIT_SECONDS} s: {error}") from error
            log.info("PostgreSQL does not answer yet", extra={"reason": str(error).strip()})
            time.sleep(2)


def fill_empty(connection: psycopg.Connection) -> None:
    """
    The tables of an empty database, all or none. Not by migrations: several of them are no transactions, so that one that is
    cut off fails ever after; and they take half a minute.
    """
    (empty,) = connection.execute("SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')").fetchone()
    if not empty:
        return
    log.info("making the tables of an empty database")
    with connection.transaction():
        connection.execute(SCHEMA.read_text(encoding="utf-8"))


def migrate() -> None:
    """Brings the database to this version; refuses one that a newer version has written."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    known = {*loader.disk_migrations, *(name for one in loader.disk_migrations.values() for name in one.replaces)}
    newer = sorted(f"{app}.{name}" for app, name in loader.applied_migrations if app in loader.migrated_apps and (app, name) not in known)
    if newer:
        raise SetupError(
            f"the database was written by a newer Label Studio (it has {newer[-1]}, which this version does not know); "
            "nothing was changed: use that version, or restore a backup of this one"
        )
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    log.info("migrating", extra={"pending": len(plan)})
    if not plan:
        return
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as error:
        raise SetupError(
            f"a migration of Label Studio failed: {error}; where an earlier one was cut off in the middle it cannot go on, "
            "as some are no transactions: then restore the last backup, and run this again"
        ) from error


def administrator():
    """The user whose e-mail address and password the stack generated."""
    from users.models import User

    email = os.environ["ADMIN_EMAIL"]
    password = to.secret("admin-password")
    user = User.objects.filter(email=email).first() or User.objects.create_user(email=email, password=password)
    if not user.check_password(password):
        user.set_password(password)
        log.info("password of the administrator changed")
    user.is_staff = user.is_superuser = user.is_active = True
    user.save()
    return user


def organization(user) -> None:
    """The one organization, in which both kinds of API token work."""
    from organizations.models import Organization

    found = Organization.objects.order_by("id").first()
    if found is None:
        found = Organization.create_organization(created_by=user, title="Semblance Curation")
    found.add_user(user)
    if user.active_organization_id is None:
        user.active_organization = found
        user.save(update_fields=["active_organization"])
    found.jwt.api_tokens_enabled = True
    found.jwt.legacy_api_tokens_enabled = True
    found.jwt.save()


def api_token(user) -> None:
    """The administrator's token, as the stack generated it."""
    from rest_framework.authtoken.models import Token

    key = to.secret("api-token")
    if not Token.objects.filter(user=user, key=key).exists():
        Token.objects.filter(user=user).delete()
        Token.objects.create(user=user, key=key)
        log.info("API token of the administrator changed")


def grant_reader(connection: psycopg.Connection, reader: str) -> None:
    """What the exporter's role may read: the columns above and our function, and nothing that was granted before."""
    role = sql.Identifier(reader)
    with connection.transaction():
        connection.execute(sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {}").format(role))
        connection.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(role))
        for table, columns in READABLE.items():
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            statement = sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(listed, sql.Identifier(table), role)
            connection.execute(statement)
        connection.execute(AGREEMENT.read_text(encoding="utf-8"))
        connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION public.semblance_agreement() TO {}").format(role))


def run() -> None:
    with wait_for_database() as connection:
        import django

        django.setup(set_prefix=False)
        from django.db import transaction

        fill_empty(connection)
        migrate()
        with transaction.atomic():
            user = administrator()
            organization(user)
            api_token(user)
        if reader := os.environ.get("READER"):
            grant_reader(connection, reader)
    log.info("done")


def main() -> int:
    started = time.monotonic()
    # Configures logging; a mistake in the settings shows here as what it is.
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
    log.setLevel(logging.INFO)
    try:
        run()
    except SetupError as error:
        log.error(str(error))
        return 1
    except Exception:
        log.exception("set-up failed; the database is as the last finished step left it, and the job can run again")
        return 1
    log.info("set-up took", extra={"seconds": round(time.monotonic() - started, 1)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
