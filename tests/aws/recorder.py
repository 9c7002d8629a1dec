"""Between a function and the cloud: notes what it asks for, refuses what its role does not grant, and can be told to fail.

Each function is given an address of its own, so that it is known who asks.
"""

import base64
import fnmatch
import http.client
import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """One action on one resource, as IAM names them."""

    action: str
    resource: str


# Of a transaction IAM asks for the actions within it.
WITHIN = {"Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem", "Delete": "dynamodb:DeleteItem", "ConditionCheck": "dynamodb:ConditionCheckItem"}


class Recorder:
    def __init__(self, cloud: str, account: str, region: str):
        self.cloud = urlsplit(cloud)
        self.account, self.region = account, region
        self.asked: dict[str, set[Asked]] = {}
        self.denied: list[tuple[str, Asked]] = []
        self.grants: dict[str, list[dict]] = {}
        self.mails: list[bytes] = []
        self.faults: list = []
        self.calls: list[tuple[str, str]] = []
        self.servers: list[ThreadingHTTPServer] = []
        self.lock = threading.Lock()

    def endpoint(self, function: str) -> str:
        """An address for this function."""
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                recorder.handle(function, self)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.servers.append(server)
        self.asked[function] = set()
        return f"http://127.0.0.1:{server.server_address[1]}"

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def handle(self, function: str, request: BaseHTTPRequestHandler):
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        wanted = self.read(request, body)
        refused = None
        with self.lock:
            self.asked[function].update(wanted)
            self.calls += [(function, one.action) for one in wanted]
            for one in wanted:
                if not granted(self.grants.get(function, []), one):
                    self.denied.append((function, one))
                    refused = (403 if one.action.startswith("s3") else 400, "AccessDeniedException")
            for fault in self.faults:
                if refused is None and fault["function"] == function and fault["times"] > 0 and fault["when"](request, body):
                    fault["times"] -= 1
                    refused = (400, fault["code"])
            if refused is None and any(one.action == "ses:SendRawEmail" for one in wanted):
                self.mails.append(base64.b64decode(parse_qs(body.decode())["RawMessage.Data"][0]))
        if refused:
            return answer(request, refused[0], {"content-type": "application/x-amz-json-1.0"}, json.dumps({"__type": f"com.amazonaws#{refused[1]}", "message": "refused by the test"}).encode())
        upstream = http.client.HTTPConnection(self.cloud.hostname, self.cloud.port, timeout=120)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "connection")}
        upstream.request(request.command, request.path, body, headers)
        got = upstream.getresponse()
        content = got.read()
        answer(request, got.status, {k: v for k, v in got.getheaders() if k.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server")}, content)
        upstream.close()

    def read(self, request, body: bytes) -> set[Asked]:
        """What a request asks for."""
        target = request.headers.get("x-amz-target", "")
        if target.startswith("DynamoDB_20120810."):
            return self.table(target.split(".")[1], json.loads(body))
        scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", request.headers.get("authorization", ""))
        service = scope.group(1) if scope else "unknown"
        if service == "s3":
            bucket, _, key = unquote(urlsplit(request.path).path).lstrip("/").partition("/")
            verb = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}.get(request.command, request.command)
            return {Asked(f"s3:{verb}", f"arn:aws:s3:::{bucket}/{key}")}
        if service in ("ses", "email"):
            form = {k: v[0] for k, v in parse_qs(body.decode()).items()}
            return {Asked(f"ses:{form.get('Action')}", f"arn:aws:ses:{self.region}:{self.account}:identity/{form.get('Source')}")}
        return {Asked(f"{service}:{request.command}", request.path)}

    def table(self, verb: str, body: dict) -> set[Asked]:
        arn = lambda name: f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}"
        if verb == "TransactWriteItems":
            return {Asked(WITHIN[kind], arn(of["TableName"])) for item in body["TransactItems"] for kind, of in item.items()}
        if verb == "BatchGetItem":
            return {Asked("dynamodb:BatchGetItem", arn(name)) for name in body["RequestItems"]}
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        return {Asked(f"dynamodb:{verb}", arn(body.get("TableName")) + index)}


def answer(request, status: int, headers: dict, content: bytes):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("content-length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def listed(value) -> list:
    return value if isinstance(value, list) else [value]


def granted(statements: list[dict], asked: Asked) -> bool:
    """Whether a role's statements allow it; conditions are not looked at."""
    return any(
        statement["Effect"] == "Allow"
        and any(fnmatch.fnmatchcase(asked.action, action) for action in listed(statement["Action"]))
        and any(fnmatch.fnmatchcase(asked.resource, resource) for resource in listed(statement["Resource"]))
        for statement in statements
    )
