"""How services are asked: patiently, and without telling others what is for the service alone."""

from layers.sources.http.transport import Request, Transport

__all__ = ["Request", "Transport"]
