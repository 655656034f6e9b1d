"""Small facts about the installation itself, by name: until when the token is silent, why sending was halted."""

from storage.database import Database


class Facts:
    """Names and values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """What was remembered under this name, None where nothing was."""
        value = await self._database.fetchval("SELECT value FROM facts WHERE name = $1", name)
        return None if value is None else str(value)

    async def put(self, name: str, value: str) -> None:
        """Remember a value in place of the old one."""
        await self._database.execute(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    async def drop(self, name: str) -> None:
        """Forget it."""
        await self._database.execute("DELETE FROM facts WHERE name = $1", name)
