"""What can be wrong with sources and readings."""


class AccountNotFound(Exception):
    """The clinic has no such account."""

    def __init__(self) -> None:
        super().__init__("Your clinic has no such account.")


class ExclusionNotFound(Exception):
    """The patient has no such exclusion."""

    def __init__(self) -> None:
        super().__init__("This patient has no such exclusion.")


class TreatmentNotFound(Exception):
    """The patient has no such treatment."""

    def __init__(self) -> None:
        super().__init__("This patient has no such treatment.")


class AccountTaken(Exception):
    """The clinic has an account with the same e-mail already."""

    def __init__(self) -> None:
        super().__init__("Your clinic has an account with this e-mail.")


class VendorPatientNotFound(Exception):
    """The account does not follow such a person."""

    def __init__(self) -> None:
        super().__init__("This account follows no such person; sync it if they were added just now.")


class AlreadyLinked(Exception):
    """The person is linked to a patient already, or the patient to a person."""

    def __init__(self) -> None:
        super().__init__("This person, or this patient, is linked already.")


class NotLinked(Exception):
    """The person is linked to no patient."""

    def __init__(self) -> None:
        super().__init__("This person is linked to no patient.")


class CannotBeToldApart(Exception):
    """The account shows two people with the same id."""

    def __init__(self) -> None:
        super().__init__("The account shows two people with this id: nobody can say whose readings come.")


class UnknownRegion(Exception):
    """The vendor has no such region."""

    def __init__(self, vendor: str) -> None:
        super().__init__(f"{vendor} has no such region.")


class NothingToAccept(Exception):
    """The vendor does not wait for somebody to accept its terms, or for something that cannot be accepted here."""

    def __init__(self, step: str = "") -> None:
        where = f"LibreLinkUp asks for a step that only its own program can take: {step}." if step else ""
        super().__init__(where or "LibreLinkUp asks nobody to accept terms for this account.")


class NoMoreStreams(Exception):
    """The process has as many streams open as it may."""

    def __init__(self) -> None:
        super().__init__("This process has as many streams open as it may.")


class ImportNotFound(Exception):
    """There is no such import that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such import that you may see.")


class ImportCannotBegin(Exception):
    """The import is under way or done, its file is gone, or its dates cannot be read otherwise any more."""

    def __init__(self) -> None:
        super().__init__(
            "This import is under way, is done, or has no file any more; or a part of it is stored by the other order."
        )


class ImportIsOver(Exception):
    """There is nothing to cancel."""

    def __init__(self) -> None:
        super().__init__("This import is over.")


class ImportRefused(Exception):
    """The file cannot be imported; why, in words."""


class ImportStopped(Exception):
    """Somebody cancelled the import, or another worker goes on with it."""
