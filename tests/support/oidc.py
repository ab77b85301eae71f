"""
A real provider of OpenID Connect on loopback: Canaille, with its users in memory.

Run as a process of its own: python -m tests.support.oidc PORT REDIRECT_URI...
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import subprocess
import sys

from tests.browser.conftest import ROOT, wait

CLIENT_ID = "naeringsareal"
CLIENT_SECRET = "a secret of this test alone"  # noqa: S105
WRITERS = "areal-skrivere"
# User name → full name and groups; the user name is the password too.
USERS = {
    "kari": ("Kari Nordmann", (WRITERS, "alle")),
    "ola": ("Ola *Leser* Nordmann", ("alle",)),
    "gro": ("Gro Gruppeløs", ()),
}


@contextlib.contextmanager
def running_provider(port, *redirect_uris):
    """Run the provider for one client, and wait until it answers; yields its address."""
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-m", "tests.support.oidc", str(port), *redirect_uris],
        cwd=ROOT,
        # Both ends of the test are on loopback, without TLS.
        env=os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait(f"{address}/.well-known/openid-configuration", process)
            yield address
        finally:
            process.terminate()


def secrets(provider, redirect_uri, own):
    """Text of secrets.toml for this provider; `own` is the table [naeringsareal]."""
    return f"""
[auth]
redirect_uri = "{redirect_uri}"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid profile email groups", prompt = "login" }}

[naeringsareal]
{own}
"""


def made(port, redirect_uris):
    """Return the provider as a Flask app, with its users, groups and the one client."""
    from canaille import create_app  # noqa: PLC0415  # only the provider's own process needs it
    from canaille.app import models  # noqa: PLC0415
    from canaille.backends import Backend  # noqa: PLC0415

    app = create_app(
        {
            "SECRET_KEY": "a key of this test alone",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {
                "DATABASE": "memory",
                "LANGUAGE": "en",
                "JAVASCRIPT": False,
                "HTMX": False,
                "CAPTCHA_ENABLED": False,
                "ENABLE_PASSWORD_RECOVERY": False,
            },
            "CANAILLE_OIDC": {"TRUSTED_DOMAINS": ["127.0.0.1"]},
        }
    )
    with app.app_context():
        members = {}
        for user_name, (full_name, groups) in USERS.items():
            given, _, family = full_name.rpartition(" ")
            user = models.User(
                user_name=user_name,
                password=user_name,
                formatted_name=full_name,
                given_name=given,
                family_name=family,
                emails=[f"{user_name}@lillestrom.example.no"],
            )
            Backend.instance.save(user)
            for group in groups:
                members.setdefault(group, []).append(user)
        for group, users in members.items():
            Backend.instance.save(models.Group(display_name=group, members=users))
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="Næringsareal",
            # An address among the trusted domains: no page asks for consent.
            client_uri="http://127.0.0.1",
            client_id_issued_at=dt.datetime.now(dt.UTC),
            redirect_uris=redirect_uris,
            post_logout_redirect_uris=redirect_uris,
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email", "groups"],
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106  # a method's name
        )
        Backend.instance.save(client)
        client.audience = [client]  # what the ID token says that it is for
        Backend.instance.save(client)
    return app


if __name__ == "__main__":
    from werkzeug.serving import run_simple

    port_ = int(sys.argv[1])
    run_simple("127.0.0.1", port_, made(port_, sys.argv[2:]), threaded=True)
