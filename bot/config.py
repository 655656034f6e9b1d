"""The settings: read once from the environment or a `.env` file and passed on."""

import difflib
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies_environment, proxy_bypass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from dotenv.parser import parse_stream
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROXY_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
ENV_FILE: Final = Path(".env")
_TELEGRAM: Final = "https://api.telegram.org"
_WEBHOOK_PORTS: Final = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook
# Kubernetes and `docker --link` set these variables for a neighbour called «qala»; no person wrote them.
_A_NEIGHBOUR: Final = re.compile(r"QALA_(NAME|ENV_\w+|SERVICE_(HOST|PORT\w*)|PORT(_\w+)?)")

_LOOK_ALIKE: Final = str.maketrans("АВСЕНІКМОРТУХ", "ABCEHIKMOPTYX")
"""Cyrillic capitals that look like Latin ones."""

ADVICE: Final = {
    "bot_token": "copy it from @BotFather, without quotes or blanks: digits, a colon, letters",
    "bot_token_file": "name a file that holds the token",
    "api_url": "write it like http://127.0.0.1:8081, or leave it out for Telegram's own",
    "data_dir": "name a folder",
    "database_url": "write it like sqlite:///data/qala.sqlite or postgresql://user:password@host/db",
    "database_url_file": "name a file that holds the address",
    "timezone": "write it like Asia/Almaty",
    "admins": "write the numbers of people, with commas between them, like 111111,222222",
    "webhook_url": "write it like https://bot.example.kz/hook, or leave it out for long polling",
    "webhook_secret": "1 to 256 Latin letters, digits, _ and -; `openssl rand -hex 32` makes one",
    "webhook_secret_file": "name a file that holds the secret",
    "metrics_secret": "printable Latin letters, digits and signs without blanks; `openssl rand -hex 32` makes one",
    "metrics_secret_file": "name a file that holds the secret",
    "listen": "write it like 127.0.0.1:8090 with a port up to 65535, or off",
    "send_rate": "messages a second: a number above 0, up to 1000",
    "paid_broadcast": "write on or off",
    "count_searches": "write on or off",
    "fetch_private": "write on or off",
    "backup_dir": "name a folder on another disk",
    "backup_keep": "how many copies are kept: a whole number from 1 to 1000",
    "keep_days": "a whole number of days, at least 7, or leave it out to keep all articles",
    "telegram_proxy": "write it like socks5://user:password@127.0.0.1:1080; http:// and https:// go too",
    "fetch_proxy": "write it like http://127.0.0.1:3128; https:// and socks5:// go too",
    "rates_url": "write it like https://example.kz/rates.json, or leave it out",
    "weather_url": "write it like https://example.kz/weather.json, or leave it out",
    "contact": "an address or page in Latin letters, on one line",
    "log_format": "write text or json",
}
"""Setting → the sentence that tells what to write."""

SECRETS: Final = ("bot_token", "webhook_secret", "metrics_secret", "database_url")
"""Settings whose value may stand in a file, which is named by the setting's name with `_FILE`."""


class SettingsError(Exception):
    """A setting is wrong; the text is one sentence that names it."""


def _ids(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _empty_is_unset(value: object) -> object:
    return None if value == "" else value


class Settings(BaseSettings):
    """What an operator may set. Names, defaults and meanings are in the README."""

    model_config = SettingsConfigDict(
        env_prefix="QALA_",
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    bot_token: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    bot_token_file: Annotated[Path | None, BeforeValidator(_empty_is_unset)] = None
    api_url: str = _TELEGRAM
    data_dir: Path = Path("data")
    database_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    database_url_file: Annotated[Path | None, BeforeValidator(_empty_is_unset)] = None
    timezone: str = "Asia/Almaty"
    admins: Annotated[tuple[Annotated[int, Field(gt=0, lt=1 << 52)], ...], NoDecode, BeforeValidator(_ids)] = ()
    webhook_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    webhook_secret: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    webhook_secret_file: Annotated[Path | None, BeforeValidator(_empty_is_unset)] = None
    metrics_secret: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    metrics_secret_file: Annotated[Path | None, BeforeValidator(_empty_is_unset)] = None
    listen: str = "127.0.0.1:8090"
    send_rate: float = Field(default=30, gt=0, le=1000)
    paid_broadcast: bool = False
    count_searches: bool = False
    fetch_private: bool = False
    backup_dir: Annotated[Path | None, BeforeValidator(_empty_is_unset)] = None
    backup_keep: int = Field(default=7, ge=1, le=1000)
    keep_days: Annotated[int | None, Field(ge=7, le=36_500), BeforeValidator(_empty_is_unset)] = None
    telegram_proxy: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    fetch_proxy: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    contact: str = ""
    rates_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    weather_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    log_format: Annotated[Literal["text", "json"] | None, BeforeValidator(_empty_is_unset)] = None

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        found = dict(given)
        for name in SECRETS:
            file = found.get(f"{name}_file")
            if not file:
                continue
            if found.get(name):
                raise ValueError(f"{_named(name)} and {_named(name)}_FILE are both set: keep one of them")
            found[name] = _secret_in(Path(str(file)), f"{_named(name)}_FILE")
        return found

    @field_validator("bot_token")
    @classmethod
    def _a_token(cls, token: SecretStr | None) -> SecretStr | None:
        return _matching(token, r"[0-9]{1,20}:[A-Za-z0-9_-]+", f"this is no token: {ADVICE['bot_token']}")

    @field_validator("webhook_secret")
    @classmethod
    def _a_secret_for_telegram(cls, secret: SecretStr | None) -> SecretStr | None:
        return _matching(secret, "[A-Za-z0-9_-]{1,256}", f"Telegram takes others: {ADVICE['webhook_secret']}")

    @field_validator("metrics_secret")
    @classmethod
    def _a_secret_for_a_header(cls, secret: SecretStr | None) -> SecretStr | None:
        return _matching(secret, "[!-~]+", f"it cannot be shown in a header: {ADVICE['metrics_secret']}")

    @field_validator("contact")
    @classmethod
    def _fits_into_a_header(cls, contact: str) -> str:
        if not (contact.isascii() and contact.isprintable()) and contact:
            raise ValueError(f"it cannot stand in a header: {ADVICE['contact']}")
        return contact

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            near = difflib.get_close_matches(name, sorted(available_timezones()), 1, 0.8)
            advice = f"{near[0]} is meant, perhaps" if near else ADVICE["timezone"]
            raise ValueError(f"there is no such time zone; {advice}") from error
        return name

    @field_validator("api_url")
    @classmethod
    def _http_url(cls, url: str) -> str:
        parts = _address(url)
        if parts is None or parts.query or parts.fragment:
            raise ValueError(f"this is no address of a server: {ADVICE['api_url']}")
        return url.rstrip("/")

    @field_validator("data_dir")
    @classmethod
    def _a_name_of_a_folder(cls, path: Path) -> Path:
        if "\0" in str(path) or str(path).startswith("~"):
            raise ValueError("a ~ is not read here: write the folder out, like /var/lib/qala")
        return path

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, url: str | None) -> str | None:
        if url is not None and (wrong := _wrong_database(url)):
            raise ValueError(wrong)
        return url

    @field_validator("listen")
    @classmethod
    def _a_port(cls, listen: str) -> str:
        if listen == "off":
            return listen
        host, _, port = listen.rpartition(":")
        # not isdigit: it is true for ² too
        if not host or "/" in host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
            raise ValueError(f"this is no address to listen on: {ADVICE['listen']}")
        return listen

    @field_validator("telegram_proxy", "fetch_proxy")
    @classmethod
    def _a_proxy(cls, proxy: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if proxy is not None and not _is_proxy(proxy.get_secret_value()):
            raise ValueError(f"this is no address of a proxy: {ADVICE[str(info.field_name)]}")
        return proxy

    @field_validator("webhook_url")
    @classmethod
    def _a_webhook(cls, url: str | None) -> str | None:
        parts = _address(url) if url is not None else None
        if url is not None and (parts is None or parts.fragment or parts.username is not None):
            raise ValueError(f"this is no address of a webhook: {ADVICE['webhook_url']}")
        return url

    @model_validator(mode="after")
    def _webhook_as_telegram_wants_it(self) -> Self:
        if self.webhook_url is None:
            return self
        if not self.webhook_secret:
            raise ValueError(
                "QALA_WEBHOOK_URL is set, so QALA_WEBHOOK_SECRET must be set too: `openssl rand -hex 32` makes one"
            )
        parts = urlsplit(self.webhook_url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if self.api_url == _TELEGRAM and (parts.scheme != "https" or port not in _WEBHOOK_PORTS):
            raise ValueError("QALA_WEBHOOK_URL: Telegram comes by https to the ports 443, 80, 88 and 8443 alone")
        return self

    @model_validator(mode="after")
    def _copies_of_a_file(self) -> Self:
        if self.backup_dir is not None and not self.database.startswith("sqlite:"):
            raise ValueError("QALA_BACKUP_DIR is for SQLite; PostgreSQL is copied with pg_dump, by cron or a timer")
        return self

    @property
    def database(self) -> str:
        """The address of the store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'qala.sqlite'}"

    @property
    def way_to_telegram(self) -> str | None:
        """The proxy for the Bot API server; HTTPS_PROXY counts if the server's address is https."""
        if self.telegram_proxy is not None:
            return self.telegram_proxy.get_secret_value()
        parts = urlsplit(self.api_url)
        return _everybodys_proxy() if parts.scheme == "https" and not is_direct(parts.hostname or "") else None

    @property
    def way_to_sites(self) -> str | None:
        """The proxy for sites; hosts that `is_direct` names are reached without it."""
        return self.fetch_proxy.get_secret_value() if self.fetch_proxy is not None else _everybodys_proxy()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of a new reader until they pick one."""
        return ZoneInfo(self.timezone)


def is_direct(host: str) -> bool:
    """Whether NO_PROXY, in the form that curl and Python use, names a host."""
    return bool(proxy_bypass(host))


def _everybodys_proxy() -> str | None:
    return getproxies_environment().get("https") or None


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in PROXY_SCHEMES and parts.hostname and parts.path in ("", "/") and parts.port != 0
    except ValueError:
        return False
    return bool(sound and not parts.fragment and not parts.query and parts.netloc.count("@") <= 1)


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises SettingsError with a sentence for each wrong one; no sentence holds a value."""
    _no_unknown((*os.environ, *_names_in(ENV_FILE)))
    for name, value in os.environ.items():
        if name.upper().startswith("QALA_") and not _is_text(value):
            raise SettingsError(f"{name}: its value is not in UTF-8; set it anew")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):  # OpenSSL does not report wrong ones
        if (path := os.environ.get(name)) and not os.access(path, os.R_OK):
            raise SettingsError(f"{name}: {path} cannot be read; name your authorities' certificates, or leave it out")
    if (everybodys := _everybodys_proxy()) and not _is_proxy(everybodys):
        raise SettingsError(f"HTTPS_PROXY: this is no address of a proxy: {ADVICE['fetch_proxy']}")
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        told = dict.fromkeys(_sentence(problem) for problem in error.errors())
        raise SettingsError("\n".join(told)) from None


def _sentence(problem: Any) -> str:
    place, message = problem["loc"], problem["msg"].removeprefix("Value error, ")
    if not place:
        return str(message)
    name = str(place[0])
    # pydantic's own messages are for programmers.
    return f"{_named(name)}: {message if problem['type'] == 'value_error' else ADVICE.get(name, message)}"


def _named(field: str) -> str:
    return f"QALA_{field.upper()}"


def _names_in(file: Path) -> list[str]:
    """The names set in a `.env` file, none without a file. Raises SettingsError if it cannot be read."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{file}: it cannot be read ({error.strerror})") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # UTF-16, windows-1251 or no text at all
        raise SettingsError(f"{file}: it is not in UTF-8; save it anew with this encoding")
    names = []
    for line in parse_stream(io.StringIO(text)):
        if line.error or (line.key is not None and line.value is None):
            raise SettingsError(f"{file}: line {line.original.line} is not like NAME=value")
        names += [line.key] if line.key is not None else []
    return names


def _is_text(value: str) -> bool:
    """Whether a variable of the environment was UTF-8: Python keeps other bytes as lone surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_unknown(names: Iterable[str]) -> None:
    """Raise SettingsError for a name that begins like ours and is none: whoever wrote it thinks that it works."""
    known = {_named(field) for field in Settings.model_fields}
    for name in names:
        upper = name.upper()
        if upper != (latin := upper.translate(_LOOK_ALIKE)) and latin.startswith("QALA_"):
            raise SettingsError(f"{name}: some of its letters are Cyrillic; write {latin} in Latin ones")
        if upper.startswith("QALA_") and upper not in known and not _A_NEIGHBOUR.fullmatch(upper):
            near = difflib.get_close_matches(upper, known, 1, 0.75)
            advice = f"{near[0]} is meant, perhaps" if near else "the README names all there are; take it out"
            raise SettingsError(f"{name}: there is no such setting; {advice}")


def _matching(secret: SecretStr | None, form: str, problem: str) -> SecretStr | None:
    if secret is not None and not re.fullmatch(form, secret.get_secret_value()):
        raise ValueError(problem)
    return secret


def _secret_in(file: Path, name: str) -> str:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        # What it names is not repeated: it may be the secret itself.
        raise ValueError(f"{name}: the file that it names cannot be read ({reason})") from None
    if not text:
        raise ValueError(f"{name}: the file that it names is empty")
    return text


def _address(url: str) -> SplitResult | None:
    """The parts of a web address; None if it is none."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if sound and not re.search(r"[\s\"'<>]", url) else None


def _wrong_database(url: str) -> str | None:
    """What is wrong with the address of a store, or None. A password in it is not repeated."""
    scheme, separator, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return None
    if scheme not in ("postgresql", "postgres") or not separator:
        return f"this is no address of a database: {ADVICE['database_url']}"
    try:
        parts = urlsplit(url)
        _ = parts.port
        sound = not parts.fragment and parts.netloc.count("@") <= 1 and parts.path.count("/") <= 1
    except ValueError:
        sound = False
    if not sound:
        return "in a password write @ as %40, # as %23, / as %2F, : as %3A, ? as %3F and % as %25"
    return None
