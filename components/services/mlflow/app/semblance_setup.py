"""Runs once before MLflow starts, and again whenever something that it sets has changed: migrations of both schemas, the
administrator, and one user per client with an experiment of its own. However often it runs, the outcome is the same."""

import logging
import os
import sys
import time

import psycopg
import semblance_mlflow as ours

WAIT_SECONDS = 120
# Two set-up jobs at a time would race; this number is ours.
LOCK = 730_114_024
ADMINISTRATOR_FILE = "administrator-password"
log = logging.getLogger("semblance.setup")


class SetupError(Exception):
    """Something that a person has to put right."""


def wait_for_database() -> psycopg.Connection:
    """A connection that holds the lock until the job ends."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection = psycopg.connect("service=mlflow", autocommit=True)
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            return connection
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise SetupError(f"PostgreSQL did not let us in within {WAIT_SECONDS} s: {error}") from error
            log.info("PostgreSQL does not answer yet", extra={"reason": str(error).strip()})
            time.sleep(2)


def revision(engine, config, table: str) -> str | None:
    """Revision of the schema; refuses one that this version does not know."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"version_table": table}).get_current_revision()
    if found is not None and found not in {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}:
        raise SetupError(
            f"the database was written by a newer MLflow ({table} has {found}, which this version does not know); "
            "nothing was changed: use that version, or restore a backup of this one"
        )
    return found


def migrate() -> None:
    """Brings the tables of runs and those of users, which keep separate histories in one database, to this version."""
    from mlflow.server.auth.db import utils as users
    from mlflow.store.db import utils as runs

    engine = runs.create_sqlalchemy_engine_with_retry(ours.DATABASE_URI)
    found = revision(engine, runs._get_alembic_config(ours.DATABASE_URI), "alembic_version")
    of_users = revision(engine, users._get_alembic_config(ours.DATABASE_URI), "alembic_version_auth")
    log.info("migrating", extra={"runs": found, "users": of_users})
    # What `mlflow db upgrade` does, which takes tables of users for those of an old MLflow.
    (runs._initialize_tables if found is None else runs._upgrade_db)(engine)
    users.migrate(engine, "head")
    engine.dispose()


def account(store, name: str, password: str, *, is_admin: bool) -> None:
    """A user with this password and this rank."""
    if not store.has_user(name):
        store.create_user(name, password, is_admin=is_admin)
        log.info("user created", extra={"user": name})
    elif not store.authenticate_user(name, password):
        store.update_user(name, password=password)
        log.info("password changed", extra={"user": name})
    if store.get_user(name).is_admin != is_admin:
        store.update_user(name, is_admin=is_admin)


def experiment(runs, users, client: str) -> None:
    """An experiment called after the client, which only the client and the administrator see."""
    found = runs.get_experiment_by_name(client)
    if found is None:
        identity = runs.create_experiment(client)
        log.info("experiment created", extra={"experiment": client})
    else:
        identity = found.experiment_id
        if found.lifecycle_stage != "active":
            runs.restore_experiment(identity)
    users.grant_user_permission(client, "experiment", identity, "MANAGE")


def run() -> None:
    with wait_for_database():
        migrate()
        from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore as Users
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as Runs

        users = Users()
        users.init_db(ours.DATABASE_URI)
        runs = Runs(ours.DATABASE_URI, "mlflow-artifacts:/")
        account(users, os.environ["ADMINISTRATOR"], ours.secret(ADMINISTRATOR_FILE), is_admin=True)
        for client in filter(None, os.environ["CLIENTS"].split(",")):
            account(users, client, ours.secret(f"client-{client}"), is_admin=False)
            experiment(runs, users, client)


def main() -> int:
    started = time.monotonic()
    ours.log_as_json()
    try:
        run()
    except SetupError as error:
        log.error(str(error))
        return 1
    except Exception:
        log.exception("set-up failed; the database is as the last finished step left it, and the job can run again")
        return 1
    log.info("done", extra={"seconds": round(time.monotonic() - started, 1)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
