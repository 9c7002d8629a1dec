"""One story, told to the deployed stack and to one machine: the same requests, the same expectations."""

import datetime
import re
import uuid
from email.message import EmailMessage
from urllib.parse import quote, urlencode

from world import until

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def body(text: str = "整批料筒开裂,要求退款加赔偿一共八万六。", who: str = "chen") -> dict:
    return {
        "procedure": "P19",
        "description": text,
        "customer": {"name": "陈晓明", "phone": "13800000001", "email": f"{who}@customer.example"},
        "product": {"name": "注塑机", "order": "DD-2025-118"},
        "language": "zh-Hans",
    }


def days_ago(days: int) -> str:
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_complaint_is_taken_in_once_however_often_it_comes(world):
    first = world.complain("story-once-0001", body())
    assert first.status == 201, first.text
    again = world.complain("story-once-0001", body())
    assert (again.status, again.json()) == (201, first.json())
    other = world.complain("story-once-0001", body("别的事情"))
    assert other.status == 422, other.text
    assert first.json()["procedure"] == "P19"
    assert first.json()["deadlines"], "no deadline"
    assert len(first.json()["query_code"]) == 10


def test_the_customer_is_written_to_and_finds_the_complaint_by_number_and_code(world):
    receipt = world.complain(f"story-track-{uuid.uuid4().hex}", body(who="track")).json()
    letter = world.letter("track@customer.example", receipt["number"])
    assert "kesu@company.example" in str(letter["from"])
    form = f"number={receipt['number']}&code={receipt['query_code']}".encode()
    page = world.ask("POST", "/track", form, {"content-type": "application/x-www-form-urlencoded"})
    assert page.status == 200 and receipt["number"] in page.text, page.text
    wrong = f"number={receipt['number']}&code=AAAAAAAAAA".encode()
    page = world.ask("POST", "/track", wrong, {"content-type": "application/x-www-form-urlencoded"})
    assert receipt["number"] not in page.text or page.status >= 400


def test_a_deadline_long_past_is_escalated_by_the_sweep_and_once(world):
    staff = world.sign_in()
    late = body(who="late") | {"channel": "telephone", "received_at": days_ago(40), "received_by": "前台"}
    reply = staff.post("/api/intake", late, **{"idempotency-key": f"story-late-{uuid.uuid4().hex}"})
    assert reply.status == 201, reply.text
    number = reply.json()["number"]
    world.sweep()
    until(lambda: world.mails("quality@company.example", number), what="nobody hears of the missed deadline")
    told = staff.complaint(reply.json()["id"])
    rungs = [event for entry in told["log"] for event in entry["events"] if event["type"] == "escalated"]
    assert rungs, told["log"]
    world.sweep()
    again = staff.complaint(reply.json()["id"])
    assert [e for entry in again["log"] for e in entry["events"] if e["type"] == "escalated"] == rungs


def test_staff_carry_a_complaint_to_the_reply_and_it_leaves_as_a_letter(world):
    receipt = world.complain(f"story-reply-{uuid.uuid4().hex}", body(who="reply")).json()
    assert world.ask("GET", f"/api/complaints/{receipt['id']}").status == 401
    staff = world.sign_in()
    listed = staff.get("/api/complaints").json()
    assert any(receipt["number"] in row for row in listed["rows"]), listed["rows"]
    told = staff.does(receipt["id"], {"type": "register"})
    assert "registered" in [one["name"] for one in told["milestones"]]
    told = staff.does(receipt["id"], {"type": "reply", "text": "按合同更换料筒", "channel": "email", "formal": True})
    assert "replied" in [one["name"] for one in told["milestones"]]
    world.letter("reply@customer.example", "按合同更换料筒")
    seen = staff.post(f"/api/complaints/{receipt['id']}/commands", {"version": 1, "command": {"type": "note", "text": "x"}})
    assert seen.status in (200, 409), seen.text
    # Every letter is marked, so that it does not leave again.
    states = until(lambda: all_marked(staff.complaint(receipt["id"])), what="letters are not marked as sent")
    assert states


def all_marked(told: dict) -> list[str]:
    states = [letter["state"] for letter in told["letters"]]
    return states if states and all(state in ("sent", "suppressed") for state in states) else []


def mail(subject: str, text: str, sender: str = "wang@customer.example", **headers) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "complaints@company.example", subject
    message["Message-ID"] = f"<{uuid.uuid4().hex}@customer.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    message.add_attachment(PNG + uuid.uuid4().bytes, maintype="image", subtype="png", filename="照片.png")
    return bytes(message)


def test_a_mail_becomes_a_complaint_and_the_answer_to_our_letter_joins_it(world):
    staff = world.sign_in()
    word = f"泵体漏油{uuid.uuid4().hex[:6]}"
    sender = f"{uuid.uuid4().hex[:8]}@customer.example"
    world.mail_in(mail("投诉", f"你们的设备{word},请尽快处理。", sender), sender, "complaints@company.example")
    letter = world.letter(sender)
    answer = mail("回复", f"补充:{word},发票在这里。", sender, In_Reply_To=str(letter["message-id"]))
    world.mail_in(answer, sender, str(letter["reply-to"] or "complaints@company.example"))
    both = until(lambda: with_mails(staff, word), what="the answer did not join the complaint")
    assert both["fields"]["description"].count(word) == 1, both["fields"]


def with_mails(staff, word: str):
    for row in staff.get("/api/complaints").json()["rows"]:
        told = staff.complaint(row[0]) if isinstance(row[0], str) else None
        if told and word in str(told["fields"].get("description")) and "wrote" in str([e["type"] for entry in told["log"] for e in entry["events"]]):
            return told
    return None


def test_what_cannot_be_read_waits_until_a_person_takes_it_in(world):
    staff = world.sign_in()
    before = {one["id"] for one in staff.get("/api/quarantine").json()["entries"]}
    world.mail_in(b"this is no message " + uuid.uuid4().hex.encode(), "someone@customer.example", "complaints@company.example")
    new = until(lambda: [one for one in staff.get("/api/quarantine").json()["entries"] if one["id"] not in before], what="nothing waits")
    assert b"this is no message" in staff.get(f"/api/quarantine/{new[0]['id']}/raw").body
    reply = staff.post(f"/api/quarantine/{new[0]['id']}/replay", {"as": "complaint"})
    assert reply.status in (200, 202), reply.text
    until(lambda: taken(staff, new[0]["id"]), what="what a person asked for was not taken in")


def taken(staff, id: str):
    rows = staff.get("/api/quarantine").json()["entries"]
    row = next((one for one in rows if one["id"] == id), None)
    return row is None or row.get("complaint")


def value_of(page: str, name: str) -> str:
    """The value of a page's hidden input."""
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def multipart(fields: dict, file: bytes) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    return b"".join([*parts, head.encode(), file, f"\r\n--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def test_a_picture_comes_with_the_form_and_goes_back_as_it_was(world):
    picture = PNG + uuid.uuid4().bytes
    page = world.ask("GET", "/?procedure=P19").text
    fields = {
        "token": value_of(page, "token"),
        "procedure": "P19",
        "name": "陈晓明",
        "email": "form@customer.example",
        "phone": "13800000001",
        "description": "整批料筒开裂",
        "product": "注塑机",
        "order": "DD-2025-118",
    }
    sent, kind = multipart(fields, picture)
    receipt = world.ask("POST", "/complaints", sent, {"content-type": kind, "accept": "text/html"})
    assert receipt.status == 201, receipt.text
    proof = {"number": value_of(receipt.text, "number"), "code": value_of(receipt.text, "code")}
    form = {"content-type": "application/x-www-form-urlencoded"}
    status = world.ask("POST", "/track", urlencode(proof).encode(), form)
    proof["name"] = value_of(status.text, "name")
    file = world.ask("POST", "/track/attachment", urlencode(proof).encode(), form)
    assert (file.status, file.header("content-type"), file.body) == (200, "image/png", picture)
    staff = world.sign_in()
    id = next(row[0] for row in staff.get("/api/complaints").json()["rows"] if proof["number"] in row)
    assert staff.get(f"/api/attachments/{id}/{proof['name']}").body == picture


def test_pages_and_documents_answer_behind_the_same_addresses(world):
    assert world.ask("GET", "/healthz").json() == {"ok": True}
    assert "text/css" in world.ask("GET", "/assets/kesu.css").header("content-type")
    staff = world.sign_in()
    for path in ("/admin", "/admin/due", "/admin/letters", "/admin/quarantine", "/admin/people", "/admin/slips"):
        assert staff.get(path).status == 200, path
    assert staff.get("/api/openapi.json").json()["openapi"].startswith("3.1")
    since = staff.get("/api/changes").json()["cursor"]
    number = world.complain(f"story-changes-{uuid.uuid4().hex}", body(who="changes")).json()["number"]
    assert number in staff.get(f"/api/changes?since={quote(since)}").text
    assert world.ask("GET", "/admin").status == 401
    assert world.ask("DELETE", "/api/session", headers=staff.headers).status == 204
    assert staff.get("/admin").status == 401


def test_the_digest_of_the_morning_tells_who_has_something_overdue_and_once(world):
    staff = world.sign_in()
    late = body("病人用药后出现休克,已送医院抢救。", "digest") | {"procedure": "P20", "channel": "visit", "received_at": days_ago(10), "received_by": "前台"}
    reply = staff.post("/api/intake", late, **{"idempotency-key": f"story-digest-{uuid.uuid4().hex}"})
    assert reply.status == 201, reply.text
    id, number = reply.json()["id"], reply.json()["number"]
    staff.does(id, {"type": "register"})
    # A day of law that has passed: it is told on days off too.
    staff.does(id, {"type": "report_authority", "fields": {"authority": "国家药品监督管理局", "report_due": days_ago(2)[:10]}})
    assert world.digest()["letters"] >= 1

    def digests() -> list:
        return [mail for mail in world.mails("quality@company.example", number) if re.search("待办|待辦|To do on", str(mail["subject"]))]

    until(digests, what="nobody got the digest")
    world.digest()
    assert len(digests()) == 1
