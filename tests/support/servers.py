"""Real servers on the loopback interface: MapServer behind a small CGI server, and pygeoapi."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import yaml

from tests.support.ports import free_port

MAPSERV = shutil.which("mapserv") or next(
    (path for path in ("/usr/lib/cgi-bin/mapserv",) if Path(path).exists()), None
)

_MAP = """MAP
  NAME "official"
  EXTENT {extent}
  PROJECTION "init=epsg:25832" END
  WEB METADATA
    "ows_title" "official" "ows_onlineresource" "{url}" "ows_srs" "{srs}" "ows_enable_request" "*"
    "wfs_namespace_prefix" "app" "wfs_namespace_uri" "http://skjema.test/Teig" {cap}
  END END
  LAYER
    NAME "Teig" TYPE POLYGON STATUS ON CONNECTIONTYPE OGR CONNECTION "{data}" DATA "Teig"
    PROJECTION "init=epsg:25832" END
    METADATA "ows_title" "Teig" "gml_include_items" "all" "gml_featureid" "teigid"
      "ows_srs" "{srs}" END
    CLASS STYLE COLOR 200 0 0 END END
  END
END
"""


@contextmanager
def serving(handler, context=None, **attributes):
    """Run a handler on a port of its own for as long as the block lasts; with TLS, by `context`."""
    kind = type("Handler", (handler,), {"log_message": lambda *_: None, **attributes})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # clients that hang up are what is tested
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Cgi(BaseHTTPRequestHandler):
    folder: Path

    def do_GET(self):
        environment = {
            "PATH": os.environ["PATH"],
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": urlsplit(self.path).query,
            "MS_MAPFILE": str(self.folder / "official.map"),
            "MAPSERVER_CONFIG_FILE": str(self.folder / "mapserver.conf"),
        }
        done = subprocess.run(  # noqa: S603  # our own program and map file
            [MAPSERV], env=environment, capture_output=True, check=True
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        self.send_response(200)
        self.send_header("Content-Type", head.decode().partition(":")[2].strip())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def mapserver(folder, plots, cap=None, srs="EPSG:25832 EPSG:4258"):
    """Serve plots as WFS 2.0 (and WMS); with `cap`, never more than so many in one reply."""
    folder.mkdir(parents=True, exist_ok=True)
    plots.to_file(folder / "teig.gpkg", layer="Teig")
    (folder / "mapserver.conf").write_text('CONFIG\nENV\nMS_MAP_NO_PATH "0"\nEND\nEND\n')
    with serving(_Cgi, folder=folder) as url:
        west, south, east, north = plots.total_bounds
        text = _MAP.format(
            extent=f"{west} {south} {east} {north}",
            url=f"{url}/?",
            srs=srs,
            data=folder / "teig.gpkg",
            cap=f'"wfs_maxfeatures" "{cap}"' if cap else "",
        )
        (folder / "official.map").write_text(text, encoding="utf-8")
        yield f"{url}/"


@contextmanager
def pygeoapi(folder, frame, name, id_field):
    """Serve one collection as OGC API Features."""
    folder.mkdir(parents=True, exist_ok=True)
    frame.to_crs(4326).to_file(folder / "data.geojson", driver="GeoJSON")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 5, "max_items": 5},
            "map": {"url": "http://127.0.0.1/{z}/{x}/{y}.png", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "t",
                "description": "d",
                "keywords": ["k"],
                "keywords_type": "theme",
                "terms_of_service": "t",
                "url": url,
            },
            "license": {"name": "n", "url": url},
            "provider": {"name": "n", "url": url},
            "contact": {"name": "n", "email": "post@example.org", "url": url},
        },
        "resources": {
            name: {
                "type": "collection",
                "title": name,
                "description": name,
                "keywords": ["k"],
                "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
                "providers": [
                    {
                        "type": "feature",
                        "name": "GeoJSON",
                        "data": str(folder / "data.geojson"),
                        "id_field": id_field,
                    }
                ],
            }
        },
    }
    (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    environment = {
        **os.environ,
        "PYGEOAPI_CONFIG": str(folder / "config.yml"),
        "PYGEOAPI_OPENAPI": str(folder / "openapi.yml"),
    }
    with (folder / "log.txt").open("wb") as log:
        subprocess.run(  # noqa: S603  # installed beside us
            [
                shutil.which("pygeoapi", path=str(Path(sys.executable).parent)),
                "openapi",
                "generate",
                str(folder / "config.yml"),
                "--output-file",
                str(folder / "openapi.yml"),
            ],
            env=environment,
            check=True,
            stdout=log,
            stderr=log,
        )
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "pygeoapi.starlette_app:APP",
            "--port",
            str(port),
            "--log-level",
            "warning",
        ]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            _wait(f"{url}/conformance", server, folder / "log.txt")
            yield url
        finally:
            server.terminate()
            server.wait(10)


def _wait(url, server, log):
    end = time.monotonic() + 60
    with httpx.Client(timeout=2) as client:  # which reads certificates once
        while time.monotonic() < end and server.poll() is None:
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace")[-2000:])
