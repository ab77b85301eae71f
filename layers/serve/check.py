"""``python -m layers.serve --check``: whether it would start, and with what, without starting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit import config

from geo.errors import SettingsError
from geo.i18n import Remark
from geo.ledger.database import connect, default_url, exists, place_of
from geo.ledger.store import Ledger
from geo.pack.location import read_current
from layers.app import login, login_rules
from layers.app.login_rules import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable


def run(tell: Callable[..., None], *, public: bool) -> None:
    """
    Say which pack, list of projects and login are used, having opened each; and if it is public.

    Raises
    ------
    NaeringsarealError
        If one of them cannot be used; the settings have been read before.
    """
    pack = read_current()
    tell("serve.check_pack", name=pack.name, id=pack.sha256[:8])
    url = default_url()
    place = place_of(connect(url).url)
    if public:
        _check_public(tell, pack.municipality_no or "", url)
        return
    if exists(url):
        Ledger.open(url, pack.municipality_no or "").close()
        tell("serve.check_ledger", place=place)
    else:
        tell("serve.check_new_ledger", place=place)
    found = login_rules.read_settings(login.secrets())
    if found.fault:
        parts = {"keys": ", ".join(found.missing)}
        raise SettingsError("error.login_fault", reason=Remark(found.fault, parts))
    providers = ", ".join(found.providers)
    if providers:
        groups = ", ".join(sorted(found.writer_groups))
        tell("serve.check_login", providers=providers, groups=groups or Remark("unknown"))
    else:
        here = is_loopback(config.get_option("server.address"))
        tell("serve.check_no_login" if here else "serve.check_no_login_served")


def _check_public(tell: Callable[..., None], municipality_no: str, url: str) -> None:
    place = place_of(connect(url).url)
    if exists(url):
        Ledger.existing(url, municipality_no, read_only=True).close()
        tell("serve.check_ledger_read", place=place)
    else:
        tell("serve.check_no_ledger", place=place)
    tell("serve.public")
