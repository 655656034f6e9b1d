"""All routers in the order they are asked."""

from aiogram import Router

from handlers import (
    broadcast,
    buttons,
    choosing,
    digest,
    inline,
    membership,
    reading,
    saved,
    sources,
    start,
    stats,
    timing,
)


def make_routers() -> list[Router]:
    """Fresh routers for one dispatcher; a router can be attached only once."""
    return [
        membership.make_router(),
        start.make_router(),
        reading.make_router(),
        choosing.make_router(),
        digest.make_router(),
        timing.make_router(),
        sources.make_router(),
        stats.make_router(),
        broadcast.make_router(),
        saved.make_router(),
        buttons.make_router(),
        inline.make_router(),
        reading.make_last_router(),
    ]
