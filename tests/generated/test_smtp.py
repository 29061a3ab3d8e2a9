"""Mails reach a real SMTP server, encrypted and logged in."""

import os
import ssl
import subprocess
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult, LoginPassword
from generated.blueprints_run import installed
from generated.serving import free_port

pytestmark = pytest.mark.slow

SEND = "from shop.mail import send_mail; send_mail('alice@example.com', 'Grüße', 'A link')"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project that sends mails."""
    return installed(tmp_path_factory.mktemp("smtp"), "accounts=full")


# where all is TLS from the first byte, aiosmtpd does not count it as such
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("password", "is_trusted", "mails"),
    [("secret", True, 1), ("wrong", True, 0), ("secret", False, 0)],
)
def test_a_mail_goes_out_encrypted_and_logged_in(
    shop: Path, tmp_path: Path, tls: str, password: str, *, is_trusted: bool, mails: int
) -> None:
    """It arrives where the certificate is one to trust, and the password is right."""
    authority = trustme.CA()
    (authority if is_trusted else trustme.CA()).cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    mailbox = tmp_path / "mailbox"
    server = Controller(
        Mailbox(mailbox),
        "127.0.0.1",
        free_port(),
        ready_timeout=60,
        authenticator=lambda *args: AuthResult(
            success=args[-1] == LoginPassword(b"shop", b"secret")
        ),
        auth_required=True,
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        auth_require_tls=tls == "starttls",
    )
    settings = {
        "SECRET_KEY": "x" * 32,
        "SMTP_HOST": server.hostname,
        "SMTP_PORT": str(server.port),
        "SMTP_TLS": tls,
        "SMTP_USER": "shop",
        "SMTP_PASSWORD": password,
        "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
    }
    server.start()
    try:
        argv = [str(shop / ".venv/bin/python"), "-c", SEND]
        done = subprocess.run(
            argv, env=os.environ | settings, cwd=shop, capture_output=True, text=True, check=False
        )
    finally:
        server.stop()
    assert done.returncode == 0, done.stderr
    assert ("A mail could not be sent" in done.stderr) == (not mails)
    assert len([*mailbox.glob("new/*")]) == mails
