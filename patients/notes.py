"""Notes about patients: the one place that reads and writes them. What a note said before is kept."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from accounts.callers import Caller
from accounts.roles import Act
from api.conditional import check_expected, digest
from api.windows import Window
from patients.care_models import Note, NoteVersion
from patients.errors import NoteNotFound, NoteRemoved
from patients.selectors import visible_patient


def notes_of(caller: Caller, patient_id: UUID, *, about: Window | None, removed: bool) -> QuerySet[Note]:
    """The notes of a patient, of those about a window where one is given; removed ones only where asked for."""
    rows = _told(caller, patient_id)
    if not removed:
        rows = rows.filter(removed_at=None)
    if about is not None:
        # A note about a moment has no end.
        reaches = Q(end__gt=about.start) | Q(end=None, start__gte=about.start)
        rows = rows.filter(reaches, start__lt=about.end)
    return rows


def note_of(caller: Caller, patient_id: UUID, note_id: UUID) -> Note:
    """One of them, removed or not."""
    found = _told(caller, patient_id).filter(id=note_id).first()
    if found is None:
        raise NoteNotFound
    return found


def write_note(
    caller: Caller, patient_id: UUID, text: str, *, start: datetime | None, end: datetime | None, now: datetime
) -> Note:
    """A new note about the patient, or about a moment or a range of their time."""
    patient = visible_patient(caller, patient_id)
    caller.require(Act.WRITE_NOTES)
    with transaction.atomic():
        note = Note.objects.create(patient=patient, start=start, end=end)
        NoteVersion.objects.create(note=note, text=text, author_id=caller.user_id, written_at=now)
    return note_of(caller, patient_id, note.id)


def edit_note(
    caller: Caller, patient_id: UUID, note_id: UUID, text: str, *, now: datetime, expected: frozenset[str] | None
) -> Note:
    """Let the note say something else from now on, if it is one of the expected; the same text changes nothing."""
    with transaction.atomic():
        found = _locked(caller, patient_id, note_id)
        check_expected(expected, lambda: record_of_note(found))
        if found.removed_at is not None:
            raise NoteRemoved
        if list(found.versions.all())[-1].text != text:
            NoteVersion.objects.create(note=found, text=text, author_id=caller.user_id, written_at=now)
    return note_of(caller, patient_id, note_id)


def remove_note(caller: Caller, patient_id: UUID, note_id: UUID, *, now: datetime) -> Note:
    """Take the note out of the list; it is kept with who did. A second time keeps the first."""
    with transaction.atomic():
        found = _locked(caller, patient_id, note_id)
        Note.objects.filter(id=found.id, removed_at=None).update(removed_at=now, removed_by_id=caller.user_id)
    return note_of(caller, patient_id, note_id)


def record_of_note(note: Note) -> str:
    """What stands for everything that people can change about a note."""
    return digest("note", note.id, note.removed_at, [version.id for version in note.versions.all()])


def _told(caller: Caller, patient_id: UUID) -> QuerySet[Note]:
    patient = visible_patient(caller, patient_id)
    caller.require(Act.READ_NOTES)
    versions = NoteVersion.objects.select_related("author").order_by("id")
    rows = Note.objects.filter(patient=patient).select_related("removed_by")
    return rows.prefetch_related(Prefetch("versions", queryset=versions))


def _locked(caller: Caller, patient_id: UUID, note_id: UUID) -> Note:
    visible_patient(caller, patient_id)
    caller.require(Act.WRITE_NOTES)
    # Nobody may change one that is removed, so the database does not lock it either.
    Note.objects.select_for_update().filter(id=note_id, patient_id=patient_id).first()
    return note_of(caller, patient_id, note_id)
