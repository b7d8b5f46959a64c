"""H: the least a Flask application can do."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
@app.get("/healthz")
def hello():
    return "hello"
