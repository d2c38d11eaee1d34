"""The vendor's regional hosts, here path prefixes of one server."""

REGIONS = ("eu", "eu2", "us", "de", "fr", "jp", "ap", "au", "ca", "ae", "la", "ru", "cn")


def split_region(path: str) -> tuple[str | None, str]:
    """Split ``/eu2/llu/connections`` into region and path; the global host has no region."""
    head, slash, rest = path.removeprefix("/").partition("/")
    if head in REGIONS:
        return head, slash + rest
    return None, path
