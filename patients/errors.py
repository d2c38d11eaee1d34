"""What can be wrong with patients."""


class PatientNotFound(Exception):
    """There is no such patient that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such patient that you may see.")


class ConsentNotFound(Exception):
    """The patient has no such consent."""

    def __init__(self) -> None:
        super().__init__("This patient has no such consent.")


class NoteNotFound(Exception):
    """The patient has no such note."""

    def __init__(self) -> None:
        super().__init__("This patient has no such note.")


class NoteRemoved(Exception):
    """The note was removed."""

    def __init__(self) -> None:
        super().__init__("This note was removed; write another one.")


class ExternalRefTaken(Exception):
    """Another patient of the clinic has the same external reference."""

    def __init__(self) -> None:
        super().__init__("Another patient of the clinic has this external_ref.")


class UserTaken(Exception):
    """The user is another patient already."""

    def __init__(self) -> None:
        super().__init__("This user is another patient of the clinic already.")


class UnknownMember(Exception):
    """A user id that does not belong where it was given."""

    def __init__(self) -> None:
        super().__init__(
            "clinicians are ids of clinicians or administrators of your clinic;"
            " user is the id of one with the role patient."
        )
