"""Every setting, its default and its meaning; all faults reported at once, no secret ever printed."""

import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MAKE_KEY = (
    'make one with: python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
)


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """Lines for people, or JSON objects for machines."""

    TEXT = "text"
    JSON = "json"


class SettingsWrong(Exception):
    """The settings cannot be used; ``faults`` holds a line for each, saying what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """The settings of the process, from the environment and a ``.env`` file; see the README's table."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore")

    slack_client_id: str | None = Field(
        default=None,
        description="the app's client id, from Basic Information; set, many workspaces install it",
    )
    slack_client_secret: SecretStr | None = Field(
        default=None, validate_default=True, description="the client secret beside it"
    )
    slack_bot_token: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="the bot's token, xoxb-…, from OAuth & Permissions",
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="xapp-… with connections:write; set, it chooses Socket Mode"
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="proves that a request is Slack's, from Basic Information",
    )
    slack_api_url: str = Field(default="https://slack.com/api/", description="Slack's Web API")
    kantata_token: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="the Kantata access token of the service account",
    )
    kantata_api_url: str = Field(default="https://api.mavenlink.com/api/v1", description="Kantata's API")
    kantata_app_url: str = Field(
        default="https://app.mavenlink.com", description="Kantata's web pages: links"
    )
    kantata_timeout: float = Field(
        default=180,
        gt=0,
        le=3600,
        description="Seconds Kantata may still be at work on a request without an answer",
    )
    kantata_client_id: str | None = Field(
        default=None,
        validate_default=True,
        description="the id of the application at KANTATA_APP_URL/oauth/applications",
    )
    kantata_client_secret: SecretStr | None = Field(
        default=None, validate_default=True, description="the secret of that application"
    )
    encryption_keys: SecretStr | None = Field(
        default=None, validate_default=True, description="Fernet keys, comma separated, newest first"
    )
    public_url: str | None = Field(
        default=None, validate_default=True, description="Where browsers reach the bot, https://…"
    )
    poll_seconds: float = Field(
        default=60, ge=1, le=3600, description="How soon changes made in Kantata are noticed"
    )
    database_url: str = Field(default="sqlite:///kantata-bot.db", description="Or postgresql://…")
    host: str = Field(default="127.0.0.1", description="The address to listen on")
    port: int = Field(default=3000, ge=1, le=65535, description="The port to listen on")
    time_zone: str = Field(default="UTC", description="For people whose zone Slack does not tell")
    log_level: LogLevel = Field(default=LogLevel.INFO, description="debug, info, warning or error")
    log_format: LogFormat = Field(default=LogFormat.TEXT, description="text or json")

    @field_validator("*", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_client_secret")
    @classmethod
    def _is_of_the_app(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and _many(info):
            raise ValueError("is missing: SLACK_CLIENT_ID is set, and needs the secret beside it")
        if value is not None and not _many(info):
            raise ValueError("is set without SLACK_CLIENT_ID: set both, or neither")
        return value

    @field_validator("slack_bot_token", "kantata_token")
    @classmethod
    def _is_there_for_one(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and _many(info):
            raise ValueError(
                "is set beside SLACK_CLIENT_ID: take it out, for each workspace brings its own, or take out "
                "SLACK_CLIENT_ID to serve one workspace"
            )
        if value is None and not _many(info):
            raise ValueError(f"is missing: {cls.model_fields[str(info.field_name)].description}")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("is not a bot token: it begins with xoxb-; copy it from OAuth & Permissions")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value and _many(info):
            raise ValueError("is set beside SLACK_CLIENT_ID: take it out, for many workspaces need HTTP")
        if value and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("is not an app-level token: it begins with xapp-; make one on Basic Information")
        return value

    @field_validator("slack_api_url", "kantata_api_url", "kantata_app_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is not an address: it begins with https://")
        return value

    @field_validator("kantata_client_id")
    @classmethod
    def _can_connect_workspaces(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and _many(info):
            raise ValueError("is missing: with SLACK_CLIENT_ID each workspace connects a Kantata account")
        return value

    @field_validator("kantata_client_secret")
    @classmethod
    def _is_of_an_application(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and _signs_in(info):
            raise ValueError("is missing: KANTATA_CLIENT_ID needs the secret beside it")
        if value is not None and not _signs_in(info):
            raise ValueError("is set without KANTATA_CLIENT_ID: set both, or neither")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        keys = _split(value)
        if not keys and _signs_in(info):
            raise ValueError(f"is missing: people's tokens are stored encrypted; {MAKE_KEY}")
        for number, key in enumerate(keys, start=1):
            # Fernet itself would read no further than the first padding.
            if not re.fullmatch(r"[A-Za-z0-9_-]{43}=", key):
                raise ValueError(f"has a wrong key at place {number}: {MAKE_KEY}")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            if _signs_in(info):
                raise ValueError("is missing: Kantata sends people back to it when they sign in")
            return None
        parts = urlsplit(value)
        here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
            raise ValueError("is not an address of a server with a certificate: it begins with https://")
        if parts.query or parts.fragment:
            raise ValueError("is more than an address: it ends before ? and #")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        if value.split(":", 1)[0] not in ("sqlite", "postgresql", "postgres"):
            raise ValueError("is neither sqlite:///FILE nor postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as wrong:
            raise ValueError("is not a time zone: write it as Europe/Berlin or America/New_York") from wrong
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _requests_can_be_checked(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        without_socket = "slack_app_token" in info.data and info.data["slack_app_token"] is None
        if value is None and _many(info):
            raise ValueError("is missing: copy it from Basic Information")
        if value is None and without_socket:
            raise ValueError("is missing: copy it from Basic Information, or set SLACK_APP_TOKEN")
        return value

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by a socket that the bot opens, instead of by requests to its port."""
        return self.slack_app_token is not None

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the app by OAuth, instead of the one of a bot token being served."""
        return self.slack_client_id is not None

    @property
    def fernet_keys(self) -> tuple[str, ...]:
        """The keys by which people's tokens are encrypted, newest first."""
        return _split(self.encryption_keys)


def _many(info: ValidationInfo) -> bool:
    return info.data.get("slack_client_id") is not None


def _signs_in(info: ValidationInfo) -> bool:
    return info.data.get("kantata_client_id") is not None or _many(info)


def _split(keys: SecretStr | None) -> tuple[str, ...]:
    parts = keys.get_secret_value().split(",") if keys else []
    return tuple(part.strip() for part in parts if part.strip())


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings; raise SettingsWrong naming every fault at once."""
    try:
        # mypy cannot see this keyword of pydantic-settings.
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as wrong:
        raise SettingsWrong(_faults(wrong)) from None  # its text would quote the values


def _faults(wrong: ValidationError) -> list[str]:
    return [_fault(error["type"], error["loc"], error["msg"]) for error in wrong.errors(include_input=False)]


def _fault(kind: str, where: tuple[int | str, ...], message: str) -> str:
    name = str(where[0])
    if kind == "missing":
        return f"{name.upper()} is missing: {Settings.model_fields[name].description}"
    if kind == "value_error":
        return f"{name.upper()} {message.removeprefix('Value error, ')}"
    return f"{name.upper()} is wrong: {message[0].lower()}{message[1:]}"
