"""Requests as no browser sends them: raw paths, headers and cookies of one's own, forged logins."""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websockets.sync.client import connect

from tests import PATIENCE_S
from tests.support.links import texts_of

XSRF, USER = "_streamlit_xsrf", "_streamlit_user"


@dataclass
class Answered:
    status: int
    headers: dict
    body: bytes


def ask(address, path, method="GET", headers=(), body=None):
    """Send a request with its path as it is, and return the answer."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
    try:
        connection.putrequest(method, path, skip_host="Host" in dict(headers))
        for name, value in dict(headers).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answered(answer.status, named, answer.read())
    finally:
        connection.close()


def signed(claims, secret, origin):
    """A login cookie as Streamlit makes it."""
    text = json.dumps({"origin": origin, "is_logged_in": True, **claims})
    return create_signed_value(secret, USER, text).decode()


@contextmanager
def stream(address, *, origin=None, host=None, cookies=(), token="", headers=(), session=""):
    """A websocket to the app; `token` and `session` stand where Streamlit's frontend has them."""
    jar = "; ".join(f"{name}={value}" for name, value in dict(cookies).items())
    sent = dict(headers) | ({"Cookie": jar} if jar else {})
    place = urlsplit(address)
    said = [
        "streamlit",
        *([token or "-"] if token or session else []),
        *([session] * bool(session)),
    ]
    uri = f"ws://{host or place.netloc}/_stcore/stream"
    with connect(
        uri,
        # The name in the address is what the Host header says; this is where it leads.
        sock=_socket(place),
        origin=address if origin is None else origin or None,
        subprotocols=said,
        additional_headers=sent,
        max_size=None,
        open_timeout=PATIENCE_S,
    ) as opened:
        yield opened


def _socket(place):
    return socket.create_connection((place.hostname, place.port), timeout=PATIENCE_S)


def page_of(opened, query=""):
    """Run the first page; returns the session's id and all texts that the browser is told."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    opened.send(asked.SerializeToString())
    session, found = "", []
    while True:
        message = ForwardMsg.FromString(opened.recv(PATIENCE_S))
        kind = message.WhichOneof("type")
        if kind == "new_session":
            session = message.new_session.initialize.session_id
        elif kind == "delta":
            found += [text for _, text in texts_of(message.delta)]
        elif kind == "script_finished":
            return session, "\n".join(found)


def visited(address, cookie=None, **how):
    """What the first page says to whoever comes with a login cookie, with a token that is right."""
    token = generate_xsrf_token_string()
    cookies = {XSRF: token} | ({USER: cookie} if cookie else {})
    with stream(address, **{"cookies": cookies, "token": token, **how}) as opened:
        return page_of(opened)[1]
