"""What readers chose about stories that were merged: it holds for the story they went into."""

from storage.database import Transaction


async def follow_on(tx: Transaction, gone: int, story: int) -> None:
    """Whoever followed or muted the story `gone` follows or mutes `story` from now on; nobody twice.

    A followed story's value is its number and the headline it was followed by: that headline stays.
    """
    followers = await tx.fetch(
        "SELECT chat_id, value FROM subscriptions WHERE kind = 'story' AND value LIKE $1", f"{gone} %"
    )
    already = await tx.fetch("SELECT chat_id FROM subscriptions WHERE kind = 'story' AND value LIKE $1", f"{story} %")
    twice = {row["chat_id"] for row in already}
    muters = await tx.fetch("SELECT chat_id FROM muted WHERE kind = 'story' AND value = $1", str(gone))
    await tx.execute("DELETE FROM subscriptions WHERE kind = 'story' AND value LIKE $1", f"{gone} %")
    await tx.executemany(
        "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, 'story', $2)",
        [
            (row["chat_id"], f"{story} {row['value'].partition(' ')[2]}")
            for row in followers
            if row["chat_id"] not in twice
        ],
    )
    await tx.execute("DELETE FROM muted WHERE kind = 'story' AND value = $1", str(gone))
    await tx.executemany(
        "INSERT INTO muted (chat_id, kind, value) VALUES ($1, 'story', $2) ON CONFLICT DO NOTHING",
        [(row["chat_id"], str(story)) for row in muters],
    )
    # Whom they share a digest with is worked out anew: its description names the story that is gone.
    await tx.executemany(
        "UPDATE subscribers SET audience = NULL WHERE chat_id = $1",
        [(chat,) for chat in {row["chat_id"] for row in (*followers, *muters)}],
    )
