"""Old registers: uploaded, tried, taken in, set going and taken back by a person; or put into their bucket."""

import json
import uuid
from urllib.parse import quote

from stack import ROOT
from world import until

SAMPLES = ROOT / "samples/ledgers"
CSV = "客诉编号,投诉日期,客户名称,投诉内容,是否结案\nKS-{word},2019-03-05,示例客户,料筒开裂{word},已结案\n"


def expected(name: str) -> dict:
    return json.loads((SAMPLES / "expected" / f"{name}.json").read_text())


def upload(staff, name: str, content: bytes) -> str:
    reply = staff.upload(f"/api/imports?name={quote(name)}&procedure=P19", content)
    assert reply.status == 202, reply.text
    return reply.json()["id"]


def comes_to(staff, id: str, state: str) -> dict:
    def there():
        shown = staff.get(f"/api/imports/{id}").json()
        return shown if shown["state"] == state else None

    return until(there, seconds=120, what=f"the upload does not come to `{state}`")


def wanted(staff, id: str, what: str):
    reply = staff.post(f"/api/imports/{id}/{what}", {})
    assert reply.status == 202, reply.text


def totals(report: dict) -> dict:
    """As the sample reports count: none of those mends anything."""
    return {name: count for name, count in report["files"][0]["totals"].items() if name != "mended"}


def test_a_register_is_uploaded_tried_taken_in_set_going_and_taken_back(world):
    # An old workbook, which a child of the function reads; another with photos, which are kept as attachments.
    staff = world.sign_in()
    for name in ("01-moulding-machines-2009.xls", "05-food-colours-and-photos.xlsx"):
        right = expected(name)
        id = upload(staff, name, (SAMPLES / name).read_bytes())
        tried = comes_to(staff, id, "read")
        assert tried["readable"] and totals(tried["read"]) == right["totals"], tried["read"]
        assert staff.get(f"/api/imports/{id}/copy").body[:2] == b"PK"
        wanted(staff, id, "run")
        done = comes_to(staff, id, "done")
        assert totals(done["run"]) == right["totals"], done["run"]
        month = right["records"][0]["complaint_date"][:7]
        numbers = {record.get("complaint_no") for record in right["records"] if record.get("complaint_date", "").startswith(month)} - {None}
        rows = staff.get(f"/api/complaints?month={month}").json()["rows"]
        assert all(any(number in row for row in rows) for number in numbers), (numbers, rows)
        wanted(staff, id, "activate")
        until(lambda id=id: staff.get(f"/api/imports/{id}").json()["activate"], what="it was not set going")
        comes_to(staff, id, "done")
        # The same file again is nothing new.
        again = comes_to(staff, upload(staff, name, (SAMPLES / name).read_bytes()), "read")
        figures = totals(again["read"])
        assert (figures["created"], figures["unchanged"]) == (0, right["totals"]["created"]), again["read"]
        wanted(staff, id, "undo")
        undone = comes_to(staff, id, "undone")
        assert undone["undo"]["removed"] + len(undone["undo"]["left"]) == right["totals"]["created"], undone["undo"]
        reply = world.ask("DELETE", f"/api/imports/{id}", headers=staff.headers)
        assert reply.status == 204, reply.text
        assert staff.get(f"/api/imports/{id}").status == 404


def test_what_is_no_register_is_said_and_goes_no_further(world):
    staff = world.sign_in()
    id = upload(staff, "台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    tried = comes_to(staff, id, "read")
    assert not tried["readable"], tried["read"]
    reply = staff.post(f"/api/imports/{id}/run", {})
    assert reply.status == 422, reply.text


def report_of(cloud, name: str) -> dict:
    """The report that stands beside a register in its bucket, once it is there."""
    s3, bucket, key = cloud.stack.aws("s3"), cloud.stack.outputs["RegistersBucket"], f"registers-reports/{name}.json"

    def there():
        found = s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents")
        return found and json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    return until(there, what=f"there is no report of {name}")


def test_a_register_that_was_put_into_the_bucket_is_taken_in_and_its_report_lies_beside_it(cloud):
    s3, bucket, word = cloud.stack.aws("s3"), cloud.stack.outputs["RegistersBucket"], uuid.uuid4().hex[:8]
    name = f"P19/台账 {word}.csv"
    s3.put_object(Bucket=bucket, Key=f"registers/{name}", Body=CSV.format(word=word).encode())
    report = report_of(cloud, name)
    assert totals(report)["created"] == 1, report
    rows = cloud.sign_in().get("/api/complaints?month=2019-03").json()["rows"]
    assert any(f"KS-{word}" in row for row in rows), rows


def test_a_slice_is_gone_on_with_by_the_word_that_the_one_before_left(cloud):
    """Ten minutes are not waited for: the word is written as a slice would have written it, and what was done is not done again."""
    s3, bucket, word = cloud.stack.aws("s3"), cloud.stack.outputs["RegistersBucket"], uuid.uuid4().hex[:8]
    name = f"P19/{word}.csv"
    s3.put_object(Bucket=bucket, Key=f"registers/{name}", Body=CSV.format(word=word).encode())
    report_of(cloud, name)
    s3.delete_object(Bucket=bucket, Key=f"registers-reports/{name}.json")
    left = {"bucket": bucket, "key": f"registers/{name}", "slice": 1}
    s3.put_object(Bucket=bucket, Key=f"registers-continue/{name}.json", Body=json.dumps(left).encode())
    report = report_of(cloud, name)
    assert (totals(report)["created"], totals(report)["unchanged"]) == (0, 1), report
