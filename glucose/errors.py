"""What can be wrong with sources and readings."""


class AccountNotFound(Exception):
    """The clinic has no such LibreLinkUp account."""

    def __init__(self) -> None:
        super().__init__("Your clinic has no such LibreLinkUp account.")


class AccountTaken(Exception):
    """The clinic has an account with the same e-mail already."""

    def __init__(self) -> None:
        super().__init__("Your clinic has a LibreLinkUp account with this e-mail.")


class VendorPatientNotFound(Exception):
    """The account does not follow such a person."""

    def __init__(self) -> None:
        super().__init__("This account follows no such person; sync it if they were added just now.")


class AlreadyLinked(Exception):
    """The person is linked to a patient already, or the patient to a person."""

    def __init__(self) -> None:
        super().__init__("This person, or this patient, is linked already.")
