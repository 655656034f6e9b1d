"""The order in which waiting messages are sent: each rank has its share, so none starves. Pure."""

from collections.abc import Mapping
from typing import Final

URGENT, ALERT, POST, DIGEST, BROADCAST = range(5)
"""Urgent alerts, alerts, posts of channels, digests, broadcasts. Replies to people come before all of them."""
RANKS: Final = (URGENT, ALERT, POST, DIGEST, BROADCAST)
SHARES: Final[Mapping[int, int]] = {URGENT: 16, ALERT: 8, POST: 4, DIGEST: 2, BROADCAST: 1}
"""How many messages of each rank go in one round, while all ranks wait."""


class Gate:
    """Shares turns among the ranks. It remembers from one claim to the next what each rank is owed."""

    def __init__(self) -> None:
        self._credit = dict.fromkeys(RANKS, 0.0)

    def share(self, waiting: Mapping[int, int], room: int) -> dict[int, int]:
        """How many messages of each rank may go, given how many wait; together at most `room`."""
        left = {rank: count for rank, count in waiting.items() if count > 0}
        taken: dict[int, int] = {}
        for rank in RANKS:
            if rank not in left:
                self._credit[rank] = 0.0  # a rank with nothing waiting saves up no turns
        while left and sum(taken.values()) < room:
            for rank in left:
                self._credit[rank] += SHARES[rank]
            chosen = max(left, key=lambda rank: (self._credit[rank], -rank))
            self._credit[chosen] -= sum(SHARES[rank] for rank in left)
            taken[chosen] = taken.get(chosen, 0) + 1
            left[chosen] -= 1
            if not left[chosen]:
                del left[chosen]
        return taken
