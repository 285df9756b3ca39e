"""Nobody is locked out, and no organisation is left alone.

People who cannot get in ask here; lead administrators answer, and are told in time who should
log in and whom to promote.
"""
