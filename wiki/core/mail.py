"""Mails: queued with the change that causes them, sent by the worker, or kept as files without SMTP."""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Mapping
from email import policy
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from wiki.core import db, jobs, settings

JOB = "mail"


class _Whole(UnstructuredHeader):
    """A header kept on one line as it is: mail programs look for the address itself in it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _Whole)  # type: ignore[arg-type]
POLICY = policy.default.clone(header_factory=_headers)


def message_id() -> str:
    """Return a new Message-ID: kept with what is queued, so that a mail sent twice is known for one."""
    host = current_app.config["GARE"].mail_from.rpartition("@")[2]
    return f"<{secrets.token_hex(12)}@{host}>"


def send(session: Session, *, to: str, subject: str, body: str, reply_to: str = "") -> None:
    """Queue one plain-text mail to one person, in the transaction at work."""
    answer: dict[str, Any] = {"reply_to": reply_to} if reply_to else {}
    jobs.enqueue(session, JOB, to=to, subject=" ".join(subject.split()), body=body, **answer)


def deliver(
    *,
    to: str,
    subject: str,
    body: str,
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a queued mail: by SMTP when it is set, else into the instance's mail folder.

    Raises ValueError on an address that is not one, OSError when the server cannot be had.
    """
    config = current_app.config["GARE"]
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(str(settings.get("name")), addr_spec=config.mail_from)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    if reply_to:
        message["Reply-To"] = Address(addr_spec=reply_to)
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    if not config.smtp_host:
        _keep(config.instance / "mail", message)
        return
    with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=20) as server:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls()
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password)
        server.send_message(message)


def _keep(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    known = str(message["Message-ID"] or "").strip("<>").partition("@")[0]
    name = known or f"{db.utcnow():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    (folder / f"{name}.eml").write_bytes(bytes(message))
