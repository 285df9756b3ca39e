"""How parts of an address are read."""

from django.urls import register_converter


class OdsConverter:
    """An ODS code: letters and digits; either case is found, upper case is written."""

    regex = "[A-Za-z0-9]{2,10}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value.upper()


register_converter(OdsConverter, "ods")
