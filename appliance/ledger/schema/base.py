"""The list of migrations; each commits together with its own record of having been applied.

A box goes back to the version before when a new one does not pass its self-test, and then opens the ledger that the new one has
brought up to date: nothing that was checked meanwhile may be lost. So a migration only adds: tables, columns that may be left out, plain
indexes. One that does more says so (`breaking`) and comes a version later than the code that can live with it.
"""

from collections.abc import Callable

from sqlite_utils import Database, Migrations

from appliance.eligibility.trouble import Trouble

Step = Callable[[Database], None]
BREAKING = "breaking_migrations"


class ByName(Migrations):
    """Migrations that lie in several files and are applied in the order of their names, however these are imported."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.breaks: frozenset[str] = frozenset()
        """Those of ours that a version must know to open a ledger that has them."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them in order."""
        return tuple(sorted(one.name for one in self._migrations))

    def pending(self, db: Database) -> list[Migrations._Migration]:
        """What is still to be applied, in order."""
        return sorted(super().pending(db), key=lambda one: one.name)

    def breaking(self, name: str) -> Callable[[Step], Step]:
        """A migration after which a version that does not know it must not open the ledger: it takes something away."""

        def marked(step: Step) -> Step:
            def run(db: Database) -> None:
                db.execute(f"INSERT INTO {BREAKING} (name) VALUES (?)", [name])
                step(db)

            self(name=name)(run)
            self.breaks |= {name}
            return step

        return marked

    def expect_readable(self, db: Database) -> None:
        """Raises `Trouble` UPDATE-001 for a ledger that a newer version has changed so that this one would spoil it."""
        missing = breaks_in(db) - self.breaks
        if missing:
            raise Trouble("UPDATE-001", ", ".join(sorted(missing)))


def breaks_in(db: Database) -> frozenset[str]:
    """The migrations that whoever opens this ledger must know. None in one that is older than the rule."""
    has_any = db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [BREAKING]).fetchone()
    return frozenset(row[0] for row in db.execute(f"SELECT name FROM {BREAKING}")) if has_any else frozenset()


MIGRATIONS = ByName("madoguchi")
