"""Where settings come from, and how they reach another process."""

from __future__ import annotations

import json

from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from service.settings.file import read_settings_file


class Sourced(BaseSettings):
    """Settings that are read from the environment and from the TOML file, and do not change."""

    model_config = SettingsConfigDict(
        env_prefix="PINCITE_",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        enable_decoding=False,
    )

    def environment(self) -> dict[str, str]:
        """Return the variables that hand these settings to another process."""
        return {
            f"PINCITE_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in self.model_dump(mode="json", exclude_none=True).items()
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the command line win over the environment, and the environment over the file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_settings_file())
