"""What Streamlit is told: our settings, and what its own names in the environment say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import SettingsError
from geo.schema.coercion import quote
from layers.app.login_rules import is_loopback

if TYPE_CHECKING:
    from geo.settings import Settings

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")  # what a browser calls this machine
SCRIPT: Final = Path(__file__).parents[2] / "app.py"

# Setting of ours → Streamlit's name for it in the environment.
_NAMES: Final = {
    "port": "STREAMLIT_SERVER_PORT",
    "address": "STREAMLIT_SERVER_ADDRESS",
    "base_path": "STREAMLIT_SERVER_BASE_URL_PATH",
    "hosts": "STREAMLIT_SERVER_ALLOWED_HOSTS",
    "upload_megabytes": "STREAMLIT_SERVER_MAX_UPLOAD_SIZE",
}


def options(settings: Settings) -> dict[str, str]:
    """
    Return Streamlit's options by their names in the environment.

    What is set as ours goes before what is set as Streamlit's, and that before our defaults.
    """
    told = {}
    for name, variable in _NAMES.items():
        value = str(getattr(settings, name)).strip("/").replace(",", " ")
        if value and (name in settings.model_fields_set or not os.environ.get(variable)):
            told[variable] = value
    return told


def tell(settings: Settings) -> None:
    """
    Make Streamlit read its options, as ``streamlit run`` does; before anything asks for one.

    Without this, an app that a server of its own starts hears of config.toml alone: not that it
    lies below a path, nor that others can reach it.

    Raises
    ------
    SettingsError
        If the environment has one that Streamlit does not understand.
    """
    import click  # noqa: PLC0415  # Streamlit's import takes a second
    from streamlit import config  # noqa: PLC0415
    from streamlit.web import bootstrap  # noqa: PLC0415
    from streamlit.web.cli import configurator_options  # noqa: PLC0415

    os.environ.update(options(settings))
    config._main_script_path = str(SCRIPT)  # noqa: SLF001  # its config.toml lies beside it
    command = click.command()(configurator_options(lambda **_: None))
    try:
        read = command.make_context("streamlit", [])
    except click.BadParameter as error:
        name = str(getattr(error.param, "envvar", "") or "")
        raise SettingsError("error.streamlit_option", name=quote(name)) from None
    # In colours, a page that fails would be told with all that its error says, beside the log.
    bootstrap.load_config_options(read.params | {"logger_enableRich": False})
    on_a_desk = is_loopback(config.get_option("server.address")) and not settings.workers
    # A proxy on this machine passes on the name that its visitors type, below a path most often.
    if on_a_desk and not settings.base_path and not config.get_option("server.allowedHosts"):
        # A page of another site whose name is made to lead to this machine (DNS rebinding) could
        # read all that the user of a desk may read.
        config.set_option("server.allowedHosts", list(LOOPBACK))
