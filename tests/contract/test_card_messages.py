"""The schema both houses share: every example is read as it says, by the schema, by the agent and by the portal."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.eid import agent_views, labels, proofs
from card_agent import NAME, problems, requests
from card_agent.problems import Problem
from tests.cards import Wire, confirm, post, start
from tests.people import make_account, sign_in_as

FOLDER = Path(__file__).resolve().parents[2] / "card_agent" / "protocol"
SCHEMA = json.loads((FOLDER / "eid-card.v1.schema.json").read_text())
EXAMPLES = {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "examples").glob("*.json"))}
TO_AGENT = {"redeemed": requests.redeemed, "answer": requests.answer}


def kind_of(name):
    return name.split(".")[1].split("-")[0]


def validator(kind):
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{kind}"})


def test_the_schema_is_one_and_has_examples_of_everything():
    Draft202012Validator.check_schema(SCHEMA)
    good = {kind_of(name) for name in EXAMPLES if name.startswith("good")}
    assert good == {"redeem", "redeemed", "answer", "result", "problem", "error"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_is_what_its_name_says(name):
    assert validator(kind_of(name)).is_valid(EXAMPLES[name]) is name.startswith("good")


@pytest.mark.parametrize("name", [name for name in EXAMPLES if kind_of(name) in TO_AGENT])
def test_the_agent_reads_what_the_schema_allows_and_nothing_else(name):
    read = TO_AGENT[kind_of(name)]
    if name.startswith("good"):
        read(EXAMPLES[name])
    else:
        with pytest.raises(Problem):
            read(EXAMPLES[name])


def test_the_agent_sends_what_the_schema_allows():
    sent = requests.result({"identity": b"\x01\x02", "photo": b"x"}, b"s" * 96)
    assert validator("result").is_valid(sent)
    assert validator("result").is_valid(requests.result({}, None))
    assert validator("redeem").is_valid({"code": "BCDFGHJK", "agent": NAME})


def test_both_houses_speak_of_the_same_files_purposes_and_problems():
    """No code in common, so the words are compared here."""
    defined = SCHEMA["$defs"]
    assert set(requests.FILES) == set(defined["file"]["enum"])
    assert set(requests.ALLOWED) == set(proofs.FILES) == set(defined["purpose"]["enum"])
    assert requests.PROOF == proofs.PROOF
    for purpose, files in proofs.FILES.items():
        assert requests.ALLOWED[purpose] == set(files)
    assert problems.TOLD == agent_views.TOLD == set(defined["problem"]["properties"]["code"]["enum"])
    assert set(labels.REFUSED) >= problems.TOLD


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_portal_answers_as_the_schema_says_and_reads_what_it_allows(client, app, inside, clock):
    sign_in_as(client, make_account(), clock=clock)
    code = start(client, "/account/card").replace("-", "")
    for name in (one for one in EXAMPLES if one.startswith("bad.redeem-")):
        refused = post(app, "/agent/v1/redeem", EXAMPLES[name])
        assert refused.status_code == 400 and validator("error").is_valid(refused.get_json()), name
    found = post(app, "/agent/v1/redeem", {**EXAMPLES["good.redeem"], "code": code}).get_json()
    assert validator("redeemed").is_valid(found)
    face = type("Face", (), {"opened": f"http://lavande.parvis.test{found['confirm_path']}"})
    where = f"/agent/v1/pairings/{found['pairing']}"
    waiting = post(app, where, token=found["token"], method="GET").get_json()
    assert confirm(client, face).status_code == 303
    told = post(app, where, token=found["token"], method="GET").get_json()
    assert validator("answer").is_valid(waiting) and validator("answer").is_valid(told)
    for name in EXAMPLES:
        if name.startswith("bad.result"):
            refused = post(app, f"{where}/result", EXAMPLES[name], token=found["token"])
            assert refused.status_code in (400, 409, 422), name
        if name.startswith("bad.problem"):
            assert post(app, f"{where}/problem", EXAMPLES[name], token=found["token"]).status_code == 400
    assert (
        Wire(app).state(found["pairing"], found["token"])[0] == "refused"
    )  # a file the schema does not know
