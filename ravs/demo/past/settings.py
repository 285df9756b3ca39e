"""Settings of the one process that writes the past. Nothing is ever served with them."""

from ravs.config.settings.demo import *  # noqa: F403
from ravs.config.settings.demo import DATABASES

IDENTITY_DIRECTORY = "ravs.demo.past.peers.PastDirectory"
MAILER = "ravs.demo.past.peers.PastMailer"

# Nobody leaves a draft or loses a count in this past, so no night looks for either.
NIGHT_WORK = []

# A past that is only half written is thrown away, so nothing waits for the disk.
DATABASES["default"]["OPTIONS"]["init_command"] = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA busy_timeout=20000;"
)
