"""What an operator gets wrong is one sentence that says what to do: no traceback, no secret, exit 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli.commands import app
from bot.config import ADVICE, SECRETS, Settings
from tests.wrong_settings import HUSH, SOUND, TOKEN, WRONG, lay


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("QALA_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.what)
def test_a_wrong_setting_is_one_sentence(wrong, monkeypatch, tmp_path):
    for name, value in lay(wrong, tmp_path).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 2, done.output
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("qala: ")
    assert wrong.names in sentence
    assert HUSH not in sentence
    assert not done.stdout


def test_there_are_forty_of_them():
    assert len({wrong.what for wrong in WRONG}) == len(WRONG) >= 40


PIECES = (
    "да",
    "жоқ",
    "３０",
    "1e400",
    "nan",
    "²",
    "https://",
    "http://бот.қаз",
    "socks5://",
    "postgresql://u:p@h",
    "sqlite:",
)
PIECES += (
    "[::",
    "%zz",
    "~/",
    "\udcff",
    "”",
    "'",
    "\n",
    "\t",
    " ",
    "#",
    "@",
    ":",
    "0x1",
    "1_000",
    "\u202e",
    "on",
    "a" * 300,
)


@given(
    st.sampled_from([f"QALA_{name.upper()}" for name in Settings.model_fields]),
    st.lists(
        st.sampled_from(PIECES) | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5), max_size=4
    ),
)
def test_whatever_stands_in_a_setting_it_is_taken_or_one_sentence_names_it(name, pieces):
    from bot.config import SettingsError, load_settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, "".join(pieces))
        try:
            load_settings()
        except SettingsError as error:
            (sentence,) = str(error).splitlines()
            assert name.removesuffix("_FILE") in sentence


def test_every_setting_has_its_advice():
    assert ADVICE.keys() == Settings.model_fields.keys()
    assert {f"{name}_file" for name in SECRETS} == {name for name in Settings.model_fields if name.endswith("_file")}


ROOT = Path(__file__).resolve().parents[3]


def test_a_program_of_its_own_says_it_before_it_loads_what_takes_long(tmp_path):
    code = "import sys; from bot.__main__ import main\ntry: main()\nfinally: print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "run"],
        cwd=tmp_path,
        env=os.environ | SOUND | {"QALA_ADMIN": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "qala: QALA_ADMIN: there is no such setting; QALA_ADMINS is meant, perhaps\n"
    assert not {"aiogram", "feedparser", "trafilatura", "apscheduler"} & set(done.stdout.split())


def test_another_users_files_are_told_and_not_waited_for(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    theirs = tmp_path / "data/qala.lock"
    theirs.touch()
    access = os.access  # root may everything, so whose file it is cannot be shown by rights
    monkeypatch.setattr(os, "access", lambda path, mode: path != Path("data/qala.lock") and access(path, mode))
    for name, value in SOUND.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["run"])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "QALA_DATA_DIR: data/qala.lock belongs to another user: chown -R" in done.stderr


def test_secrets_may_stand_in_files(monkeypatch, tmp_path):
    from bot.config import load_settings

    values = {"bot_token": TOKEN, "webhook_secret": "a-secret", "metrics_secret": "m", "database_url": "sqlite:///x.db"}
    for name, value in values.items():
        (tmp_path / name).write_text(f"{value}\n", encoding="utf-8")
        monkeypatch.setenv(f"QALA_{name.upper()}_FILE", str(tmp_path / name))
    own = load_settings()
    assert own.database == values["database_url"]
    for name in ("bot_token", "webhook_secret", "metrics_secret"):
        assert getattr(own, name).get_secret_value() == values[name]


def test_what_the_machine_itself_names_like_a_setting_is_let_be(monkeypatch):
    from bot.config import load_settings

    for name in ("QALA_SERVICE_HOST", "QALA_PORT", "QALA_PORT_8090_TCP_ADDR"):
        monkeypatch.setenv(name, "10.0.0.1")
    assert "10.0.0.1" not in str(load_settings())


def test_an_env_file_as_windows_writes_it_is_read(monkeypatch, tmp_path):
    from bot.config import load_settings

    (tmp_path / ".env").write_bytes("QALA_ADMINS=7\r\n# қала\r\n".encode("utf-8-sig"))
    assert load_settings().admins == (7,)
