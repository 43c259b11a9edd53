"""A real timestamp authority, for tests: OpenSSL answers behind a small HTTP server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
extendedKeyUsage = critical, timeStamping
[stamps]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *arguments: str) -> str:
    """Run OpenSSL in a folder; return what it prints."""
    command = ("openssl", *arguments)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


class Responder:
    """An authority with its own root in a folder; ``answer`` may be replaced."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.root = folder / "ca.pem"
        self.url = ""
        self.answer: Callable[[bytes], bytes] = self.stamp
        self.status = 200
        self.sent: dict[str, Any] = {}
        (folder / "openssl.cnf").write_text(_CONFIG.format(name=name))
        (folder / "serial").write_text("01")
        new = ("req", "-config", "openssl.cnf", "-newkey", "rsa:2048", "-nodes", "-sha256")
        openssl(folder, *new, "-x509", "-extensions", "ca", "-keyout", "ca.key", "-out", "ca.pem")
        openssl(folder, *new, "-subj", "/CN=stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
        signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7", "-sha256")
        extensions = ("-extfile", "openssl.cnf", "-extensions", "tsa")
        openssl(folder, "x509", "-req", "-in", "tsa.csr", *signing, *extensions, "-out", "tsa.pem")

    def stamp(self, asked: bytes) -> bytes:
        """Answer a request as RFC 3161 says."""
        (self.folder / "asked").write_bytes(asked)
        files = ("-queryfile", "asked", "-out", "answer")
        openssl(self.folder, "ts", "-reply", "-config", "openssl.cnf", "-section", "stamps", *files)
        return (self.folder / "answer").read_bytes()

    @contextmanager
    def listening(self) -> Iterator[Responder]:
        """Answer on a free port for as long as this lasts."""
        server = HTTPServer(("127.0.0.1", 0), self._handler())
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(responder) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the request
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                responder.sent = dict(self.headers)
                answer = responder.answer(asked)
                self.send_response(responder.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        return Handler
