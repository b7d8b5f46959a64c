"""What the owner changes about the practice itself: who it is, and how it looks."""

from app.settings.actions.brand import keep_logo, paint, remove_logo
from app.settings.actions.practice import change, values

__all__ = ["change", "keep_logo", "paint", "remove_logo", "values"]
