"""The template, deployed with the compiled binaries: packed, uploaded, carried out as a change set, as `sam deploy` does it."""

import json
import os
import subprocess
import time
import zipfile
from pathlib import Path

from emulator import REGION, Emulator
from recorder import Recorder

ROOT = Path(__file__).parents[2]
NAME = "kesu"
FUNCTIONS = {"IntakeWeb": "intake-web", "Admin": "admin", "IntakeMail": "intake-mail", "Notify": "notify", "Escalate": "escalate", "Rollup": "rollup", "Import": "import"}
PARAMETERS = {
    "Company": "示例机械有限公司",
    "Contact": "400-000-0000",
    "Administrator": "quality@company.example",
    "Procedures": "P19,P10,P20",
    "MailFrom": "kesu@company.example",
    "MailDomain": "company.example",
    "AlarmMail": "engineer@company.example",
    "PublicPerMinute": "0",
}


def binaries() -> Path:
    """Where the functions were built: by `make test-aws` in the development profile, or where KESU_BINARIES says."""
    return Path(os.environ.get("KESU_BINARIES", ROOT / "target/debug"))


def packed(program: Path) -> bytes:
    """A zip with `bootstrap`, without what only a debugger reads; kept beside the program until that is built anew."""
    kept = program.with_name(f"{program.name}.zip")
    if not kept.exists() or kept.stat().st_mtime < program.stat().st_mtime:
        thin = program.with_name(f"{program.name}.thin")
        subprocess.run(["strip", "-o", thin, program], check=True)
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            entry = zipfile.ZipInfo("bootstrap", (2020, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o755 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, thin.read_bytes())
        thin.unlink()
    return kept.read_bytes()


class Stack:
    def __init__(self, emulator: Emulator, **more: str):
        self.emulator = emulator
        self.parameters = PARAMETERS | more
        self.aws = emulator.client
        self.account = self.aws("sts").get_caller_identity()["Account"]
        self.recorder = Recorder(emulator.url, self.account, REGION)
        self.deploy()
        self.watch()

    def deploy(self):
        bucket = "packages"
        self.aws("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        template = (ROOT / "infra/aws/template.yaml").read_text()
        for function, folder in FUNCTIONS.items():
            self.aws("s3").put_object(Bucket=bucket, Key=folder, Body=packed(binaries() / folder))
            place = f"../../target/aws/{folder}"
            assert f"CodeUri: {place}\n" in template, f"{function} has no code"
            template = template.replace(f"CodeUri: {place}\n", f"CodeUri: s3://{bucket}/{folder}\n")
        # A change set takes no more than 50 KB itself; what is larger is fetched from a bucket.
        self.aws("s3").put_object(Bucket=bucket, Key="template.yaml", Body=template.encode())
        self.aws("ses").verify_email_identity(EmailAddress=PARAMETERS["MailFrom"])
        cloudformation = self.aws("cloudformation")
        cloudformation.create_change_set(
            StackName=NAME,
            ChangeSetName="first",
            ChangeSetType="CREATE",
            TemplateURL=f"{self.emulator.url}/{bucket}/template.yaml",
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        self.until(lambda: cloudformation.describe_change_set(StackName=NAME, ChangeSetName="first")["Status"] in ("CREATE_COMPLETE", "FAILED"))
        change = cloudformation.describe_change_set(StackName=NAME, ChangeSetName="first")
        assert change["Status"] == "CREATE_COMPLETE", change.get("StatusReason")
        cloudformation.execute_change_set(StackName=NAME, ChangeSetName="first")
        self.until(lambda: not self.described()["StackStatus"].endswith("IN_PROGRESS"))
        stack = self.described()
        if stack["StackStatus"] != "CREATE_COMPLETE":
            events = cloudformation.describe_stack_events(StackName=NAME)["StackEvents"]
            wrong = [f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in events if "FAILED" in e["ResourceStatus"]]
            raise AssertionError("\n".join([stack["StackStatus"], *wrong]))
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.table = self.outputs["TableName"]

    def described(self) -> dict:
        return self.aws("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]

    def watch(self):
        """Sends each function's calls through the recorder, which grants what its role grants."""
        lambdas, iam = self.aws("lambda"), self.aws("iam")
        for function in FUNCTIONS:
            config = lambdas.get_function_configuration(FunctionName=f"{NAME}-{function}")
            role = config["Role"].rsplit("/", 1)[1]
            statements = []
            for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
                document = json.loads(document) if isinstance(document, str) else document
                statements += document["Statement"]
            assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"], f"{function} has more than its own policy"
            self.recorder.grants[function] = statements
            variables = dict(config["Environment"]["Variables"], AWS_ENDPOINT_URL=self.recorder.endpoint(function))
            lambdas.update_function_configuration(FunctionName=f"{NAME}-{function}", Environment={"Variables": variables})

    def until(self, holds, seconds: float = 60, what: str = ""):
        """Waits until it holds; gives what it gave."""
        end = time.monotonic() + seconds
        while True:
            value = holds()
            if value:
                return value
            assert time.monotonic() < end, f"waited {seconds} s in vain: {what or holds}"
            time.sleep(0.1)

    def invoke(self, function: str, event: dict) -> dict:
        answer = self.aws("lambda").invoke(FunctionName=f"{NAME}-{function}", Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, payload
        return payload

    def stop(self):
        self.recorder.stop()
