"""Uploads that are too large reach neither memory nor disk."""

from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT

pytestmark = pytest.mark.once

MOST = 1000


def sent(size: int) -> Any:
    """A form with one file of ``size``, and a field behind it."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{'a' * size}\r\n"
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--{BOUNDARY}--\r\n'
    )
    return RequestFactory().generic("POST", "/", body.encode(), content_type=MULTIPART_CONTENT)


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.UPLOAD_MOST_BYTES = MOST


def test_a_file_of_the_largest_size_is_kept() -> None:
    request = sent(MOST)
    assert request.FILES["file"].size == MOST
    assert not hasattr(request, "upload_too_large")


def test_a_larger_one_is_left_out_and_the_other_answers_are_read() -> None:
    request = sent(MOST + 1)
    assert not request.FILES
    assert request.POST["key"] == "k"
    assert request.upload_too_large


def test_far_too_much_is_not_read_to_its_end() -> None:
    request = sent(MOST * 1000)
    left: BytesIO = request._stream
    assert not request.FILES
    assert request.upload_too_large
    assert left.read(), "the rest still waits to be read"
