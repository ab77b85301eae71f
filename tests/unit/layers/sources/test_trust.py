"""Certificates are read once, and again where others are named or the file is another."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import certifi
import pytest

from layers.sources.http import trust


@pytest.fixture
def own(tmp_path, monkeypatch):
    """An organisation's file of its own: one certificate of those that are usual."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    usual = Path(certifi.where()).read_text(encoding="utf-8")
    one, end, _ = usual.partition("-----END CERTIFICATE-----")
    path = tmp_path / "rot.pem"
    path.write_text(one + end + "\n", encoding="utf-8")
    return path


def test_they_are_read_once_until_others_are_named(own, monkeypatch):
    usual = trust.trusted()
    assert trust.trusted() is usual
    assert usual.verify_mode == ssl.CERT_REQUIRED
    assert usual.check_hostname
    assert len(usual.get_ca_certs()) > 1
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    theirs = trust.trusted()
    assert len(theirs.get_ca_certs()) == 1
    assert trust.trusted() is theirs
    monkeypatch.delenv("SSL_CERT_FILE")
    assert len(trust.trusted().get_ca_certs()) > 1


def test_a_file_that_has_been_replaced_is_read_again(own, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    before = trust.trusted()
    own.write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
    os.utime(own, ns=(1, 1))
    assert trust.trusted() is not before


def test_a_file_that_is_not_there_is_not_passed_over(own, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(own.with_name("borte.pem")))
    with pytest.raises(FileNotFoundError):
        trust.trusted()
