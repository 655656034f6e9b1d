"""The table of rules in docs/sandbox.md tells the truth."""

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_test_in_the_table_of_rules_exists():
    table = (HERE.parent.parent / "docs" / "sandbox.md").read_text()
    named = re.findall(r"`(test_\w+)` \|", table)
    there = {name for file in HERE.glob("test_*.py") for name in re.findall(r"def (test_\w+)\(", file.read_text())}
    assert len(named) > 100
    assert set(named) <= there, set(named) - there
    assert len(named) == len(set(named))
