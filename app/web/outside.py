"""The current app's services and configuration, without importing the floor that wires them."""

from typing import Any

from flask import current_app


def services() -> Any:
    """app.services.Services of the running app."""
    return current_app.extensions["parvis.services"]


def config() -> Any:
    """app.config.Config of the running app."""
    return current_app.extensions["parvis.config"]
