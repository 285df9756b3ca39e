"""``python -m ravs.demo.sink PORT FILE``: a mail server that takes everything and sends nothing on.

A real one, spoken to over SMTP by the service and by the identity provider alike (aiosmtpd).
"""

import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from ravs.demo.letterbox import Letterbox

HOST = "127.0.0.1"


class Taker:
    """Puts every message into the letterbox before it says that it was taken."""

    def __init__(self, letterbox: Letterbox) -> None:
        self.letterbox = letterbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        self.letterbox.put(raw, recipients=list(envelope.rcpt_tos))
        return "250 Taken"


async def take_mail(port: int, file: Path) -> None:
    """Serve until told to end."""
    letterbox = Letterbox(file)
    letterbox.prepare()
    loop = asyncio.get_running_loop()
    controller = UnthreadedController(
        Taker(letterbox), hostname=HOST, port=port, loop=loop, enable_SMTPUTF8=True
    )
    server = await loop.create_server(controller.factory, HOST, port)
    told = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    async with server:
        await told.wait()


if __name__ == "__main__":
    asyncio.run(take_mail(int(sys.argv[1]), Path(sys.argv[2])))
