"""The list of migrations; each commits together with its own record of having been applied."""

from sqlite_utils import Database, Migrations


class ByName(Migrations):
    """Migrations that lie in several files and are applied in the order of their names, however these are imported."""

    def pending(self, db: Database) -> list[Migrations._Migration]:
        """What is still to be applied, in order."""
        return sorted(super().pending(db), key=lambda one: one.name)


MIGRATIONS = ByName("madoguchi")
