"""The power goes or the disk fills: short cuts of benchmarks/power.py."""

import shutil

import pytest

from benchmarks.power import build_shim, full_disks, many_writers, migration_cuts, power_cuts

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler: writes cannot be logged")


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    return build_shim(tmp_path_factory.mktemp("shim"))


def test_no_power_cut_loses_what_was_acknowledged(shim):
    assert power_cuts(shim, 30, transactions=20) == []


def test_a_power_cut_in_a_migration_leaves_a_store_that_the_next_start_brings_up_to_date(shim):
    assert migration_cuts(shim, 3, schemas=[8, 18]) == []


def test_a_disk_that_was_full_for_a_while_lost_nothing(shim):
    assert full_disks(shim, 2) == []


def test_programs_that_write_beside_each_other_never_find_the_store_locked():
    assert many_writers(4, 40) == []
