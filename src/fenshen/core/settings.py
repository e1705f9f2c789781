"""Settings: `FENSHEN_*` environment variables over `fenshen.toml` in the home over defaults.

Knows nothing about what the values are used for.
"""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def default_home() -> Path:
    """The platform's user data folder for fenshen."""
    return Path(platformdirs.user_data_dir("fenshen", appauthor=False))


class Settings(BaseSettings):
    """What an operator can set. Every field is `FENSHEN_<NAME>`; a table is JSON there."""

    model_config = SettingsConfigDict(env_prefix="FENSHEN_", extra="ignore")

    home: Path = Field(default_factory=default_home, description="Folder that holds everything.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default is SQLite in the home.")
    base: str = Field(
        "smollm2-135m", description="Catalog name, or `URL|model` of an OpenAI-compatible endpoint."
    )
    served_by: dict[str, str] = Field(
        default_factory=dict,
        description='Table `[served_by]`: `BASE = "ENGINE:model"`, other engines for bases trained here.',
    )
    engines: dict[str, str] = Field(
        default_factory=dict,
        description='Table `[engines]`: `MODALITY = "ENGINE:model"` for embedding, hearing, speech, speaker.',
    )
    adapter_memory_mib: int = Field(
        1024, ge=64, description="Memory for adapters of one base; those used longest ago make room."
    )
    base_key: SecretStr | None = Field(None, description="Bearer key for an endpoint base.")
    teacher: str | None = Field(
        None,
        description="Writes the questions that monologues answer: like `base`, or `none`; by default a base of "
        "1.5 billion parameters or more asks itself, and smaller ones use titles.",
    )
    teacher_key: SecretStr | None = Field(None, description="Bearer key for an endpoint teacher.")
    host: str = "127.0.0.1"
    port: int = 8420
    public_url: str | None = Field(None, description="Address under which fans reach this server.")
    trusted_proxies: str = Field(
        "",
        description="Addresses of your proxies, `127.0.0.1, 10.0.0.0/8`: whose word counts for who asks and "
        "whether it was https. None by default.",
    )
    currency: str = Field("USD", description="The one currency of prices and wallets here.")
    cpu_hour_price: Decimal = Field(
        Decimal("0.05"), ge=0, le=1000, description="What one processor core costs an hour, in that currency."
    )
    payments: str = Field(
        "development", description="Top-up providers that fans may choose, `a, b`; the first is the default."
    )
    engine: Literal["real", "fake"] = Field(
        "real", description="`fake` answers deterministically without weights."
    )
    fake_words_per_s: float | None = Field(
        None, gt=0, le=1000, description="How fast `fake` answers; at once by default."
    )
    answer_tokens: int = Field(
        160, ge=16, le=4096, description="Longest answer in tokens, where a client of `/v1` names no other."
    )
    answer_temperature: float = Field(
        0.4, ge=0, le=2, description="How freely answers are drawn: 0 takes the likeliest word each time."
    )
    answer_repeat_penalty: float = Field(
        1.15, ge=1, le=2, description="How much a word just used is held back; 1 is not at all."
    )
    threads: int = Field(2, ge=1, le=256, description="CPU threads for the engines.")
    workers: int = Field(0, ge=0, le=256, description="Processes that read files; 0 is one a thread.")
    ray_address: str | None = Field(
        None, description="A Ray cluster that reads files: `auto`, `local` or `host:6379`."
    )
    fetch_allow: str = Field(
        "", description="`host:port, …` that `ingest URL` may reach although private or on another port."
    )
    log_level: str = "INFO"
    session_days: int = Field(14, ge=1, le=365)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        import os

        home = Path(os.environ.get("FENSHEN_HOME") or default_home())
        toml = TomlConfigSettingsSource(settings_cls, toml_file=home / "fenshen.toml")
        return init_settings, env_settings, toml

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{self.home / 'fenshen.db'}"

    @property
    def offered_payments(self) -> tuple[str, ...]:
        """Names of the top-up providers that fans may choose."""
        return tuple(dict.fromkeys(name.strip() for name in self.payments.split(",") if name.strip()))

    @property
    def cpu_hour_price_micros(self) -> int:
        """What one processor core costs an hour, micros."""
        return int(self.cpu_hour_price * 1_000_000)

    def make_home(self) -> None:
        """Make the home, and close it to the machine's other users: it holds chats, hashes and money."""
        self.home.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # somebody else's folder that we may only use
            self.home.chmod(0o700)

    def folder(self, name: str) -> Path:
        """A folder under the home, made if absent."""
        self.make_home()
        path = self.home / name
        path.mkdir(parents=True, exist_ok=True)
        return path
