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


def test_every_base_is_an_exact_version():
    images = re.findall(r"^FROM (\S+)|^\s+image: (\S+)", CONTAINER + "\n" + COMPOSE, re.MULTILINE)
    assert len(images) == 4
    assert not [
        image for image in map("".join, images) if not re.search(r":\d+\.\d+(\.\d+)?(-\w+)*(@sha256:\w+)?$", image)
    ]


def test_the_password_of_the_database_reaches_those_who_need_it():
    services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", COMPOSE.partition("services:")[2], re.MULTILINE))
    needed = {name for name, text in services.items() if "${POSTGRES_PASSWORD" in text}
    assert needed == {"replica", "database"}
    everybodys = COMPOSE.partition("services:")[0]
    assert 'POSTGRES_PASSWORD: ""' in everybodys  # .env is read by every Qala
    assert 'POSTGRES_PASSWORD: ""' in services["replica"]
    assert "env_file" not in services["database"] + services["proxy"]


def test_no_secret_and_no_data_goes_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "data", ".git", ".venv"} <= set(ignored)
    assert not {"bot", "storage", "README.md", "LICENSE", "requirements.lock"} & set(ignored)


def test_every_service_comes_back_by_itself():
    services = dict(
        re.findall(
            r"^  (\w+):\n((?:    .*\n|\n)+)", COMPOSE.partition("services:")[2].partition("\nconfigs:")[0], re.MULTILINE
        )
    )
    assert not [name for name, text in services.items() if "restart:" not in text and "<<: *qala" not in text]
    assert "restart: unless-stopped" in COMPOSE.partition("services:")[0]


def test_a_password_stands_in_no_address_and_nothing_hides_the_data_folder():
    assert not re.search(r"postgresql://[^@\s]*:", COMPOSE)
    assert not re.search(r"tmpfs: .*/data", COMPOSE)


def test_the_proxy_speaks_https_where_it_is_told_its_name():
    assert "{$$DOMAIN} {" in COMPOSE  # `$$` reaches Caddy as `$`
    assert "443:443" in COMPOSE
