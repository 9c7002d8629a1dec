"""`kesu migrate`: an installation is carried from one machine to a stack at rest, is the same there, and can be carried back."""

import json
import shutil
import uuid

import pytest

from test_story import PNG, body, days_ago, mail, multipart, value_of
from world import Cloud, OneMachine, until


class Moved(Cloud):
    """A stack at rest that goes on with another installation's secret; nobody has an account there yet."""

    def __init__(self, secret: str):
        super().__init__(Secret=secret, Paused="yes")

    def begin(self) -> str:
        return ""

    def migrate(self, data, *more):
        outputs = self.stack.outputs
        buckets = ("--attachments", outputs["AttachmentsBucket"], "--mail", outputs["MailBucket"])
        return self.kesu("migrate", "--data", data, "--table", self.stack.table, *buckets, *more)

    def items(self) -> dict:
        pages = self.stack.aws("dynamodb").get_paginator("scan").paginate(TableName=self.stack.table)
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


@pytest.fixture(scope="module")
def machine():
    machine = OneMachine()
    yield machine
    machine.stop()


@pytest.fixture(scope="module")
def left(machine):
    """What a company has on its machine when it leaves: complaints, a picture, a mail, a missed deadline."""
    picture = PNG + uuid.uuid4().bytes
    page = machine.ask("GET", "/?procedure=P19").text
    fields = {"token": value_of(page, "token"), "procedure": "P19", "name": "陈晓明", "email": "form@customer.example"}
    fields |= {"phone": "13800000001", "description": "整批料筒开裂", "product": "注塑机", "order": "DD-2025-118"}
    sent, kind = multipart(fields, picture)
    receipt = machine.ask("POST", "/complaints", sent, {"content-type": kind, "accept": "text/html"})
    assert receipt.status == 201, receipt.text
    staff = machine.sign_in()
    machine.mail_in(mail("投诉", "泵体漏油,请处理。", "wang@customer.example"), "wang@customer.example", "complaints@company.example")
    late = body(who="late") | {"channel": "telephone", "received_at": days_ago(40), "received_by": "前台"}
    reply = staff.post("/api/intake", late, **{"idempotency-key": f"moving-{uuid.uuid4().hex}"})
    assert reply.status == 201, reply.text
    rows = until(lambda: three(staff), what="the mail did not come in")
    told = until(lambda: settled(staff, rows), what="letters stayed on their way")
    at = value_of(receipt.text, "number")
    with_picture = next(id for id, one in told.items() if one["number"] == at)
    machine.halt()
    return {"told": told, "picture": (with_picture, picture), "late": reply.json()}


def settled(staff, rows):
    """The complaints, once no letter of theirs is on its way: what is told of one would be another thing a moment later."""
    told = {row[0]: staff.complaint(row[0]) for row in rows}
    on_its_way = [letter for one in told.values() for letter in one["letters"] if letter["state"] in ("queued", "claimed")]
    return None if on_its_way else told


def three(staff):
    """Every complaint that there is, of this month and of the one of forty days ago."""
    rows = {row[0]: row for month in ("", f"?month={days_ago(40)[:7]}") for row in staff.get(f"/api/complaints{month}").json()["rows"]}
    return list(rows.values()) if len(rows) >= 3 else None


@pytest.fixture(scope="module")
def moved(machine, left):
    moved = Moved((machine.data / "secret").read_text())
    moved.password = machine.password
    yield moved
    moved.stop()


def test_an_installation_is_carried_and_the_deployed_stack_answers_the_same(machine, left, moved):
    first = moved.migrate(machine.data)
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert report["same"] and report["complaints"] == len(left["told"]), report
    assert report["items"]["written"] > 0 and report["items"]["digest"] == report["items"]["digest_there"], report
    assert report["blobs"]["written"] >= 2 and report["blobs"]["digest"] == report["blobs"]["digest_there"], report
    staff = moved.sign_in()
    for id, told in left["told"].items():
        assert staff.complaint(id) == told, id
    id, picture = left["picture"]
    names = [name for name in str(left["told"][id]["fields"].get("attachments")).replace("'", " ").split() if name.endswith(".png")]
    assert names, left["told"][id]["fields"]
    assert staff.get(f"/api/attachments/{id}/{names[0]}").body == picture
    # Nothing has moved by itself meanwhile.
    assert moved.left() == []


def test_the_same_again_writes_nothing(machine, left, moved):
    before = moved.items()
    again = moved.migrate(machine.data)
    assert again.returncode == 0, again.stderr
    report = json.loads(again.stdout)
    assert (report["items"]["written"], report["blobs"]["written"]) == (0, 0), report
    assert moved.items() == before


def test_what_broke_off_is_gone_on_with_and_what_differs_is_named(machine, left, moved):
    table, before = moved.stack.aws("dynamodb"), moved.items()
    mark = next(keys for keys in before if keys[0] == "S#migration")
    begun = dict(before[mark], j={"S": json.dumps(json.loads(before[mark]["j"]["S"]) | {"done": False})})
    table.put_item(TableName=moved.stack.table, Item=begun)
    log = sorted(keys for keys in before if keys[1].startswith("E#"))
    for keys in log[:2]:
        table.delete_item(TableName=moved.stack.table, Key={"pk": {"S": keys[0]}, "sk": {"S": keys[1]}})
    resumed = moved.migrate(machine.data)
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["items"]["written"] == 2, resumed.stdout
    assert {keys: item for keys, item in moved.items().items() if keys != mark} == {keys: item for keys, item in before.items() if keys != mark}
    # A complaint's entry that is another there is never overwritten.
    table.put_item(TableName=moved.stack.table, Item=begun)
    table.put_item(TableName=moved.stack.table, Item=dict(before[log[0]], j={"S": "{}"}))
    refused = moved.migrate(machine.data)
    assert refused.returncode == 1 and " ".join(log[0]) in refused.stderr, (refused.stdout, refused.stderr)
    assert moved.items()[log[0]]["j"] == {"S": "{}"}
    table.put_item(TableName=moved.stack.table, Item=before[log[0]])
    assert moved.migrate(machine.data).returncode == 0


def test_what_was_due_is_due_there(machine, left, moved):
    """The indexes came along: the first sweep finds the missed deadline, and the letter is ordered."""
    moved.sweep()
    told = moved.sign_in().complaint(left["late"]["id"])
    assert [event for entry in told["log"] for event in entry["events"] if event["type"] == "escalated"], told["log"]


def test_it_is_carried_back_into_a_folder_and_the_machine_answers(machine, left, moved, tmp_path):
    data = tmp_path / "back"
    data.mkdir()
    refused = moved.migrate(data, "--to-folder")
    assert refused.returncode == 1 and "secret" in refused.stderr, refused.stderr
    for name in ("secret", "kesu.toml"):
        shutil.copy(machine.data / name, data / name)
    back = moved.migrate(data, "--to-folder")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["same"], back.stdout
    proof = moved.kesu("verify", "--data", data)
    assert proof.returncode == 0 and json.loads(proof.stdout)["complaints"] == len(left["told"]), proof.stdout


def test_a_target_with_other_complaints_is_refused(machine, left, cloud):
    cloud.complain(f"other-{uuid.uuid4().hex}", body(who="other"))
    outputs = cloud.stack.outputs
    buckets = ("--attachments", outputs["AttachmentsBucket"], "--mail", outputs["MailBucket"])
    refused = cloud.kesu("migrate", "--data", machine.data, "--table", cloud.stack.table, *buckets)
    assert refused.returncode == 1 and "complaints" in refused.stderr, refused.stderr
    id = next(iter(left["told"]))
    assert cloud.sign_in().get(f"/api/complaints/{id}").status == 404
