"""What each role grants is what its function asked for in all tests before: these run last."""

import pytest

from recorder import Asked, granted, listed
from stack import FUNCTIONS

# What Lambda itself does in the function's name; it does not go through the function's own client.
BY_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:SendMessage",
}
# Granted though nothing in these tests asks for it, each with its reason.
# A complaint that no longer counts in a window takes its mark away (`removed` in store/append.rs), whoever told it.
UNCOUNTED = "only a complaint that no longer counts in a window of its procedure's counters deletes something"
NOT_THERE = "never called: with it S3 says that an object is not there, without it only that it may not be read"
ALSO = {
    ("IntakeWeb", "dynamodb:DeleteItem"): UNCOUNTED,
    ("IntakeMail", "dynamodb:DeleteItem"): UNCOUNTED,
    ("Escalate", "dynamodb:DeleteItem"): UNCOUNTED,
    ("Admin", "s3:ListBucket"): NOT_THERE,
    ("IntakeMail", "s3:ListBucket"): NOT_THERE,
    ("Notify", "s3:ListBucket"): NOT_THERE,
    ("Import", "s3:ListBucket"): NOT_THERE,
    ("Rollup", "s3:ListBucket"): NOT_THERE,
}
# The same for one resource of several.
ALSO_ON = {
    ("Import", "s3:PutObject", "/registers-continue/*"): "a slice leaves word only when its ten minutes are over",
}


def test_no_function_was_refused_anything_by_its_role(cloud):
    assert cloud.recorder.denied == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_everything_that_a_role_grants_was_used(cloud, function):
    asked = cloud.recorder.asked[function]
    assert asked, f"{function} was never called"
    unused = []
    for statement in cloud.recorder.grants[function]:
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                alone = [{"Effect": "Allow", "Action": action, "Resource": resource}]
                # A letter is sent with the configuration set; the request names only the identity.
                if action in BY_LAMBDA or (function, action) in ALSO or ":configuration-set/" in resource:
                    continue
                if any((function, action) == known[:2] and resource.endswith(known[2]) for known in ALSO_ON):
                    continue
                if not any(granted(alone, one) for one in asked):
                    unused.append(f"{action} on {resource}")
    assert unused == []


def test_only_notify_may_send(cloud):
    may = [name for name, grants in cloud.recorder.grants.items() if granted(grants, Asked("ses:SendRawEmail", "arn:aws:ses:eu-central-1:000000000000:identity/company.example"))]
    assert may == ["Notify"]


def test_the_recorder_refuses_what_a_role_does_not_grant():
    own = [{"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": "arn:aws:dynamodb:eu-central-1:1:table/kesu"}]
    assert granted(own, Asked("dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:1:table/kesu"))
    assert not granted(own, Asked("dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:1:table/other"))
    assert not granted(own, Asked("dynamodb:Query", "arn:aws:dynamodb:eu-central-1:1:table/kesu/index/wake"))
