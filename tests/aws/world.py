"""The same installation twice: on the emulated cloud and on one machine. A story is told to either in the same words."""

import http.client
import json
import os
import re
import smtplib
import subprocess
import tempfile
import time
import uuid
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from emulator import REGION, Emulator
from stack import NAME, PARAMETERS, ROOT, Stack, binaries

PROGRAM = Path(os.environ.get("KESU_PROGRAM", ROOT / "target/debug/kesu"))


class Reply:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode(errors="replace")

    def json(self):
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


class World:
    """What a story sees."""

    password: str

    def ask(self, method: str, path: str, body=None, headers: dict | None = None) -> Reply:
        """One request to the pages or the API; a body that is no bytes goes as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        place, host = self.place()
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        connection.request(method, path, body, {"host": host, **headers})
        answer = connection.getresponse()
        reply = Reply(answer.status, answer.getheaders(), answer.read())
        connection.close()
        return reply

    def complain(self, key: str, body: dict) -> Reply:
        return self.ask("POST", "/api/complaints", body, {"idempotency-key": key})

    def sign_in(self) -> "Person":
        reply = self.ask("POST", "/api/session", {"email": PARAMETERS["Administrator"], "password": self.password})
        assert reply.status == 204, reply.text
        cookie = reply.header("set-cookie").split(";")[0]
        csrf = self.ask("GET", "/api/session", headers={"cookie": cookie}).json()["csrf"]
        return Person(self, {"cookie": cookie, "x-kesu-csrf": csrf})

    def mails(self, to: str, having: str = "") -> list:
        """The letters that left for an address, with this in their text or subject."""
        all_of_them = (message_from_bytes(raw, policy=policy.default) for raw in self.left())
        return [mail for mail in all_of_them if to in str(mail["to"]) and having in f"{mail['subject']}\n{text_of(mail)}"]

    def letter(self, to: str, having: str = ""):
        """The letter to an address, once it has left."""
        return until(lambda: self.mails(to, having), what=f"no letter to {to} with {having}")[-1]


class Person:
    """A signed-in member of staff."""

    def __init__(self, world: World, headers: dict):
        self.world, self.headers = world, headers

    def get(self, path: str) -> Reply:
        return self.world.ask("GET", path, headers=self.headers)

    def post(self, path: str, body: dict, **more) -> Reply:
        return self.world.ask("POST", path, body, {**self.headers, **more})

    def upload(self, path: str, content: bytes) -> Reply:
        return self.world.ask("POST", path, content, {**self.headers, "content-type": "application/octet-stream"})

    def complaint(self, id: str) -> dict:
        reply = self.get(f"/api/complaints/{id}")
        assert reply.status == 200, reply.text
        return reply.json()

    def does(self, id: str, command: dict) -> dict:
        version = self.complaint(id)["version"]
        reply = self.post(f"/api/complaints/{id}/commands", {"version": version, "command": command})
        assert reply.status == 200, reply.text
        return self.complaint(id)


def text_of(mail) -> str:
    part = mail.get_body(("plain", "html"))
    return part.get_content() if part else ""


def until(holds, seconds: float = 60, what: str = "it did not come"):
    """Waits until it holds; gives what it gave."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.1)


class Cloud(World):
    """The deployed stack."""

    name = "cloud"

    def __init__(self, **parameters: str):
        self.emulator = Emulator()
        try:
            self.stack = Stack(self.emulator, **parameters)
            self.password = self.begin()
        except BaseException:
            print(self.emulator.log.read_text()[-5000:])
            self.emulator.stop()
            raise
        self.recorder = self.stack.recorder

    def begin(self) -> str:
        """The administrator's password."""
        return self.admin_init().pop("one_time_password")

    def kesu(self, *words) -> subprocess.CompletedProcess:
        """A command against what was deployed, as docs/deploy.md says."""
        env = {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.emulator.url,
        }
        return subprocess.run([PROGRAM, *words], env=env, capture_output=True, text=True)

    def admin_init(self, check: bool = True):
        """`kesu admin-init` against the stack's table, as docs/deploy.md says."""
        done = self.kesu("admin-init", "--table", self.stack.table, PARAMETERS["Administrator"])
        if check:
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)
        return done

    def place(self):
        api = urlsplit(self.stack.outputs["Url"]).hostname.split(".")[0]
        return urlsplit(self.emulator.url), f"{api}.execute-api.localhost:{self.emulator.port}"

    def left(self) -> list[bytes]:
        return list(self.recorder.mails)

    def mail_in(self, raw: bytes, sender: str, to: str):
        """As SES does it: the message into the bucket, the envelope to the topic."""
        key = f"ses/{uuid.uuid4().hex}"
        self.stack.aws("s3").put_object(Bucket=self.stack.outputs["MailBucket"], Key=key, Body=raw)
        passed = {"status": "PASS"}
        notification = {
            "notificationType": "Received",
            "mail": {"source": sender, "messageId": key, "destination": [to]},
            "receipt": {
                "recipients": [to],
                "spamVerdict": passed,
                "virusVerdict": passed,
                "spfVerdict": passed,
                "dkimVerdict": passed,
                "dmarcVerdict": passed,
                "action": {"type": "S3", "bucketName": self.stack.outputs["MailBucket"], "objectKey": key},
            },
        }
        topic = next(t["TopicArn"] for t in self.stack.aws("sns").list_topics()["Topics"] if "Post" in t["TopicArn"])
        self.stack.aws("sns").publish(TopicArn=topic, Message=json.dumps(notification))

    def sweep(self) -> dict:
        self.stack.invoke("IntakeMail", self.schedule_input("MailSweep"))
        return self.stack.invoke("Escalate", self.schedule_input("Sweep"))

    def digest(self) -> dict:
        return self.stack.invoke("Escalate", self.schedule_input("Digest"))

    def schedule_input(self, which: str) -> dict:
        """What the deployed schedule hands to its function."""
        scheduler = self.stack.aws("scheduler")
        names = [s["Name"] for s in scheduler.list_schedules()["Schedules"]]
        name = next(name for name in names if re.search(rf"(^|-){which}(-|$)", name))
        return json.loads(scheduler.get_schedule(Name=name)["Target"]["Input"])

    def stop(self):
        self.stack.stop()
        self.emulator.stop()


class OneMachine(World):
    """`kesu serve` over an empty folder."""

    name = "one machine"

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kesu-one-")
        data = Path(self.folder.name) / "data"
        data.mkdir()
        lines = [
            f"procedures = {json.dumps(PARAMETERS['Procedures'].split(','))}",
            f"company = {json.dumps(PARAMETERS['Company'], ensure_ascii=False)}",
            f"contact = {json.dumps(PARAMETERS['Contact'])}",
            f"administrator = {json.dumps(PARAMETERS['Administrator'])}",
            "public_per_minute = 0",
            "[mail]",
            f"from = {json.dumps(PARAMETERS['MailFrom'])}",
            f"domain = {json.dumps(PARAMETERS['MailDomain'])}",
        ]
        (data / "kesu.toml").write_text("\n".join(lines))
        self.data = data
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        command = [PROGRAM, "serve", "--data", data, "--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--now", now]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"PATH": os.environ["PATH"], "KESU_LOG": "warn"})
        for line in self.process.stdout:
            word, _, rest = line.strip().rpartition(" ")
            if word == "one-time password:":
                self.password = rest
            elif word == "mail at":
                self.mail_at = rest
            elif word == "listening on":
                self.url = rest
                break

    def place(self):
        place = urlsplit(self.url)
        return place, place.netloc

    def left(self) -> list[bytes]:
        return [file.read_bytes() for file in (self.data / "outbox").glob("*.eml")]

    def mail_in(self, raw: bytes, sender: str, to: str):
        host, _, port = self.mail_at.rpartition(":")
        with smtplib.SMTP(host, int(port)) as smtp:
            smtp.sendmail(sender, [to], raw)

    def move(self, **more) -> dict:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        reply = self.ask("POST", "/dev/clock", {"now": now, **more})
        assert reply.status == 200, reply.text
        return reply.json()

    def sweep(self) -> dict:
        return self.move()

    def digest(self) -> dict:
        return self.move(digest=True)

    def halt(self):
        """Ends the program; the folder stays."""
        self.process.terminate()
        self.process.wait(timeout=20)

    def stop(self):
        self.halt()
        self.folder.cleanup()
