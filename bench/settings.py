"""Settings of the measuring process: it makes sessions and drafts for ``ravs serve``, whose
secret key it therefore shares."""

from ravs.config.settings.test import *

SECRET_KEY = "w2Qz7-bench-Lr9vXk4mTc8sJd1fYh6n"
