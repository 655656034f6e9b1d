"""What an operator copies, alarms, a dashboard, a unit, and the guides, name what there is, and all there is."""

import json
import re
from pathlib import Path

import pytest
import typer

from bot.cli.commands import app
from bot.config import SECRETS, Settings
from bot.intake.metrics import Metrics

ROOT = Path(__file__).resolve().parent.parent
GUIDES = [ROOT / "docs" / name for name in ("operating.md", "operating.ru.md", "operating.kk.md")]
PUBLIC = {f"QALA_{name.upper()}" for name in Settings.model_fields}


def metrics() -> set[str]:
    """Names as Prometheus has them."""
    found = set()
    for family in Metrics().registry.collect():
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
        found |= {family.name + one for one in ends.get(family.type, ("",))}
    return found


def named(text: str) -> set[str]:
    return set(re.findall(r"\bqala_[a-z_]+\b", text))


def test_alarms_and_the_dashboard_name_metrics_that_there_are():
    alarms = (ROOT / "deploy/alerts.yml").read_text(encoding="utf-8")
    board = json.loads((ROOT / "deploy/dashboard.json").read_text(encoding="utf-8"))
    drawn = {name for panel in board["panels"] for one in panel["targets"] for name in named(one["expr"])}
    assert named(alarms) | drawn <= metrics()
    # A dashboard shows everything; of a histogram its buckets are enough.
    assert not {name for name in metrics() - drawn if not name.endswith(("_sum", "_count"))}


def commands(of: typer.Typer) -> set[str]:
    """Names as they are typed."""
    return {one.name or one.callback.__name__.rstrip("_") for one in of.registered_commands if one.callback}


def untold(text: str) -> set[str]:
    """Settings, commands and metrics that a guide does not tell of, and those that it invents."""
    families = {re.sub("_(total|bucket|sum|count)$", "", name) for name in metrics()}
    told = {re.sub("_(total|bucket|sum|count)$", "", name) for name in named(text)}
    groups = {str(group.name): commands(group.typer_instance) for group in app.registered_groups}
    found = {"settings": set(re.findall(r"\bQALA_[A-Z_]+\b", text)) ^ PUBLIC, "metrics": told ^ families}
    found["commands"] = set(re.findall(r"`(?:\.venv/bin/)?qala ([a-z]+)", text)) ^ (commands(app) | groups.keys())
    for group, known in groups.items():
        listed = re.findall(rf"`qala {group}`\s+\(([^)]*)\)", text)
        found[group] = set(re.findall(r"`([a-z]+)`", "".join(listed))) ^ known
        found[group] |= set(re.findall(rf"qala {group} ([a-z]+)", text)) - known
    return set().union(*found.values())


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_setting_command_and_metric_is_in_the_guide_and_the_other_way_round(guide):
    assert not untold(guide.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("QALA_KEEP_DAYS", "QALA_KEEP_HOURS"),
        ("`qala stories`", "`qala tales`"),
        ("`suggest`", "`propose`"),
        ("qala_tasks", "qala_threads"),
    ],
)
def test_what_a_guide_leaves_out_or_invents_is_found(there, instead):
    text = GUIDES[0].read_text(encoding="utf-8")
    assert untold(text.replace(there, instead)) == {re.sub("`|qala ", "", one) for one in (there, instead)}


def test_the_unit_starts_qala_with_settings_that_there_are():
    unit = (ROOT / "deploy/qala.service").read_text(encoding="utf-8")
    assert set(re.findall(r"\bQALA_[A-Z_]+", unit)) <= PUBLIC
    assert "RestartPreventExitStatus=2" in unit
    assert {f"QALA_{name.upper()}_FILE" for name in SECRETS} <= PUBLIC


@pytest.mark.parametrize("guide", [ROOT / "docs" / name for name in ("reading.ru.md", "reading.kk.md")], ids=str)
def test_the_readers_guide_names_every_command_in_the_menu(guide):
    from handlers.menus import ADMIN_COMMANDS, COMMANDS

    told = set(re.findall(r"(?<![\w/.])/([a-z]+)\b", guide.read_text(encoding="utf-8")))
    assert set(COMMANDS) <= told
    assert told <= {*COMMANDS, *ADMIN_COMMANDS}
