"""Forty settings as people get them wrong, each with what the one sentence about it must name.

`tests/bot/cli/test_wrong_settings.py` holds them; `benchmarks/wrong_settings.py` prints them as a table, from real
processes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HUSH = "hushhush"
"""Stands in every secret below: no sentence may repeat it."""
TOKEN = f"123456:{HUSH}-hush-hush-hush-hush-hush-hush"
SOUND = {"QALA_BOT_TOKEN": TOKEN, "QALA_API_URL": "http://127.0.0.1:9", "QALA_LISTEN": "off"}


@dataclass(frozen=True)
class WrongSetting:
    """What somebody set: variables, a `.env`, things in the folder; `names` is what the sentence must hold."""

    what: str
    names: str
    variables: dict[str, str] = field(default_factory=dict)
    env_file: bytes | None = None
    prepare: Callable[[Path], object] = lambda _: None


def one(name: str, value: str, what: str = "") -> WrongSetting:
    """A wrong setting, and what it is about."""
    return WrongSetting(what or f"{name}={value}", name, {name: value})


def _hook(url: str, what: str = "", secret: str = HUSH) -> WrongSetting:
    settings = {"QALA_WEBHOOK_URL": url, "QALA_WEBHOOK_SECRET": secret, "QALA_API_URL": "https://api.telegram.org"}
    return WrongSetting(what or f"a webhook at {url}", "QALA_WEBHOOK_URL", settings)


def _folder(path: Path) -> None:
    path.mkdir(parents=True)


WRONG = [
    one("QALA_BOT_TOKEN", "", "no token"),
    one("QALA_BOT_TOKEN", "abc"),
    one("QALA_BOT_TOKEN", f'"{TOKEN}"', "a token in quotes"),
    one("QALA_BOT_TOKEN", f" {TOKEN}", "a blank before the token"),
    one("QALA_BOT_TOKEN", f"{TOKEN}\n", "a line's end behind the token"),
    one("QALA_BOT_TOKEN", f"bot{TOKEN}", "the token with bot before it"),
    one("QALA_BOT_TOKEN", TOKEN.replace(":", ";"), "a token without its colon"),
    WrongSetting("a token's file that is not there", "QALA_BOT_TOKEN_FILE",
                 {"QALA_BOT_TOKEN": "", "QALA_BOT_TOKEN_FILE": "nowhere/token"}),
    WrongSetting("a token's file that is empty", "QALA_BOT_TOKEN_FILE",
                 {"QALA_BOT_TOKEN": "", "QALA_BOT_TOKEN_FILE": "empty"}, prepare=lambda p: (p / "empty").touch()),
    one("QALA_BOT_TOKEN_FILE", "token", "a token and a token's file"),
    WrongSetting("the token itself where its file is named", "QALA_BOT_TOKEN_FILE",
                 {"QALA_BOT_TOKEN": "", "QALA_BOT_TOKEN_FILE": TOKEN}),
    one("QALA_CONTACT", "қала".encode("utf-16").decode(errors="surrogateescape"), "a value in UTF-16"),
    one("QALA_DATA_DIR", "/dev/null", "a data folder that is no folder"),
    one("QALA_DATA_DIR", "/dev/null/qala", "a data folder below a file"),
    one("QALA_DATA_DIR", "/proc/missing-disk/qala", "a data folder on a disk that is not there"),
    one("QALA_DATA_DIR", "~/qala"),
    WrongSetting("a data folder that may not be written to", "QALA_DATA_DIR", {"QALA_DATA_DIR": "/sys/kernel"}),
    WrongSetting("a folder where the store should be", "QALA_DATA_DIR", {"QALA_DATA_DIR": "d"},
                 prepare=lambda p: _folder(p / "d/qala.sqlite")),
    one("QALA_DATABASE_URL", "qala.sqlite"),
    one("QALA_DATABASE_URL", f"mysql://qala:{HUSH}@127.0.0.1/qala", "MySQL"),
    one("QALA_DATABASE_URL", f"postgresql://qala:{HUSH}@{HUSH}@127.0.0.1/qala", "an @ in a password"),
    one("QALA_DATABASE_URL", f"postgresql://qala:{HUSH}#1@127.0.0.1/qala", "a # in a password"),
    one("QALA_DATABASE_URL", f"postgresql://qala:{HUSH}/1@127.0.0.1/qala", "a / in a password"),
    one("QALA_DATABASE_URL", "sqlite:////proc/missing-disk/qala.sqlite", "a store on a disk that is not there"),
    one("QALA_TIMEZONE", "UTC+5"),
    one("QALA_TIMEZONE", "Almaty"),
    one("QALA_TIMEZONE", "Алматы"),
    one("QALA_ADMINS", "@aigerim"),
    one("QALA_ADMINS", "-100200300", "a group as an administrator"),
    one("QALA_LISTEN", "127.0.0.1:99999"),
    one("QALA_LISTEN", "8090"),
    one("QALA_LISTEN", "http://127.0.0.1:8090"),
    one("QALA_SEND_RATE", "0"),
    one("QALA_SEND_RATE", "30/s"),
    one("QALA_FETCH_PRIVATE", "maybe"),
    one("QALA_COUNT_SEARCHES", "да"),
    one("QALA_SEND_RATE", "отыз"),
    one("QALA_LOG_FORMAT", "xml"),
    one("QALA_API_URL", "api.telegram.org"),
    one("QALA_CONTACT", "редакция", "a contact that no header holds"),
    _hook("bot.example.kz/hook"),
    _hook("http://bot.example.kz/hook"),
    _hook("https://bot.example.kz:8090/hook"),
    WrongSetting("a webhook without a secret", "QALA_WEBHOOK_SECRET", {"QALA_WEBHOOK_URL": "https://bot.example.kz/h"}),
    WrongSetting("a webhook's secret with a blank", "QALA_WEBHOOK_SECRET",
                 {"QALA_WEBHOOK_URL": "https://bot.example.kz/h", "QALA_WEBHOOK_SECRET": f"{HUSH} {HUSH}"}),
    one("QALA_METRICS_SECRET", "құпия", "a metrics secret that no header holds"),
    WrongSetting("QALA_ADMIN for QALA_ADMINS", "QALA_ADMINS", {"QALA_ADMIN": "1"}),
    WrongSetting("a setting in .env that nobody knows", "QALA_TIMEZONE", env_file=b"QALA_TIME_ZONE=Asia/Almaty\n"),
    WrongSetting("Cyrillic letters in a name", "QALA_ADMINS", env_file="QАLА_ADMINS=1\n".encode()),
    WrongSetting(".env in UTF-16", ".env", env_file="QALA_ADMINS=1\n".encode("utf-16")),
    WrongSetting(".env in windows-1251", ".env", env_file="# қала\nQALA_CONTACT=город\n".replace("қ", "к").encode("cp1251")),
    WrongSetting("a line of .env that is no setting", ".env", env_file=b"QALA_ADMINS=1\nexport\nQALA_LISTEN\n"),
    WrongSetting("a folder called .env", ".env", prepare=lambda p: (p / ".env").mkdir()),
    one("QALA_TELEGRAM_PROXY", f"127.0.0.1:{HUSH}"),
    one("QALA_FETCH_PROXY", f"ftp://qala:{HUSH}@127.0.0.1:21", "a proxy by ftp"),
    one("HTTPS_PROXY", f"http://qala:{HUSH}@", "an HTTPS_PROXY without a host"),
    one("QALA_BACKUP_DIR", "/dev/null/copies"),
    one("QALA_BACKUP_DIR", "/mnt/no-such-disk/copies", "copies on a disk that is not mounted"),
    one("QALA_BACKUP_KEEP", "0"),
    one("QALA_KEEP_DAYS", "a year"),
    WrongSetting("copies of PostgreSQL by QALA_BACKUP_DIR", "QALA_BACKUP_DIR",
                 {"QALA_BACKUP_DIR": "c", "QALA_DATABASE_URL": "postgresql://qala@127.0.0.1/qala"}),
    one("SSL_CERT_FILE", "/nowhere/authority.pem", "an authority's file that is not there"),
]  # fmt: skip


def lay(wrong: WrongSetting, folder: Path) -> dict[str, str]:
    """Make what it is about in an empty folder; the variables to start Qala with there."""
    wrong.prepare(folder)
    if wrong.env_file is not None:
        (folder / ".env").write_bytes(wrong.env_file)
    return SOUND | wrong.variables
