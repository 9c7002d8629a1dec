"""A Python handler with its AWS SDK that puts one item, and the loop that Lambda's own Python runtime runs around it."""

import http.client
import json
import os

import boto3

client = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"])


def handler(event):
    complaint = json.loads(event["body"])
    item = {"pk": {"S": "C#1"}, "sk": {"S": "HEAD"}, "v": {"N": "1"}, "j": {"S": json.dumps(complaint)}}
    client.put_item(TableName=os.environ["KESU_TABLE"], Item=item, ConditionExpression="attribute_not_exists(pk)")
    return {"statusCode": 201, "body": json.dumps({"number": "1"})}


api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    following = api.getresponse()
    event = json.loads(following.read())
    result = json.dumps(handler(event)).encode()
    api.request("POST", f"/2018-06-01/runtime/invocation/{following.getheader('lambda-runtime-aws-request-id')}/response", result)
    api.getresponse().read()
