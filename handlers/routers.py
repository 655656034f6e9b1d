"""All routers in the order they are asked."""

from aiogram import Router

from handlers import alerts, buttons, digest, inline, lists, said, saved, settings, start
from handlers import start as membership
from handlers.admin import bans, broadcast, sources, stats


def make_routers() -> list[Router]:
    """Fresh routers for one dispatcher; a router can be attached only once."""
    return [
        membership.make_membership_router(),
        start.make_router(),
        lists.make_router(),
        settings.make_router(),
        alerts.make_router(),
        digest.make_router(),
        digest.make_schedule_router(),
        sources.make_router(),
        stats.make_router(),
        broadcast.make_router(),
        bans.make_router(),
        saved.make_router(),
        buttons.make_router(),
        inline.make_router(),
        said.make_router(),
    ]
