"""Whatever stands in the store, every view of it is a message that Telegram takes: a short cut of
benchmarks/views.py."""

from random import Random

import pytest

from tests.hostile import messages, refusal_of


@pytest.mark.parametrize("seed", range(8))
def test_no_view_of_anything_stored_is_refused_or_fails(seed, caplog):
    for name, message in messages(Random(f"views:{seed}")):
        assert refusal_of(message) is None, name
    hidden = [record.getMessage() for record in caplog.records if record.exc_info]
    assert not hidden, "a list lost an item by a bug of ours"
