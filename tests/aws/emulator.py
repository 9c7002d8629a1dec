"""The emulator (ministack): started on a free port of this machine alone, and stopped again."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "eu-central-1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Emulator:
    """One emulator with nothing in it. Functions find no endpoint in its environment, so that each can be given its own."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = Path(tempfile.mkdtemp(prefix="kesu-aws-"))
        self.log = self.folder / "emulator.log"
        # By default it listens on every address, and opens doors for devices and files besides.
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "GATEWAY_PORT": str(self.port),
            "AWS_DEFAULT_REGION": REGION,
            "NO_PROXY": "127.0.0.1,localhost",
        }
        program = Path(__file__).parents[2] / "infra/aws/.venv/run/bin/ministack"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([program], env=env, stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
        self._wait()

    def _wait(self):
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError(f"the emulator ended:\n{self.log.read_text()[-3000:]}")
            try:
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2).read()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the emulator does not answer")

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"max_attempts": 1}, read_timeout=120, s3={"addressing_style": "path"}),
        )

    def stop(self):
        """Ends the emulator and the functions that it started, which are of its own process group."""
        try:
            os.killpg(self.process.pid, 15)
            self.process.wait(timeout=10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
