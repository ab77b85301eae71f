"""Who may write: the whole table of cases, and what no name or header can bring about."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import i18n
from geo.ledger import fields
from geo.schema.text import LIMITS
from layers.app import login_rules
from layers.app.login_rules import Access, LoginSettings, Mode, decide, read_settings

NOW = 1_800_000_000
ADDRESS = "localhost:8501"
DIRECT = {"Host": [ADDRESS], "Origin": [f"http://{ADDRESS}"], "User-Agent": ["Firefox"]}
PROVIDER = LoginSettings(providers=("default",), writer_groups=frozenset({"skrivere"}))
KARI = {
    "is_logged_in": True,
    "sub": "a1b2",
    "name": "Kari Nordmann",
    "email": "kari@lillestrom.kommune.no",
    "groups": ["alle", "skrivere"],
    "exp": NOW + 60,
    "provider": "default",
}
SECRETS = """
[auth]
redirect_uri = "https://areal.example.no/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "id"
client_secret = "secret"
server_metadata_url = "https://login.example.no/.well-known/openid-configuration"
[naeringsareal]
writer_groups = ["skrivere"]
"""


def at_desk(settings=LoginSettings(), headers=DIRECT, ip=None, address="localhost", name="Ola"):  # noqa: B008  # frozen
    return decide(settings, {}, headers, ip, address, now=NOW, desk_name=name)


def logged_in(settings=PROVIDER, **claims):
    user = {name: value for name, value in (KARI | claims).items() if value is not None}
    return decide(settings, user, DIRECT, None, "localhost", now=NOW, desk_name="root")


# The desk


def test_on_this_machine_the_user_of_the_desk_may_write_under_their_own_name():
    assert at_desk() == Access(
        Mode.DESK, may_write=True, author="Ola", name="Ola", may_administer=True
    )


@pytest.mark.parametrize("address", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1"])
def test_a_server_on_loopback_alone_may_be_a_desk(address):
    assert at_desk(address=address).mode is Mode.DESK


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "0.0.0.0",  # noqa: S104  # what must not pass
        "::",
        "192.168.1.20",
        "areal.example.no",
        "localhost.example.no",
        "unix:///run/areal.sock",
    ],
)
def test_a_server_that_others_can_reach_is_no_desk_and_says_so(address):
    access = at_desk(address=address)
    assert (access.mode, access.may_write) == (Mode.CLOSED, False)
    assert access.reason == "access.open_to_others"


@pytest.mark.parametrize("ip", [None, "127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_a_client_on_loopback_is_at_the_desk(ip):
    assert at_desk(ip=ip).may_write


@pytest.mark.parametrize(
    "ip", ["192.168.1.20", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "", "localhost.example.no"]
)
def test_a_client_from_elsewhere_is_not_at_the_desk(ip):
    assert at_desk(ip=ip).reason == "access.from_elsewhere"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "[::1]:8501", "LocalHost:9000"])
def test_a_page_opened_by_a_name_of_this_machine_is_at_the_desk(host):
    assert at_desk(headers={"host": [host], "origin": [f"http://{host}"]}).may_write


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("areal.example.no", "http://areal.example.no"),
        # A reverse proxy that writes Host anew leaves the Origin that the browser sent.
        ("localhost:8501", "https://areal.example.no"),
        # A page of another program on this machine.
        ("localhost:8501", "http://localhost:3000"),
        ("localhost:8501", "http://127.0.0.1:8501"),
        ("localhost:8501", "null"),
        ("localhost:8501", ""),
        ("localhost.example.no:8501", "http://localhost.example.no:8501"),
        ("", "http://"),
        ("[::1", "http://[::1"),
        ("192.168.1.20:8501", "http://192.168.1.20:8501"),
    ],
)
def test_a_page_opened_by_another_name_is_not_at_the_desk(host, origin):
    access = at_desk(headers={"Host": [host], "Origin": [origin]})
    assert (access.may_write, access.reason) == (False, "access.from_elsewhere")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": [ADDRESS]},
        {"Origin": [f"http://{ADDRESS}"]},
        {"Host": [ADDRESS, "areal.example.no"], "Origin": [f"http://{ADDRESS}"]},
        {"Host": [ADDRESS], "Origin": [f"http://{ADDRESS}", "https://areal.example.no"]},
    ],
)
def test_host_and_origin_must_both_stand_there_once(headers):
    assert not at_desk(headers=headers).may_write


@pytest.mark.parametrize(
    "name",
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "x-forwarded-host",
        "X-FORWARDED-PROTO",
        "X-Real-IP",
        "X-Real-Ip",
        "X-Client-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "X-Original-Host",
    ],
)
@pytest.mark.parametrize("value", ["127.0.0.1", "203.0.113.7", ""])
def test_what_came_through_a_proxy_is_not_at_the_desk_whatever_the_proxy_says(name, value):
    access = at_desk(headers=DIRECT | {name: [value]})
    assert (access.may_write, access.reason) == (False, "access.from_elsewhere")


@given(
    headers=st.dictionaries(
        st.sampled_from(["Host", "Origin", "X-Forwarded-For", "Forwarded", "X-Real-Ip", "Cookie"]),
        st.lists(st.sampled_from([ADDRESS, f"http://{ADDRESS}", "127.0.0.1", ""]), max_size=2),
    ),
    ip=st.sampled_from(["203.0.113.7", "10.1.2.3", "2001:db8::1"]),
    address=st.sampled_from([None, "0.0.0.0", "localhost"]),  # noqa: S104  # what must not pass
)
def test_no_header_lets_another_machine_write(headers, ip, address):
    assert not at_desk(headers=headers, ip=ip, address=address).may_write


def test_a_desk_without_a_name_writes_as_unknown():
    assert at_desk(name=" \n").author == "ukjent"


# The login


def test_a_writer_who_is_logged_in_may_write_and_is_named_with_their_subject():
    assert logged_in() == Access(
        Mode.PROVIDER,
        may_write=True,
        author="Kari Nordmann <kari@lillestrom.kommune.no> [a1b2]",
        name="Kari Nordmann",
        logged_in=True,
    )


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"is_logged_in": None}, "access.not_logged_in"),
        ({"is_logged_in": False}, "access.not_logged_in"),
        ({"is_logged_in": "true"}, "access.not_logged_in"),
        ({"exp": NOW}, "access.expired"),
        ({"exp": NOW - 1}, "access.expired"),
        ({"exp": None}, "access.expired"),
        ({"exp": True}, "access.expired"),
        ({"exp": float("nan")}, "access.expired"),
        ({"exp": str(NOW + 60)}, "access.expired"),
        ({"sub": None}, "access.claim_missing"),
        ({"sub": " "}, "access.claim_missing"),
        ({"sub": 17}, "access.claim_missing"),
        ({"sub": "a\u202eb"}, "access.claim_missing"),
        ({"sub": "a" * 256}, "access.claim_missing"),
        ({"groups": None}, "access.claim_missing"),
        ({"groups": 7}, "access.claim_missing"),
        ({"groups": {"skrivere": True}}, "access.claim_missing"),
        ({"groups": []}, "access.not_a_writer"),
        ({"groups": ["alle"]}, "access.not_a_writer"),
        ({"groups": ["Skrivere"]}, "access.not_a_writer"),
        ({"groups": ["skrivere2", "ikke-skrivere", ["skrivere"], None]}, "access.not_a_writer"),
        ({"groups": "ikke skrivere"}, "access.not_a_writer"),
        ({"groups": ""}, "access.not_a_writer"),
    ],
)
def test_all_others_may_not_write_and_are_told_why(claims, reason):
    access = logged_in(**claims)
    assert (access.mode, access.may_write, access.reason) == (Mode.PROVIDER, False, reason)
    assert not access.may_administer


@pytest.mark.parametrize("claim", ["skrivere", ["skrivere"], ("x", "skrivere")])
def test_the_claim_may_be_a_list_or_one_word(claim):
    assert logged_in(groups=claim).may_write


def test_another_claim_may_carry_the_groups():
    settings = LoginSettings(
        ("default",), group_claim="roles", writer_groups=frozenset({"skriver"})
    )
    assert logged_in(settings, roles=["skriver"]).may_write
    refused = logged_in(settings, groups=["skriver"])
    assert (refused.reason, refused.parts) == ("access.claim_missing", {"claim": "roles"})


def test_without_writer_groups_nobody_writes_not_even_an_administrator():
    for settings in (
        LoginSettings(("default",)),
        LoginSettings(("default",), admin_groups={"skrivere"}),
    ):
        access = logged_in(settings)
        assert (access.may_write, access.reason) == (False, "access.writer_groups_missing")


def test_an_administrator_writes_too_and_a_writer_does_not_administer():
    settings = LoginSettings(
        ("default",), writer_groups=frozenset({"w"}), admin_groups=frozenset({"a"})
    )
    admin, writer = logged_in(settings, groups=["a"]), logged_in(settings, groups=["w"])
    assert (admin.may_write, admin.may_administer) == (True, True)
    assert (writer.may_write, writer.may_administer) == (True, False)
    assert not logged_in(settings, groups=["a"], exp=NOW).may_administer


def test_with_a_provider_even_the_desk_must_log_in():
    access = at_desk(PROVIDER)
    assert (access.mode, access.reason) == (Mode.PROVIDER, "access.not_logged_in")


def test_who_has_an_expired_login_is_offered_a_new_one():
    assert (logged_in(exp=NOW - 1).logged_in, logged_in(groups=[]).logged_in) == (False, True)


# The author


@pytest.mark.parametrize(
    ("claims", "author"),
    [
        ({"email": None}, "Kari Nordmann [a1b2]"),
        ({"email": None, "preferred_username": "kari"}, "Kari Nordmann <kari> [a1b2]"),
        ({"name": None, "email": None}, "[a1b2]"),
        ({"name": "Boss <boss@x.no> [0000]"}, "Boss boss@x.no 0000 <kari@lillestrom.kommune.no>"),
        ({"name": "Ka\u0000ri\n\tN\u202eor\u200bd"}, "Kari Nord <kari@lillestrom.kommune.no>"),
        ({"provider": "entra"}, "Kari Nordmann <kari@lillestrom.kommune.no> [entra:a1b2]"),
        ({"name": ["Kari"], "email": {}}, "[a1b2]"),
    ],
)
def test_the_author_is_one_line_that_cannot_pass_for_another(claims, author):
    told = logged_in(**claims).author
    assert told == (author if author.endswith("]") else f"{author} [a1b2]")


text = st.text(max_size=400)


@given(name=text, email=text, provider=text)
def test_an_author_is_short_printable_and_ends_in_the_subject(name, email, provider):
    author = logged_in(name=name, email=email, provider=provider).author
    assert len(author) <= login_rules.MAX_AUTHOR
    assert author.isprintable()
    assert author.endswith("a1b2]")
    assert author.count("[") == author.count("]") == 1


def test_the_longest_author_has_room():
    author = logged_in(name="n" * 999, email="e" * 999, provider="p" * 999, sub="s" * 255).author
    assert "s" * 255 in author
    assert len(author) <= login_rules.MAX_AUTHOR


@given(text)
def test_the_name_given_at_a_desk_never_reads_like_a_login(name):
    author = at_desk(name=name).author
    assert 0 < len(author) <= login_rules.MAX_NAME
    assert author.isprintable()
    assert not set(author) & set("<>[]")


def test_two_of_the_same_name_are_two_authors():
    assert logged_in(sub="1").author != logged_in(sub="2").author


# The settings


def test_no_file_and_no_table_mean_no_provider():
    assert read_settings({}) == read_settings({"naeringsareal": {}}) == LoginSettings()


def test_a_full_file_gives_one_provider_without_a_name():
    assert read_settings(tomllib.loads(SECRETS)) == PROVIDER


def test_providers_may_have_names():
    top, table = SECRETS.split("client_id")
    named = tomllib.loads(f"{top}[auth.entra]\nclient_id{table}")
    assert read_settings(named).providers == ("entra",)
    both = tomllib.loads(SECRETS)
    both["auth"]["entra"] = named["auth"]["entra"]
    assert read_settings(both).providers == ("default", "entra")
    del both["auth"]["entra"]["client_id"]
    assert read_settings(both).missing == ("client_id",)


def test_what_the_login_page_is_asked_for_is_no_provider():
    secrets = tomllib.loads(SECRETS)
    secrets["auth"]["client_kwargs"] = {"scope": "openid groups"}
    assert read_settings(secrets) == PROVIDER


@pytest.mark.parametrize(
    "key", ["redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_a_half_finished_login_closes_and_names_what_is_missing(key, value):
    secrets = tomllib.loads(SECRETS)
    secrets["auth"][key] = value
    access = at_desk(read_settings(secrets))
    assert (access.mode, access.may_write) == (Mode.CLOSED, False)
    assert key in access.why_not("nb")


def test_a_cookie_secret_that_can_be_guessed_closes():
    assert read_settings(tomllib.loads(SECRETS.replace('cdef"', 'cde"'))).missing == (
        "cookie_secret",
    )


@pytest.mark.parametrize("secrets", [None, {"auth": {}}, {"auth": "x"}, {"auth": []}])
def test_a_bad_file_never_opens_a_desk(secrets):
    access = at_desk(read_settings(secrets))
    assert (access.mode, access.may_write) == (Mode.CLOSED, False)


@pytest.mark.parametrize(
    ("written", "groups"),
    [
        ('"skrivere"', {"skrivere"}),
        ('["a", "b", ""]', {"a", "b"}),
        ('""', set()),
        ("[]", set()),
        ("7", set()),
        ("[1, 2]", set()),
    ],
)
def test_writer_groups_are_a_list_or_one_word_and_nothing_blank(written, groups):
    secrets = tomllib.loads(SECRETS.replace('["skrivere"]', written))
    assert read_settings(secrets).writer_groups == groups


# What is said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_refusal_is_said_with_its_parts_and_permission_says_nothing(language):
    assert "roles" in logged_in(LoginSettings(("default",), "roles", frozenset({"x"}))).why_not(
        language
    )
    assert logged_in().why_not(language) == ""


def test_an_author_fits_in_the_ledger():
    assert LIMITS[fields.LINE] >= login_rules.MAX_AUTHOR
