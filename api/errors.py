"""What is wrong with a request before the domain is asked."""


def pointer_step(name: str) -> str:
    """One step of a JSON Pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


class InvalidInput(Exception):
    """A parameter or a body that cannot be accepted; ``errors`` names each place and reason."""

    def __init__(self, detail: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.errors = errors or []

    @classmethod
    def parameter(cls, name: str, reason: str) -> "InvalidInput":
        """The query parameter ``name`` is refused for ``reason``."""
        return cls(f"{name}: {reason}", [{"parameter": name, "detail": reason}])

    @classmethod
    def field(cls, pointer: str, reason: str) -> "InvalidInput":
        """The field at the JSON Pointer is refused for ``reason``."""
        return cls(f"{pointer or 'the body'}: {reason}", [{"pointer": pointer, "detail": reason}])


class WindowTooLarge(InvalidInput):
    """A window longer than MAX_WINDOW_DAYS."""


class TooManyRequests(Exception):
    """More than a limit allows; ``wait`` is in how many seconds the next one is taken."""

    def __init__(self, detail: str, wait: int) -> None:
        super().__init__(f"{detail} Ask again in {wait} s.")
        self.wait = wait


class PageTooLarge(InvalidInput):
    """A page of more than MAX_PAGE_SIZE."""


class TooManyStreams(Exception):
    """More streams at once than STREAMS_PER_USER; ``wait`` is in how many seconds to look again."""

    def __init__(self, highest: int, wait: int) -> None:
        super().__init__(f"You may have {highest} streams open at once. Ask again when one has ended.")
        self.wait = wait


class BodyTooDeep(Exception):
    """JSON whose lists and objects lie deeper in each other than MAX_JSON_DEPTH."""

    def __init__(self, highest: int) -> None:
        super().__init__(f"Lists and objects may lie {highest} deep in each other.")


class DeadlinePassed(Exception):
    """The request has been worked on for longer than REQUEST_TIMEOUT_SECONDS."""

    def __init__(self) -> None:
        super().__init__("The request took too long; ask for less at once.")


class PreconditionFailed(Exception):
    """The record is not what ``If-Match`` says any more."""

    def __init__(self) -> None:
        super().__init__("Somebody changed it meanwhile: read it again, and repeat your change with its new ETag.")
