"""What each room tells the house rules: its addresses, and what of it stands next door. A module here is found."""

from importlib import import_module
from pkgutil import iter_modules

ROOMS = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
