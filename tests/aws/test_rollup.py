"""What has ended is counted by the schedule's event, once, and the figures stand in the table."""

import datetime
import json
import uuid

from test_story import body, days_ago


def kept(cloud, procedure: str, period: str) -> list[dict]:
    found = cloud.stack.aws("dynamodb").query(
        TableName=cloud.stack.table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :id)",
        ExpressionAttributeValues={":pk": {"S": "R#"}, ":id": {"S": f"{procedure}/{period}/V"}},
        ConsistentRead=True,
    )
    return [json.loads(item["j"]["S"]) for item in found["Items"]]


def test_a_month_that_has_ended_is_counted_by_the_event_of_the_schedule_and_once(cloud):
    received = days_ago(40)
    # The month in the procedure's zone.
    at = datetime.datetime.fromisoformat(received).astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    staff, period = cloud.sign_in(), at.strftime("%Y-%m")
    for n in range(2):
        late = body(who=f"rollup{n}") | {"channel": "telephone", "received_at": received, "received_by": "前台"}
        reply = staff.post("/api/intake", late, **{"idempotency-key": f"rollup-{n}-{uuid.uuid4().hex}"})
        assert reply.status == 201, reply.text
    event = cloud.schedule_input("Count")
    report = cloud.stack.invoke("Rollup", event)
    versions = kept(cloud, "P19", period)
    assert len(versions) == 1, (report, versions)
    received_in = sum(1 for row in staff.get(f"/api/complaints?month={period}").json()["rows"] if "P19" in row)
    assert received_in >= 2
    assert versions[0]["complaints"]["received"] == received_in, versions[0]
    assert cloud.stack.invoke("Rollup", event)["counted"] == []
    assert kept(cloud, "P19", period) == versions

    # The administrator, who stands in for an empty desk, is written to once, with the workbook.
    name = f"P19-{period}-V1.xlsx"
    mail = cloud.letter("quality@company.example", name)
    assert name in [part.get_filename() for part in mail.walk()]

    # What came in late makes a version beside it when the office counts again, with a workbook of its own.
    late = body(who="rollup2") | {"channel": "telephone", "received_at": received, "received_by": "前台"}
    assert staff.post("/api/intake", late, **{"idempotency-key": f"rollup-2-{uuid.uuid4().hex}"}).status == 201
    counted = staff.post(f"/api/rollups/{period}", {"procedure": "P19"})
    assert counted.status == 200, counted.text
    assert [one["complaints"]["received"] for one in kept(cloud, "P19", period)] == [received_in, received_in + 1]
    for version in (1, 2):
        workbook = staff.get(f"/api/rollups/{period}.xlsx?procedure=P19&version={version}")
        assert workbook.status == 200 and workbook.body.startswith(b"PK"), workbook.text
