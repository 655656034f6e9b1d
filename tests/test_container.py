"""No engine runs here: the container and compose files are held against what Qala really has."""

import re
from pathlib import Path

from bot.config import Settings

ROOT = Path(__file__).resolve().parent.parent
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_every_setting_they_name_exists():
    known = {f"QALA_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"QALA_[A-Z_]+", CONTAINER + COMPOSE)) <= known


def test_the_program_is_not_root_and_its_health_is_looked_at():
    last_stage = CONTAINER.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d+$", last_stage, re.MULTILINE)
    assert "/healthz" in last_stage


def test_the_file_system_is_read_only_and_nothing_is_privileged():
    assert "read_only: true" in COMPOSE
    assert "cap_drop: [ALL]" in COMPOSE
    assert set(re.findall(r"profiles: \[(\w+)\]", COMPOSE)) == {"one", "several"}


def test_the_proxy_looks_for_replicas_again_and_again():
    proxy = COMPOSE.partition("\nconfigs:")[2].partition("\nvolumes:")[0]
    assert re.search(r"dynamic a \{\s+name replica\s+port 8090", proxy)
    assert "- source: proxy" in COMPOSE
    assert "@own path /metrics /healthz /readyz" in proxy  # what the replicas tell their operator
    assert proxy.count("{") == proxy.count("}")


def test_no_secret_and_no_data_goes_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "data", ".git", ".venv"} <= set(ignored)
    assert not {"bot", "storage", "README.md", "LICENSE", "requirements.lock"} & set(ignored)
