"""A PostgreSQL role that may not do what Qala needs is a sentence that says what to grant."""

import asyncpg
import pytest

from storage import UnusableStoreError, open_storage
from tests.postgres import Cluster


async def test_a_role_without_rights_is_told_what_its_owner_must_grant(postgres: Cluster):
    connection = await asyncpg.connect(postgres.url("postgres"))
    try:
        await connection.execute("CREATE ROLE plain LOGIN")
        await connection.execute("CREATE DATABASE plain_city")
        url = postgres.url("plain_city").replace("qala@", "plain@")
        with pytest.raises(UnusableStoreError, match=r"ALTER DATABASE .* OWNER TO"):
            await open_storage(url)
        await connection.execute("ALTER DATABASE plain_city OWNER TO plain")
        await (await open_storage(url)).close()
    finally:
        await connection.execute("DROP DATABASE plain_city")
        await connection.execute("DROP ROLE plain")
        await connection.close()


async def test_a_database_or_role_that_there_is_not_is_a_setting(postgres: Cluster):
    for url in (postgres.url("nowhere"), postgres.url("postgres").replace("qala@", "nobody@")):
        with pytest.raises(UnusableStoreError, match="QALA_DATABASE_URL"):
            await open_storage(url)
