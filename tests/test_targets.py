"""The list of machines that need no compiler is whole, and made for the lock that is here."""

import re
import tomllib

from tests.targets import LIST, LOCK, PLATFORMS, PYTHONS, ROOT, listed


def test_every_target_was_resolved_from_wheels_for_this_lock():
    assert LIST.read_text(encoding="utf-8") == listed(), "run: make lock"


def test_the_targets_are_the_machines_people_have():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert oldest == f">={PYTHONS[0]}"
    assert {platform.partition("-")[0] for platform in PLATFORMS} == {"x86_64", "aarch64"}


def test_what_has_no_wheel_for_arm_is_taken_where_it_has_one():
    marker = re.search(r"^dawg2==\S+ ; (.+) \\$", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert marker is not None
    assert "platform_machine == 'x86_64'" in marker[1]
