"""The only place where parts are wired: one module a stage of the voyage."""

from plimsoll.bootstrap.application import Application, open_application

__all__ = ["Application", "open_application"]
