"""What only the cloud has: batches that fail in part, records that fail always, throttling, refusals; nothing is lost by them."""

import json
import time
import uuid

from test_story import body, mail
from world import until


def receipt_of(cloud, who: str) -> dict:
    return cloud.complain(f"fail-{uuid.uuid4().hex}", body(who=who)).json()


def letters_of(cloud, id: str) -> list[dict]:
    """The letters of a complaint as the table has them."""
    found = cloud.stack.aws("dynamodb").query(
        TableName=cloud.stack.table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :l)",
        ExpressionAttributeValues={":pk": {"S": f"C#{id}"}, ":l": {"S": "L#"}},
    )
    return found["Items"]


def record(item: dict, sequence: int) -> dict:
    """A record of the table's stream, as Lambda hands it over."""
    keys = {name: item[name] for name in ("pk", "sk")}
    change = {"Keys": keys, "NewImage": dict(item, st={"S": "q"}), "SequenceNumber": str(sequence), "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return {"eventID": str(sequence), "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}


def fails(cloud, function: str, when, times: int = 10_000, code: str = "ProvisionedThroughputExceededException") -> dict:
    """From now on the table refuses what this function asks for, where `when` says so."""
    fault = {"function": function, "when": when, "times": times, "code": code}
    cloud.recorder.faults.append(fault)
    return fault


def of_table(request, body: bytes, word: str) -> bool:
    return "x-amz-target" in request.headers and word.encode() in body


def rests(fault: dict, seconds: float = 6) -> bool:
    """Whether nothing was refused for a while."""
    before = fault["times"]
    time.sleep(seconds)
    return fault["times"] == before


def test_a_batch_names_the_record_that_failed_and_what_came_before_it_is_done(cloud):
    good, poisoned = receipt_of(cloud, "good"), receipt_of(cloud, "poisoned")
    for one in (good, poisoned):
        until(lambda one=one: all(item["st"]["S"] in "sx" for item in letters_of(cloud, one["id"])) and letters_of(cloud, one["id"]))
    # Both are made to wait again, and the table answers nothing about the second.
    first, second = letters_of(cloud, good["id"])[0], letters_of(cloud, poisoned["id"])[0]
    fault = fails(cloud, "Notify", lambda request, content: of_table(request, content, poisoned["id"]))
    batch = {"Records": [record(first, 100), record(second, 200), record(first, 300)]}
    answer = cloud.stack.invoke("Notify", batch)
    fault["times"] = 0
    assert answer == {"batchItemFailures": [{"itemIdentifier": "200"}]}
    assert cloud.stack.invoke("Notify", batch) == {"batchItemFailures": []}


def test_a_letter_that_the_stream_let_fall_is_found_by_the_sweep(cloud):
    who = uuid.uuid4().hex[:8]
    fault = fails(cloud, "Notify", lambda request, _: request.headers.get("x-amz-target", "").endswith("UpdateItem"))
    receipt = receipt_of(cloud, who)
    until(lambda: fault["times"] < 10_000, what="nobody tried to send the letter")
    # Only when the function has given up is the letter nobody's any more.
    until(lambda: rests(fault), what="the function goes on for ever")
    assert not cloud.mails(f"{who}@customer.example")
    fault["times"] = 0
    # The sweep finds it 90 seconds after it was ordered.
    def found():
        cloud.sweep()
        return cloud.mails(f"{who}@customer.example", receipt["number"])

    until(found, seconds=150, what="the sweep did not find the letter")
    assert len(cloud.mails(f"{who}@customer.example", receipt["number"])) == 1


def test_a_throttled_table_is_asked_again_and_the_customer_does_not_notice(cloud):
    fault = fails(cloud, "IntakeWeb", lambda request, content: "TransactWriteItems" in request.headers.get("x-amz-target", ""), times=3)
    reply = cloud.complain(f"throttled-{uuid.uuid4().hex}", body(who="throttled"))
    assert (reply.status, fault["times"]) == (201, 0), reply.text


def test_a_table_that_stays_throttled_is_an_honest_503_and_the_repeat_is_one_complaint(cloud):
    key = f"throttled-{uuid.uuid4().hex}"
    fault = fails(cloud, "IntakeWeb", lambda request, content: "TransactWriteItems" in request.headers.get("x-amz-target", ""))
    reply = cloud.complain(key, body(who="busy"))
    assert reply.status == 503 and reply.header("retry-after"), (reply.status, reply.headers)
    fault["times"] = 0
    assert cloud.complain(key, body(who="busy")).status == 201


def test_a_letter_that_ses_refuses_for_now_waits_and_is_not_lost(cloud):
    who = uuid.uuid4().hex[:8]
    fails(cloud, "Notify", lambda request, content: b"SendRawEmail" in content and who.encode() in content, times=1, code="Throttling")
    receipt = receipt_of(cloud, who)
    waiting = until(lambda: [item for item in letters_of(cloud, receipt["id"]) if "e" in item], what="the letter does not wait")
    assert waiting[0]["st"]["S"] == "q" and waiting[0]["wp"]["S"] == "W#0"


def test_mail_that_another_server_put_into_the_bucket_comes_in(cloud):
    sender = f"{uuid.uuid4().hex[:8]}@customer.example"
    key = f"inbox/{uuid.uuid4().hex} 信.eml"
    cloud.stack.aws("s3").put_object(Bucket=cloud.stack.outputs["MailBucket"], Key=key, Body=mail("投诉", "设备漏油,请处理。", sender))
    cloud.letter(sender)


def test_a_letter_that_came_back_is_marked_and_the_address_is_remembered(cloud):
    who = uuid.uuid4().hex[:8]
    receipt = receipt_of(cloud, who)
    sent = until(lambda: [item for item in letters_of(cloud, receipt["id"]) if item["st"]["S"] == "s" and "m" in item])
    message_id = next(item["m"]["S"] for item in sent if "customer" in item["j"]["S"].lower())
    bounce = {
        "eventType": "Bounce",
        "mail": {"messageId": message_id},
        "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": f"{who}@customer.example", "status": "5.1.1"}]},
    }
    topic = next(t["TopicArn"] for t in cloud.stack.aws("sns").list_topics()["Topics"] if "Post" in t["TopicArn"])
    cloud.stack.aws("sns").publish(TopicArn=topic, Message=json.dumps(bounce))
    until(lambda: [i for i in letters_of(cloud, receipt["id"]) if i["st"]["S"] == "f" and "5.1.1" in i["e"]["S"]], what="the bounce was not noted")


def test_the_schedules_fire_by_themselves(cloud):
    """The minute's sweep is called by the scheduler and not by us."""
    def calls():
        return sum("Escalate" == who for who, _ in cloud.recorder.calls)

    before = calls()
    until(lambda: calls() > before, seconds=90, what="no schedule fired")


def test_a_sweep_that_finds_nothing_due_asks_the_table_three_times_at_most(cloud):
    """Of this the idle month consists; docs/deploy.md counts three read units."""
    def asked() -> list[str]:
        before = len(cloud.recorder.calls)
        cloud.sweep()
        return [action for who, action in cloud.recorder.calls[before:] if who == "Escalate"]

    # The schedule may call at the same moment, and something may have been due: the quietest of some tells.
    fewest = min((asked() for _ in range(5)), key=len)
    assert len(fewest) <= 3, fewest


def test_the_administrator_is_made_once(cloud):
    again = cloud.admin_init(check=False)
    assert again.returncode == 1 and "accounts already" in again.stderr, again.stderr


def test_the_table_is_what_the_template_says(cloud):
    table = cloud.stack.aws("dynamodb").describe_table(TableName=cloud.stack.table)["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"wake", "month", "changed"}
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
