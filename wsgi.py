"""What the server loads: `granian --interface wsgi wsgi:app`."""

from app.config import Config
from app.factory import create_app

app = create_app(Config.from_env())
