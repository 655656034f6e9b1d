"""The settings: read once from the environment or a `.env` file, built once, passed on."""

from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsError(Exception):
    """A setting is wrong: one sentence that names it."""


def _ids(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _empty_is_unset(value: object) -> object:
    return None if value == "" else value


class Settings(BaseSettings):
    """What an operator may set; names, defaults and meanings are in the README."""

    model_config = SettingsConfigDict(
        env_prefix="QALA_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    api_url: str = "https://api.telegram.org"
    data_dir: Path = Path("data")
    database_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    timezone: str = "Asia/Almaty"
    admins: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = ()
    webhook_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    webhook_secret: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    metrics_secret: Annotated[SecretStr | None, BeforeValidator(_empty_is_unset)] = None
    listen: str = "127.0.0.1:8090"
    send_rate: float = Field(default=30, gt=0, le=1000)
    paid_broadcast: bool = False
    fetch_private: bool = False
    contact: str = ""
    rates_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    weather_url: Annotated[str | None, BeforeValidator(_empty_is_unset)] = None
    log_format: Annotated[Literal["text", "json"] | None, BeforeValidator(_empty_is_unset)] = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone; write it like Asia/Almaty") from error
        return name

    @field_validator("api_url")
    @classmethod
    def _http_url(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("write it like http://127.0.0.1:8081")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _webhook_needs_a_secret(self) -> Self:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("QALA_WEBHOOK_URL is set, so QALA_WEBHOOK_SECRET must be set too")
        return self

    @property
    def database(self) -> str:
        """The address of the store."""
        return self.database_url or f"sqlite:///{self.data_dir / 'qala.sqlite'}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone of a new reader until they pick one."""
        return ZoneInfo(self.timezone)


def load_settings(**overrides: object) -> Settings:
    """Read the settings. Raises SettingsError with one sentence for each wrong one."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(
            "\n".join(_sentence(problem["loc"], problem["msg"]) for problem in error.errors())
        ) from None


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"QALA_{str(place[0]).upper()}: {message}" if place else message
