"""What ``ravs demo`` runs: the production settings on this machine alone, and a mailbox page.

``ravs`` itself never uses these settings; the demonstration's own supervisor names them.
"""

from pathlib import Path

from ravs.config.settings.production import *
from ravs.core import env
from ravs.core.env import BadSetting

if not env.is_loopback(PUBLIC_URL):
    raise BadSetting("The demonstration runs on this machine alone: PUBLIC_URL must be loopback.")

INSTALLED_APPS = [*INSTALLED_APPS, "ravs.demo"]
ROOT_URLCONF = "ravs.demo.urls"

AFTER_MIGRATING = [*AFTER_MIGRATING, "ravs.demo.past.catching_up.catch_up"]
MAY_RUN_FUTURE_NIGHTS = True
DEMO_LETTERBOX = Path(env.text("RAVS_DEMO_LETTERBOX"))
DEMO_MAILBOX_URL = "/demo/mailbox"
