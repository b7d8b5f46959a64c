"""The card program, taken home from the page: it is whole, and it runs where it is unpacked."""

import io
import subprocess
import sys
import zipfile

import pytest

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_the_archive_is_the_program_and_starts(client, tmp_path):
    answer = client.get("/eid/agent.zip")
    assert answer.mimetype == "application/zip" and answer.data == client.get("/eid/agent.zip").data
    bundle = zipfile.ZipFile(io.BytesIO(answer.data))
    names = set(bundle.namelist())
    assert {"card_agent/README.md", "card_agent/requirements-agent.txt", "card_agent/__main__.py"} <= names
    assert "card_agent/protocol/eid-card.v1.schema.json" in names and not any(
        "__pycache__" in one for one in names
    )
    bundle.extractall(tmp_path)
    words = [sys.executable, "-m", "card_agent", "--version"]
    done = subprocess.run(words, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True)
    assert done.stdout.strip() == "1.0", done.stderr
