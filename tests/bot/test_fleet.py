"""Two simulated hours among fifty sites, exact to the article; benchmarks/fleet.py sails the whole day."""

from tests.fleet import Clock, make_fleet
from tests.fleet_run import sail

# These two cost seconds of waiting or CPU each time; tests of their own have them.
COSTLY = {"slow", "poison"}


async def test_what_the_fleet_serves_is_what_comes_in_and_nobody_is_asked_rudely(tmp_path):
    clock = Clock(1_795_305_600)
    fleet = [outlet for outlet in make_fleet(clock, hours=2) if outlet.name not in COSTLY]
    voyage = await sail(str(tmp_path), fleet, clock, hours=2)
    assert voyage.faults() == []
    assert len(voyage.articles) > 100
    events = sorted(event for event in voyage.notices if event[0] in ("errors", "missing"))
    assert events == [("errors", "back"), ("errors", "down"), ("missing", "down")]
