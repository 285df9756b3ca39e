"""Uploads are held to a size while they come in, before anything is kept of them."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

PATIENCE = 10
"""How many times the limit is still read to its end, so that the person gets a page about it."""


class SizedUpload(FileUploadHandler):
    """Stands before Django's own handlers. What is larger than ``UPLOAD_MOST_BYTES`` reaches
    neither memory nor disk; the request is marked with ``upload_too_large``."""

    chunk_size = 64 * 2**10

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.most = settings.UPLOAD_MOST_BYTES
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received <= self.most:
            return raw_data
        self.request.upload_too_large = True  # type: ignore[union-attr]
        if self._length() > self.most * PATIENCE:
            raise StopUpload(connection_reset=True)
        raise SkipFile

    def _length(self) -> int:
        said = str(self.request.META.get("CONTENT_LENGTH") or "") if self.request else ""
        return int(said) if said.isdigit() else 0

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
