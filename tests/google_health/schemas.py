"""The service's own description, which travels inside Google's client library, as JSON Schema."""

import json
from functools import lru_cache
from pathlib import Path

import googleapiclient
from jsonschema import Draft202012Validator

PATH = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents" / "health.v4.json"
PATTERNS = {"int64": r"^-?[0-9]+$", "uint64": r"^[0-9]+$"}


@lru_cache
def document():
    return json.loads(PATH.read_text())


@lru_cache
def validator(name):
    kinds = {key: _schema(one) for key, one in document()["schemas"].items()}
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": kinds})


def check(name, value):
    """Raises ValidationError; a field the description does not know is wrong too."""
    validator(name).validate(value)


def _schema(one):
    if "$ref" in one:
        return {"$ref": f"#/$defs/{one['$ref']}"}
    found = {"type": one["type"]} if one.get("type") not in (None, "any") else {}
    if one.get("format") in PATTERNS and one["type"] == "string":
        found["pattern"] = PATTERNS[one["format"]]
    if "enum" in one:
        found["enum"] = one["enum"]
    if one.get("type") == "object":
        found["properties"] = {key: _schema(value) for key, value in one.get("properties", {}).items()}
        more = one.get("additionalProperties")
        found["additionalProperties"] = _schema(more) if more else False
    if "items" in one:
        found["items"] = _schema(one["items"])
    return found
