"""Settings: environment variables first, then one file, read and checked in one place."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import annotated_types
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from geo.errors import SettingsError
from geo.i18n import Remark
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "NAERINGSAREAL_"
FILE_VARIABLE: Final = f"{PREFIX}SETTINGS"
FILE: Final = Path("naeringsareal.toml")  # in the folder that the program is started in

# An account for an official service is named by whoever writes the file of services; tests have
# settings of their own.
_FREE_ENDS: Final = ("_USER", "_PASSWORD")
_FREE_STARTS: Final = (f"{PREFIX}TEST_",)
_HIGHEST_PORT: Final = 65_535
# A part of a header: ASCII, and no sign that begins another part of it.
_SOURCES: Final = r"^[!-+\--:<-~ ]+$"
_SECRET: Final = frozenset({"ledger"})  # an address may hold a password: its value is not repeated


class Settings(BaseSettings):
    """
    What can be set, by the environment or the file; docs/settings.md has the same as a table.

    None and an empty text leave the choice to the program: the description says which it makes.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    ledger: str = Field(default="", description="address of the list of projects")
    pack: str = Field(
        default="", description="folder of the pack that is shown, before all versions"
    )
    packs: str = Field(default="", description="folder where versions of the pack are kept")
    services: str = Field(default="", description="file of services beside the built-in catalogue")
    api_url: str = Field(
        default="", description="address of the OGC API that the page Kartlag gives"
    )
    basemap: Literal["auto", "sketch"] = Field(
        default="auto", description="whether maps begin with Kartverket's where it answers"
    )
    lang: Literal["nb", "en"] = Field(
        default="nb", description="language of the command lines and the log"
    )
    contact: str = Field(default="", description="whom official services may complain to")
    accessibility_statement: str = Field(
        default="", description="address of the owner's statement at uustatus.no"
    )
    accessibility_contact: str = Field(
        default="", description="whom a reader tells of what does not work for them"
    )
    public: bool = Field(
        default=False, description="whether it only shows everyone what everyone may read"
    )
    public_contact: str = Field(default="", description="whom a reader of a public server may ask")
    comparison: str = Field(
        default="", description="folder of the summary that municipalities are compared by"
    )

    # Of a file from people: geo.intake.job.Limits has what each of them means.
    limit_megabytes: int | None = Field(default=None, gt=0)
    limit_unpacked_megabytes: int | None = Field(default=None, gt=0)
    limit_ratio: int | None = Field(default=None, gt=0)
    limit_members: int | None = Field(default=None, gt=0)
    limit_features: int | None = Field(default=None, gt=0)
    limit_vertices: int | None = Field(default=None, gt=0)
    limit_columns: int | None = Field(default=None, gt=0)
    limit_seconds: int | None = Field(default=None, gt=0)
    limit_memory_megabytes: int | None = Field(default=None, gt=0)

    address: str = Field(
        default="", description="which of the machine's addresses the server listens on"
    )
    port: int = Field(default=8501, ge=1, le=_HIGHEST_PORT, description="of the first worker")
    base_path: str = Field(
        default="", description="the path below which the app lies, behind a proxy"
    )
    workers: int = Field(default=0, ge=0, le=32, description="processes, each on a port of its own")
    heavy_processes: int | None = Field(
        default=None, ge=0, le=64, description="for long calculations"
    )
    hosts: str = Field(default="", description="names that the server answers to, by commas")
    frame_ancestors: str = Field(
        default="'self'", pattern=_SOURCES, description="who may show the app in a frame"
    )
    upload_megabytes: int = Field(default=200, ge=1, le=10_000, description="largest upload")
    log: Literal["text", "json"] = Field(default="text", description="form of the log")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="of the log"
    )
    drain_seconds: int = Field(
        default=20, ge=0, le=3600, description="what is under way gets to finish"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the five are pydantic's
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Ask the environment, then the file: what one machine is told beats what is shared."""
        path = os.environ.get(FILE_VARIABLE) or FILE
        return env_settings, TomlConfigSettingsSource(settings_cls, path)


def load() -> Settings:
    """
    Read the settings, and let the file's stand in the environment where that is silent.

    So every part of the program, and each process that it starts, goes on asking the environment.

    Raises
    ------
    SettingsError
        If the file cannot be read, holds an unknown name, or a value is none that can be used.
    """
    named = os.environ.get(FILE_VARIABLE, "")
    path = Path(named) if named else FILE
    if named and not path.is_file():
        raise SettingsError("error.settings_file", path=quote(path))
    try:
        found = Settings()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            "error.settings_file_form", path=quote(path), reason=quote(error)
        ) from None
    except (OSError, UnicodeDecodeError, RecursionError):
        raise SettingsError("error.settings_file", path=quote(path)) from None
    except ValidationError as error:
        raise _refused(error, path) from None
    for name in found.model_fields_set:
        if not os.environ.get(variable(name)):
            os.environ[variable(name)] = str(getattr(found, name))
    return found


def _refused(error: ValidationError, path: Path) -> SettingsError:
    fault = error.errors()[0]
    name = str(fault["loc"][0])
    if name not in Settings.model_fields:
        return SettingsError("error.settings_name", path=quote(path), name=quote(name))
    value = "…" if name in _SECRET else quote(fault["input"])
    return SettingsError(
        "error.setting_value", name=variable(name), value=value, allowed=allowed(name)
    )


def variable(name: str) -> str:
    """Return a setting's name in the environment."""
    return f"{PREFIX}{name.upper()}"


def unknown(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return what the environment has that looks like a setting of ours and is none."""
    names = {variable(name) for name in Settings.model_fields} | {FILE_VARIABLE}
    return sorted(
        name
        for name in environment
        if name.startswith(PREFIX)
        and name not in names
        and not name.endswith(_FREE_ENDS)
        and not name.startswith(_FREE_STARTS)
    )


def allowed(name: str) -> Remark:
    """Say which values a setting can have."""
    field = Settings.model_fields[name]
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(one, str) for one in choices):
        return Remark("setting.one_of", {"names": ", ".join(choices)})
    if field.annotation is bool:
        return Remark("setting.one_of", {"names": "true, false"})
    if field.annotation is str:
        return Remark("setting.sources" if name == "frame_ancestors" else "setting.text")
    bounds = {type(one): one for one in field.metadata}
    most: Any = bounds.get(annotated_types.Le)
    least: Any = bounds.get(annotated_types.Ge)
    if most is None:
        return Remark("setting.above_zero")
    return Remark("setting.between", {"least": str(least.ge), "most": str(most.le)})
