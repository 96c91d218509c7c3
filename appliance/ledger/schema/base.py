"""The list of migrations; each commits together with its own record of having been applied."""

from sqlite_utils import Migrations

MIGRATIONS = Migrations("madoguchi")
