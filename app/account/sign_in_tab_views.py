"""The tab «Sign-in»: user name, address, password, and everything else one signs in with."""

from flask import Blueprint

bp = Blueprint("sign_in_tab", __name__)
