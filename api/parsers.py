"""JSON in, where a bulk body may hold single bad values that are reported one by one."""

from rest_framework.parsers import JSONParser


class TolerantJSONParser(JSONParser):
    """Reads NaN and Infinity, which JSON does not have but clients write; the values are rejected later, by index."""

    strict = False
