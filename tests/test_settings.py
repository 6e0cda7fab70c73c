"""Settings: what is missing or wrong is named, all at once, with what to do, and without the value."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsWrong, load

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "KANTATA_TOKEN": "kantata-secret",
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def written(folder: Path, settings: dict[str, str]) -> Path:
    file = folder / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return file


def faults(folder: Path, settings: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsWrong) as wrong:
        load(written(folder, settings))
    return wrong.value.faults


def test_three_settings_are_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD))

    assert settings.database_url == "sqlite:///kantata-bot.db"
    assert settings.port == 3000
    assert settings.kantata_timeout == 180
    assert not settings.socket_mode


def test_the_environment_outranks_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "4000")

    assert load(written(tmp_path, {**GOOD, "PORT": "5000"})).port == 4000


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    lines = faults(tmp_path, {"SLACK_BOT_TOKEN": "xoxp-1", "PORT": "99999", "TIME_ZONE": "Mars/Base"})

    assert [line.split()[0] for line in lines] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "KANTATA_TOKEN",
        "PORT",
        "TIME_ZONE",
    ]


def test_a_blank_value_is_an_absent_one(tmp_path: Path) -> None:
    assert "KANTATA_TOKEN is missing" in faults(tmp_path, {**GOOD, "KANTATA_TOKEN": ""})[0]


def test_an_app_token_chooses_socket_mode_and_needs_no_signing_secret(tmp_path: Path) -> None:
    settings = {**GOOD, "SLACK_APP_TOKEN": "xapp-1-secret"}
    del settings["SLACK_SIGNING_SECRET"]

    assert load(written(tmp_path, settings)).socket_mode


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_APP_TOKEN", "xoxb-not-an-app-token"),
        ("SLACK_BOT_TOKEN", "a-long-secret"),
        ("KANTATA_API_URL", "api.mavenlink.com"),
        ("DATABASE_URL", "mysql://user:hidden@host/name"),
        ("LOG_LEVEL", "loud"),
        ("POLL_SECONDS", "often"),
        ("KANTATA_TIMEOUT", "-25"),
    ],
)
def test_a_wrong_value_is_named_and_not_quoted(tmp_path: Path, name: str, value: str) -> None:
    lines = faults(tmp_path, {**GOOD, name: value})

    assert len(lines) == 1
    assert lines[0].startswith(name)
    assert value not in lines[0]


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD))

    assert "secret" not in repr(settings).replace("_secret=", "=")


KEY = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="
OLD_KEY = "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI="
SIGN_IN = {
    "KANTATA_CLIENT_ID": "our-application",
    "KANTATA_CLIENT_SECRET": "application-secret",
    "ENCRYPTION_KEYS": KEY,
    "PUBLIC_URL": "https://bot.example.com/",
}


def test_signing_in_takes_four_settings(tmp_path: Path) -> None:
    settings = load(written(tmp_path, {**GOOD, **SIGN_IN, "ENCRYPTION_KEYS": f"{KEY}, {OLD_KEY},"}))

    assert settings.fernet_keys == (KEY, OLD_KEY)
    assert settings.public_url == "https://bot.example.com"
    for secret in (KEY, OLD_KEY, "application-secret"):
        assert secret not in repr(settings)


def test_without_them_nobody_signs_in(tmp_path: Path) -> None:
    settings = load(written(tmp_path, GOOD))

    assert settings.kantata_client_id is None
    assert settings.fernet_keys == ()


def test_an_application_needs_its_secret_keys_and_an_address(tmp_path: Path) -> None:
    lines = faults(tmp_path, {**GOOD, "KANTATA_CLIENT_ID": "our-application"})

    assert [line.split(":")[0] for line in lines] == [
        "KANTATA_CLIENT_SECRET is missing",
        "ENCRYPTION_KEYS is missing",
        "PUBLIC_URL is missing",
    ]


def test_a_secret_without_an_application_is_half_a_setting(tmp_path: Path) -> None:
    (line,) = faults(tmp_path, {**GOOD, "KANTATA_CLIENT_SECRET": "application-secret"})

    assert line == "KANTATA_CLIENT_SECRET is set without KANTATA_CLIENT_ID: set both, or neither"


@pytest.mark.parametrize("keys", [f"{KEY},hidden-no-key", f"{KEY}{OLD_KEY}", f"{KEY} {OLD_KEY}", "hidden"])
def test_what_is_no_encryption_key_is_not_quoted(tmp_path: Path, keys: str) -> None:
    (line,) = faults(tmp_path, {**GOOD, **SIGN_IN, "ENCRYPTION_KEYS": keys})

    assert line.startswith("ENCRYPTION_KEYS has a wrong key at place")
    assert KEY not in line
    assert "hidden" not in line


@pytest.mark.parametrize(
    "address", ["http://bot.example.com", "bot.example.com", "https://", "https://bot.example.com/?a=b"]
)
def test_browsers_come_back_by_https_alone(tmp_path: Path, address: str) -> None:
    (line,) = faults(tmp_path, {**GOOD, **SIGN_IN, "PUBLIC_URL": address})

    assert line.startswith("PUBLIC_URL is ")


@pytest.mark.parametrize("address", ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])
def test_on_this_machine_http_will_do(tmp_path: Path, address: str) -> None:
    assert load(written(tmp_path, {**GOOD, **SIGN_IN, "PUBLIC_URL": address})).public_url == address


MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "KANTATA_CLIENT_ID": "application",
    "KANTATA_CLIENT_SECRET": "application-secret",
    "ENCRYPTION_KEYS": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
    "PUBLIC_URL": "https://bot.example",
}


def test_many_workspaces_need_no_token_in_the_settings(tmp_path: Path) -> None:
    settings = load(written(tmp_path, MANY))

    assert settings.many_workspaces
    assert settings.slack_bot_token is settings.kantata_token is None


def test_all_that_many_workspaces_miss_is_named_at_once(tmp_path: Path) -> None:
    lines = faults(tmp_path, {"SLACK_CLIENT_ID": "1.2"})

    assert [line.split()[0] for line in lines] == [
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
        "KANTATA_CLIENT_ID",
        "KANTATA_CLIENT_SECRET",
        "ENCRYPTION_KEYS",
        "PUBLIC_URL",
    ]


def test_a_token_of_one_workspace_beside_many_is_refused(tmp_path: Path) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "KANTATA_TOKEN": "token"}
    lines = faults(tmp_path, {**MANY, **tokens})

    assert [line.split(":")[0] for line in lines] == [
        f"{name} is set beside SLACK_CLIENT_ID" for name in tokens
    ]


def test_a_client_secret_needs_its_id(tmp_path: Path) -> None:
    assert "set without SLACK_CLIENT_ID" in faults(tmp_path, {**GOOD, "SLACK_CLIENT_SECRET": "secret"})[0]
