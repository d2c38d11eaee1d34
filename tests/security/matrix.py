"""Who may do what: every operation of the API, with every role, on what is theirs, a colleague's, another clinic's.

``ENDPOINTS`` is the table; an operation without an entry fails a test. What is expected of a cell follows by few rules
(``expected``): who is not known is refused, what somebody may not know of is not found, what they may see but not do
is forbidden. The table is written by hand and takes nothing from ``accounts/roles.py``, which it checks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from tests.security import contents, named
from tests.security.world import OWN_MG_DL, OWN_NAME, PASSWORD, WHY_TARGETS, Inside, World

UNKNOWN: Final = "01952f00-0000-7000-8000-000000000000"
METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks: whom of the world, their role, and which patients of their clinic they see."""

    name: str
    label: str | None
    role: str
    sees: frozenset[str] = frozenset()
    home: Callable[[World], Inside] = lambda world: world.ours


ALL: Final = frozenset({"cared", "uncared", "followed"})
# A key's label is its scopes; "another scope" is whichever of the narrow keys the endpoint does not want.
ACTORS: Final = (
    Actor("administrator", "admin", "admin", ALL),
    Actor("assigned clinician", "clinician", "clinician", frozenset({"cared"})),
    Actor("unassigned clinician", "unassigned", "clinician"),
    Actor("clinician who sees all", "unassigned", "clinician", ALL, lambda world: world.open),
    Actor("researcher", "researcher", "researcher"),
    Actor("key with every scope", "every scope", "service", ALL),
    Actor("key with another scope", "another scope", "service", ALL),
    Actor("patient", "patient", "patient", frozenset({"cared"})),
    Actor("neighbour", "neighbour", "patient", frozenset({"uncared"})),
    Actor("nobody", None, "nobody"),
    Actor("deactivated user", "deactivated", "nobody"),
    Actor("user of no clinic", "outsider", "outsider"),
)


class Of(Enum):
    """What the ids of an address are of."""

    NOTHING = auto()
    PATIENT = auto()
    CONSENT = auto()
    EXCLUSION = auto()
    TREATMENT = auto()
    NOTE = auto()
    IMPORT = auto()
    RUNNING = auto()  # an import that is under way
    FILED = auto()  # the relation is that of the patient in the form
    ALERT = auto()
    WAITING_ALERT = auto()  # of an account
    ACCOUNT = auto()  # and a person of the vendor's in it, where the address names one
    WAITING = auto()  # an account whose terms nobody accepted yet
    FOLLOWED = auto()  # an account and a person in it who is linked
    LINKED = auto()  # the account is the clinic's own; the relation is that of the patient in the body
    CARER = auto()  # patient and account are the clinic's own; the relation is that of a user in the body
    OWNER = auto()
    TASK = auto()
    FAILED = auto()  # a task that failed
    NOTIFICATION = auto()
    SESSION = auto()
    KEY = auto()
    LETTER = auto()
    MEMBER = auto()
    WEBHOOK = auto()
    INVITED = auto()


PATIENTS: Final = ("cared", "uncared", "deleted", "other clinic's", "unknown")
CLINICS: Final = ("clinic's", "other clinic's", "unknown")
OWN: Final = ("own", "colleague's", "other clinic's", "unknown")
RELATIONS: Final[dict[Of, tuple[str, ...]]] = {
    Of.NOTHING: ("none",),
    Of.PATIENT: PATIENTS,
    Of.CONSENT: (*PATIENTS, "another patient's"),
    Of.EXCLUSION: (*PATIENTS, "another patient's"),
    Of.TREATMENT: (*PATIENTS, "another patient's"),
    Of.NOTE: (*PATIENTS, "another patient's"),
    Of.ALERT: PATIENTS,
    Of.WAITING_ALERT: CLINICS,
    Of.LINKED: PATIENTS,
    Of.IMPORT: PATIENTS,
    Of.RUNNING: PATIENTS,
    Of.FILED: PATIENTS,
    Of.CARER: tuple(named.CARERS),
    Of.OWNER: tuple(named.OWNERS),
    Of.ACCOUNT: CLINICS,
    Of.WAITING: CLINICS,
    Of.FOLLOWED: CLINICS,
    Of.KEY: CLINICS,
    Of.LETTER: CLINICS,
    Of.MEMBER: CLINICS,
    Of.INVITED: CLINICS,
    Of.WEBHOOK: CLINICS,
    Of.TASK: OWN,
    Of.FAILED: OWN,
    Of.NOTIFICATION: OWN,
    Of.SESSION: OWN,
}

NAMED: Final = {Of.CARER: named.CARERS, Of.OWNER: named.OWNERS}
OF_PATIENTS: Final = (
    Of.PATIENT, Of.CONSENT, Of.EXCLUSION, Of.TREATMENT, Of.NOTE, Of.IMPORT, Of.RUNNING, Of.ALERT,
)  # fmt: skip
OF_ACCOUNTS: Final = (Of.ACCOUNT, Of.WAITING, Of.FOLLOWED)
READERS: Final = frozenset({"admin", "clinician", "service", "patient"})
WRITERS: Final = frozenset({"admin", "clinician", "service"})
STAFF: Final = frozenset({"admin", "clinician"})
ADMINS: Final = frozenset({"admin"})
PERSONS: Final = frozenset({"admin", "clinician", "researcher", "patient"})
MEMBERS: Final = PERSONS | {"service"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation: what its ids are of, which roles may, and how it is asked.

    ``scope`` is what a service key needs; without one no key opens it. ``holds`` is the kind of things of the world
    that a list tells, ``shows`` what of the own clinic a 2xx answer tells.
    """

    operation: str
    of: Of
    may: frozenset[str]
    scope: str | None = None
    done: int = 200
    body: Any = None
    query: str = ""
    accept: str = "application/json"
    public: bool = False
    holds: str | None = None
    shows: str = ""
    nothing: int | None = None  # what is answered to who sees no patient

    @property
    def method(self) -> str:
        """Of HTTP, in small letters."""
        return self.operation.split()[0].lower()

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method != "get"

    def __str__(self) -> str:
        form = "" if self.accept == "application/json" else f" as {self.accept}"
        fields = f" with {', '.join(self.names)}" if self.names else ""
        return f"{self.operation}{self.query}{form}{fields}"

    @property
    def names(self) -> list[str]:
        """The fields of the body that name something by its id."""
        return sorted(name for name, value in (self.body or {}).items() if "_id}" in str(value))


PATIENT: Final = "patients/<uuid:patient_id>/"
ACCOUNTS: Final = "librelinkup/accounts/"
ACCOUNT: Final = f"{ACCOUNTS}<uuid:account_id>/"
PERSON: Final = f"{ACCOUNT}unlinked/<str:vendor_id>/"
TREATMENT: Final = f"{PATIENT}treatments/<uuid:treatment_id>/"
NOTE: Final = f"{PATIENT}notes/<uuid:note_id>/"
IMPORT: Final = "imports/<uuid:import_id>/"
ALERT: Final = "alerts/<uuid:alert_id>/"
KEY: Final = "keys/<uuid:key_id>/"
LETTER: Final = "dead-letters/<uuid:letter_id>/"
MEMBER: Final = "members/<uuid:member_id>/"
WEBHOOK: Final = "webhooks/<uuid:webhook_id>/"
READ_PATIENTS, READ_READINGS, READ_STATISTICS = "patients:read", "readings:read", "statistics:read"
WRITE_PATIENTS, WRITE_READINGS, IMPORT_FILES = "patients:write", "readings:write", "imports:write"
READ_TREATMENTS, WRITE_TREATMENTS = "treatments:read", "treatments:write"
WINDOW: Final = "start=2026-03-01T00:00:00Z&end=2026-03-10T00:00:00Z"
DAYS: Final = "?start=2026-03-01&end=2026-03-09"
THEN: Final = "as_of=2026-03-12T00:00:00Z"
VALUE: Final = str(OWN_MG_DL)
NEW_PATIENT: Final = {"name": "Eva Prado", "timezone": "UTC"}
NEW_LINK: Final = {"create": True, "timezone": "UTC"}
CARER: Final = {"clinicians": ["{user_id}"]}
OWNER: Final = {"user": "{user_id}"}
NEW_CONSENT: Final = {"purpose": "research", "version": "2"}
NEW_EXCLUSION: Final = {"start": "2026-03-11T00:00:00Z", "end": "2026-03-11T01:00:00Z", "reason": "warm_up"}
NEW_TREATMENT: Final = {"treatments": [{"time": "2026-03-11T00:00:00Z", "kind": "rapid_insulin", "amount": 4}]}
NEW_RULES: Final = {"timezone": "America/Sao_Paulo", "kind": "monthly"}
NEW_RULE: Final = {"kind": "low", "threshold": 75}
NEW_READING: Final = {"readings": [{"time": "2026-03-11T00:00:00Z", "value": 100}]}
NEW_IMPORT: Final = {"patient": "{patient_id}", "file": "Glucose Data"}
NEW_ACCOUNT: Final = {"email": "follower@example.org", "password": "vendor password"}
NEW_MEMBER: Final = {"email": "eva@example.org", "name": "Eva Prado", "role": "clinician"}
NEW_WEBHOOK: Final = {"url": "https://ward.example.org/", "events": ["alert.opened"]}
NEW_KEY: Final = {"name": "Laboratory", "scopes": [READ_READINGS]}
CREDENTIALS: Final = {"username": "{username}", "password": PASSWORD}
REFRESH: Final = {"refresh": "{refresh}"}


def _of_patient(more: str, may: frozenset[str], scope: str | None, method: str = "GET", **how: Any) -> Endpoint:
    return Endpoint(f"{method} {PATIENT}{more}", Of.PATIENT, may, scope, **how)


# fmt: off
ENDPOINTS: Final = (
    Endpoint("POST auth/token/", Of.NOTHING, MEMBERS, public=True, body=CREDENTIALS),
    Endpoint("POST auth/token/refresh/", Of.NOTHING, MEMBERS, public=True, body=REFRESH),
    Endpoint("POST auth/logout/", Of.NOTHING, MEMBERS, public=True, body=REFRESH, done=204),
    Endpoint("POST auth/logout-everywhere/", Of.NOTHING, PERSONS, done=204),
    Endpoint("GET auth/me/", Of.NOTHING, MEMBERS, scope="any"),
    Endpoint("GET definitions/", Of.NOTHING, MEMBERS, scope="any"),
    Endpoint("GET sessions/", Of.NOTHING, PERSONS, holds="sessions"),
    Endpoint("DELETE sessions/<uuid:session_id>/", Of.SESSION, PERSONS, done=204),
    Endpoint("GET tasks/", Of.NOTHING, PERSONS, holds="tasks"),
    Endpoint("GET tasks/<uuid:task_id>/", Of.TASK, PERSONS),
    Endpoint("POST tasks/<uuid:task_id>/cancel/", Of.TASK, PERSONS, done=202),
    Endpoint("POST tasks/<uuid:task_id>/retry/", Of.FAILED, STAFF, done=202),
    Endpoint("GET notifications/", Of.NOTHING, PERSONS, holds="notifications"),
    Endpoint("POST notifications/read-all/", Of.NOTHING, PERSONS),
    Endpoint("POST notifications/<uuid:notification_id>/read/", Of.NOTIFICATION, PERSONS),

    Endpoint("GET keys/", Of.NOTHING, ADMINS, holds="keys"),
    Endpoint("POST keys/", Of.NOTHING, ADMINS, body=NEW_KEY, done=201),
    Endpoint(f"DELETE {KEY}", Of.KEY, ADMINS, done=204),
    Endpoint(f"POST {KEY}rotate/", Of.KEY, ADMINS, body={}),
    Endpoint("GET dead-letters/", Of.NOTHING, ADMINS, holds="letters"),
    Endpoint(f"POST {LETTER}requeue/", Of.LETTER, ADMINS),
    Endpoint(f"POST {LETTER}discard/", Of.LETTER, ADMINS, body={"confirm": True}, done=204),
    Endpoint("GET members/", Of.NOTHING, ADMINS, query="?page_size=100", holds="users"),
    Endpoint("POST members/", Of.NOTHING, ADMINS, body=NEW_MEMBER, done=201),
    Endpoint(f"GET {MEMBER}", Of.MEMBER, ADMINS),
    Endpoint(f"PATCH {MEMBER}", Of.MEMBER, ADMINS, body={"name": "Bia"}),
    Endpoint(f"DELETE {MEMBER}", Of.MEMBER, ADMINS, done=204),
    Endpoint(f"POST {MEMBER}invitation/", Of.INVITED, ADMINS, done=202),
    Endpoint(f"DELETE {MEMBER}second-factor/", Of.MEMBER, ADMINS, done=204),

    Endpoint("GET webhooks/", Of.NOTHING, ADMINS, holds="webhooks"),
    Endpoint("POST webhooks/", Of.NOTHING, ADMINS, body=NEW_WEBHOOK, done=201),
    Endpoint(f"GET {WEBHOOK}", Of.WEBHOOK, ADMINS),
    Endpoint(f"PATCH {WEBHOOK}", Of.WEBHOOK, ADMINS, body={"active": False}),
    Endpoint(f"DELETE {WEBHOOK}", Of.WEBHOOK, ADMINS, done=204),
    Endpoint(f"POST {WEBHOOK}rotate-secret/", Of.WEBHOOK, ADMINS),
    Endpoint(f"POST {WEBHOOK}test/", Of.WEBHOOK, ADMINS, done=202),
    Endpoint(f"GET {WEBHOOK}deliveries/", Of.WEBHOOK, ADMINS, shows="alert.opened"),

    Endpoint("GET patients/", Of.NOTHING, READERS, READ_PATIENTS, holds="patients"),
    Endpoint("GET patients/", Of.NOTHING, READERS, READ_PATIENTS, query="?search=Souza", holds="patients"),
    Endpoint("POST patients/", Of.NOTHING, WRITERS, WRITE_PATIENTS, body=NEW_PATIENT, done=201),
    Endpoint("POST patients/", Of.CARER, ADMINS, WRITE_PATIENTS, body=NEW_PATIENT | CARER, done=201),
    Endpoint("POST patients/", Of.OWNER, ADMINS, WRITE_PATIENTS, body=NEW_PATIENT | OWNER, done=201),
    Endpoint(f"PATCH {PATIENT}", Of.CARER, ADMINS, WRITE_PATIENTS, body=CARER),
    Endpoint(f"PATCH {PATIENT}", Of.OWNER, ADMINS, WRITE_PATIENTS, body=OWNER),
    _of_patient("", READERS, READ_PATIENTS, shows=OWN_NAME),
    _of_patient("", WRITERS, WRITE_PATIENTS, "PATCH", body={"name": "Eva Prado"}),
    _of_patient("", STAFF, None, "DELETE", done=204),
    _of_patient("consents/", READERS, READ_PATIENTS, shows="research"),
    _of_patient("consents/", WRITERS, WRITE_PATIENTS, "POST", body=NEW_CONSENT, done=201),
    Endpoint(f"POST {PATIENT}consents/<uuid:consent_id>/withdraw/", Of.CONSENT, WRITERS, WRITE_PATIENTS),
    _of_patient("health-profile/", READERS, None),
    _of_patient("targets/", READERS, READ_PATIENTS, shows=WHY_TARGETS),
    _of_patient("targets/", STAFF, None, "POST", body={"low_mg_dl": 80, "high_mg_dl": 160}, done=201),
    _of_patient("health-profile/", STAFF, None, "PUT", body={"carb_ratio_g_per_unit": 10}),

    _of_patient("readings/", READERS, READ_READINGS, shows=VALUE),
    _of_patient("readings/", READERS, READ_READINGS, query=f"?layout=columns&{WINDOW}", shows=VALUE),
    _of_patient("readings/", READERS, READ_READINGS, query=f"?{WINDOW}", accept="text/csv", shows=VALUE),
    _of_patient("readings/", READERS, READ_READINGS, query=f"?{WINDOW}", accept="application/x-ndjson", shows=VALUE),
    _of_patient("readings/", READERS, READ_READINGS, query=f"?{WINDOW}",
                accept=contents.ARROW),
    _of_patient("readings/", WRITERS, WRITE_READINGS, "POST", body=NEW_READING),
    _of_patient("readings/latest/", READERS, READ_READINGS, shows=VALUE),
    _of_patient("statistics/", READERS, READ_STATISTICS, query=f"?{WINDOW}", shows=VALUE),
    _of_patient("sensors/", READERS, READ_READINGS, shows="S-1"),
    _of_patient("gaps/", READERS, READ_READINGS, shows="lost"),
    _of_patient("gaps/", READERS, READ_READINGS, query="?state=filled"),
    _of_patient("sync-truth/", READERS, READ_READINGS, query=DAYS, shows="2026-03-09"),
    _of_patient("exclusions/", READERS, READ_READINGS, shows=OWN_NAME),
    _of_patient("exclusions/", STAFF, None, "POST", body=NEW_EXCLUSION, done=201),
    Endpoint(f"GET {PATIENT}exclusions/<uuid:exclusion_id>/", Of.EXCLUSION, READERS, READ_READINGS, shows=OWN_NAME),
    Endpoint(f"POST {PATIENT}exclusions/<uuid:exclusion_id>/undo/", Of.EXCLUSION, STAFF),
    _of_patient("treatments/", READERS, READ_TREATMENTS, shows=OWN_NAME),
    _of_patient("readings/", READERS, READ_READINGS, query=f"?layout=columns&include=treatments&{WINDOW}",
                shows="rapid_insulin"),
    _of_patient("treatments/", WRITERS, WRITE_TREATMENTS, "POST", body=NEW_TREATMENT),
    Endpoint(f"GET {TREATMENT}", Of.TREATMENT, READERS, READ_TREATMENTS, shows=OWN_NAME),
    Endpoint(f"POST {TREATMENT}remove/", Of.TREATMENT, STAFF, body={}),
    Endpoint(f"POST {TREATMENT}restore/", Of.TREATMENT, STAFF),
    _of_patient("notes/", STAFF, None, shows=OWN_NAME),
    _of_patient("notes/", STAFF, None, query=f"?{WINDOW}&removed=true", shows=OWN_NAME),
    _of_patient("notes/", STAFF, None, "POST", body={"text": "Runs in the morning."}, done=201),
    Endpoint(f"GET {NOTE}", Of.NOTE, STAFF, shows=OWN_NAME),
    Endpoint(f"PATCH {NOTE}", Of.NOTE, STAFF, body={"text": "Runs at night."}),
    Endpoint(f"POST {NOTE}remove/", Of.NOTE, STAFF),
    _of_patient("reviews/", STAFF, None, shows=OWN_NAME),
    _of_patient("reviews/", STAFF, None, "POST", body={"outcome": "no_change"}, done=201),
    _of_patient("review-cadence/", STAFF, None, shows="weekly"),
    _of_patient("review-cadence/", STAFF, None, "PUT", body={"kind": "monthly"}),
    _of_patient("review-cadence/", STAFF, None, "DELETE", done=204),
    Endpoint("GET reviews/", Of.NOTHING, STAFF, query="?state=all", holds="patients"),
    Endpoint("GET reviews/rules/", Of.NOTHING, STAFF, shows="two_weekly"),
    Endpoint("PUT reviews/rules/", Of.NOTHING, ADMINS, body=NEW_RULES),
    Endpoint("GET imports/", Of.NOTHING, WRITERS, IMPORT_FILES, holds="imports"),
    Endpoint("POST imports/", Of.FILED, WRITERS, IMPORT_FILES, body=NEW_IMPORT, done=202),
    Endpoint(f"GET {IMPORT}", Of.IMPORT, WRITERS, IMPORT_FILES, shows="libreview"),
    Endpoint(f"POST {IMPORT}start/", Of.IMPORT, WRITERS, IMPORT_FILES, body={}, done=202),
    Endpoint(f"POST {IMPORT}cancel/", Of.RUNNING, WRITERS, IMPORT_FILES),
    Endpoint(f"GET {IMPORT}refused/", Of.IMPORT, WRITERS, IMPORT_FILES, accept="text/csv", shows="too_old"),
    _of_patient("rebuild-state/", ADMINS, None, "POST", body={}, done=202),
    _of_patient("daily/", READERS, READ_STATISTICS, query=DAYS, shows=VALUE),
    _of_patient("periods/", READERS, READ_STATISTICS, query=DAYS, shows=VALUE),
    _of_patient("agp/", READERS, READ_STATISTICS, query=f"?{WINDOW}", shows=VALUE),
    _of_patient("agp/", READERS, READ_STATISTICS, query=f"?{WINDOW}", shows=VALUE, accept="image/svg+xml"),
    _of_patient("report.pdf", READERS, READ_STATISTICS, query="?end=2026-03-09", shows=VALUE, accept="application/pdf"),
    _of_patient("episodes/", READERS, READ_STATISTICS, query=f"?{WINDOW}", shows="hypo_level1"),
    _of_patient("statistics/", READERS, READ_STATISTICS, query=f"?{WINDOW}&explain=true&{THEN}", shows=VALUE),
    _of_patient("daily/", READERS, READ_STATISTICS, query=f"{DAYS}&{THEN}", shows=VALUE),
    _of_patient("agp/", READERS, READ_STATISTICS, query=f"?{WINDOW}&{THEN}", shows=VALUE),
    _of_patient("periods/", READERS, READ_STATISTICS, query=f"{DAYS}&{THEN}", shows=VALUE),
    _of_patient("episodes/", READERS, READ_STATISTICS, query=f"?{WINDOW}&{THEN}", shows="hypo_level1"),
    Endpoint("GET readings/latest/", Of.NOTHING, MEMBERS, READ_READINGS, nothing=204, shows=VALUE),
    Endpoint("GET readings/latest/", Of.NOTHING, MEMBERS, READ_READINGS, query="?per_patient=true", holds="patients"),
    Endpoint("GET readings/stream/", Of.NOTHING, MEMBERS, READ_READINGS, accept="text/event-stream"),

    Endpoint("GET alerts/", Of.NOTHING, READERS, READ_READINGS, holds="alerts"),
    Endpoint(f"GET {ALERT}", Of.ALERT, READERS, READ_READINGS, shows=VALUE),
    Endpoint(f"GET {ALERT}", Of.WAITING_ALERT, STAFF, READ_READINGS),
    Endpoint(f"POST {ALERT}acknowledge/", Of.ALERT, STAFF),
    Endpoint(f"POST {ALERT}acknowledge/", Of.WAITING_ALERT, STAFF),
    Endpoint(f"POST {ALERT}snooze/", Of.ALERT, STAFF, body={"minutes": 30}),
    Endpoint("GET alerts/rules/", Of.NOTHING, READERS, READ_READINGS, shows="urgent_low"),
    Endpoint("POST alerts/rules/", Of.NOTHING, ADMINS, body=NEW_RULE, done=201),
    Endpoint("POST alerts/rules/", Of.PATIENT, STAFF, body=NEW_RULE | {"patient": "{patient_id}"}, done=201),

    Endpoint("GET clinic/overview/", Of.NOTHING, READERS, READ_STATISTICS, holds="patients"),
    Endpoint("GET clinic/statistics/", Of.NOTHING, READERS, READ_STATISTICS),

    Endpoint(f"GET {ACCOUNTS}", Of.NOTHING, STAFF, holds="accounts"),
    Endpoint(f"POST {ACCOUNTS}", Of.NOTHING, ADMINS, body=NEW_ACCOUNT, done=201),
    Endpoint(f"GET {ACCOUNT}", Of.ACCOUNT, STAFF),
    Endpoint(f"PATCH {ACCOUNT}", Of.ACCOUNT, ADMINS, body={"password": "another password"}),
    Endpoint(f"DELETE {ACCOUNT}", Of.ACCOUNT, ADMINS, done=204),
    Endpoint(f"POST {ACCOUNT}sync/", Of.ACCOUNT, STAFF, done=202),
    Endpoint(f"POST {ACCOUNT}accept-terms/", Of.WAITING, ADMINS, done=202),
    Endpoint(f"GET {ACCOUNT}history/", Of.ACCOUNT, STAFF, shows="rate_limited"),
    Endpoint(f"GET {ACCOUNT}set-aside/", Of.ACCOUNT, ADMINS, shows=OWN_NAME),
    Endpoint(f"GET {ACCOUNT}people/", Of.ACCOUNT, ADMINS, shows=OWN_NAME),
    Endpoint(f"POST {ACCOUNT}people/<str:vendor_id>/unlink/", Of.FOLLOWED, ADMINS),
    Endpoint(f"GET {ACCOUNT}unlinked/", Of.ACCOUNT, ADMINS, shows=OWN_NAME),
    Endpoint(f"POST {PERSON}link/", Of.ACCOUNT, ADMINS, body=NEW_LINK, done=201),
    Endpoint(f"POST {PERSON}link/", Of.LINKED, ADMINS, body={"patient": "{patient_id}"}, done=201),
    Endpoint(f"POST {PERSON}link/", Of.CARER, ADMINS, body=NEW_LINK | CARER, done=201),
    Endpoint(f"POST {PERSON}link/", Of.OWNER, ADMINS, body=NEW_LINK | OWNER, done=201),
    Endpoint(f"POST {PERSON}ignore/", Of.ACCOUNT, ADMINS),
)
# fmt: on


def operations() -> set[str]:
    """Every operation of the URL map: method and route."""
    from project.urls import v1

    return {
        f"{method.upper()} {route.pattern}" for route in v1 for method in METHODS if hasattr(route.callback.cls, method)
    }


def expected(endpoint: Endpoint, actor: Actor, relation: str) -> int:
    """The status of a cell."""
    if endpoint.public:
        return endpoint.done
    if actor.role == "nobody":
        return 401
    if actor.role == "outsider" or not _key_opens(endpoint, actor):
        return 403
    may = actor.role in endpoint.may
    # That there are keys and dead letters is no secret; which members and accounts there are is one.
    if not (endpoint.of in (Of.KEY, Of.LETTER) and not may) and not _found(endpoint, actor, relation):
        return 404
    if not may:
        return 403
    if relation == "another patient's" or (endpoint.of in (Of.LINKED, Of.FILED) and relation not in actor.sees):
        return 404
    if endpoint.of in NAMED:
        return NAMED[endpoint.of][relation] or endpoint.done
    return endpoint.nothing if endpoint.nothing and not actor.sees else endpoint.done


def _key_opens(endpoint: Endpoint, actor: Actor) -> bool:
    if actor.role != "service" or endpoint.scope == "any":
        return True
    return endpoint.scope is not None and actor.label == "every scope"


def _found(endpoint: Endpoint, actor: Actor, relation: str) -> bool:
    """Whether the actor may know that what the address names is there."""
    of = endpoint.of
    if of in NAMED:
        if "account_id" in endpoint.operation:
            return actor.role in STAFF
        return "patient_id" not in endpoint.operation or "cared" in actor.sees
    if of in (Of.NOTHING, Of.FILED):
        return True
    if of in OF_PATIENTS:
        return ("cared" if relation == "another patient's" else relation) in actor.sees
    if of is Of.LINKED:
        return actor.role in STAFF
    if of in (*OF_ACCOUNTS, Of.WAITING_ALERT):
        return actor.role in STAFF and relation == "clinic's"
    if of in (Of.MEMBER, Of.INVITED, Of.WEBHOOK):
        return actor.role == "admin" and relation == "clinic's"
    return relation in ("own", "clinic's")


def held(kind: str, actor: Actor, inside: Inside) -> set[str]:
    """The ids of the clinic's things of a kind that a list holds for the actor."""
    things: dict[str, str] = getattr(inside, kind)
    if kind == "patients":
        return {things[label] for label in actor.sees}
    if kind == "imports":
        return {one for label, one in things.items() if label.partition(",")[0] in actor.sees}
    if kind == "alerts":
        return {things[label] for label in actor.sees} | ({things["account"]} if actor.role in STAFF else set())
    if kind in ("tasks", "sessions", "notifications"):
        return {things[str(actor.label)]}
    return {one for label, one in things.items() if label != "outsider"}


def ids(endpoint: Endpoint, actor: Actor, relation: str, world: World) -> dict[str, str]:
    """What stands in the places of the address and the body."""
    home, there = actor.home(world), world.theirs
    found = {"username": f"admin@{home.clinic}", "refresh": home.refresh}
    foreign = relation == "other clinic's"
    inside = there if foreign else home
    colleague = "admin" if actor.label == "clinician" else "clinician"
    if endpoint.of in NAMED:
        kind = "clinicians" if endpoint.of is Of.CARER else "user"
        named_id = named.user_of(kind, relation, home.users, world) or UNKNOWN
        return found | {
            "user_id": named_id,
            "patient_id": home.patients["cared"],
            "account_id": home.accounts["account"],
            "vendor_id": f"v-{home.clinic}",
        }
    if endpoint.of in (*OF_PATIENTS, Of.LINKED, Of.FILED):
        label = relation if relation in home.patients else "cared"
        found |= {"patient_id": inside.patients[label], "consent_id": inside.consents[label]}
        found |= {"exclusion_id": inside.exclusions[label], "treatment_id": inside.treatments[label]}
        found |= {"note_id": inside.notes[label], "alert_id": inside.alerts[label]}
        found |= {"import_id": inside.imports[f"{label}, running" if endpoint.of is Of.RUNNING else label]}
        if relation == "another patient's":
            found["consent_id"] = home.consents["uncared"]
            found["exclusion_id"] = home.exclusions["uncared"]
            found["treatment_id"], found["note_id"] = home.treatments["uncared"], home.notes["uncared"]
    if endpoint.of is Of.WAITING_ALERT:
        found |= {"alert_id": inside.alerts["account"]}
    of = home if endpoint.of is Of.LINKED else inside
    waits, linked = endpoint.of is Of.WAITING, endpoint.of is Of.FOLLOWED
    found |= {"account_id": of.accounts["waiting" if waits else "account"]}
    found |= {"vendor_id": f"{'l' if linked else 'v'}-{of.clinic}"}
    own = actor.label if relation == "own" and actor.label in home.sessions else colleague
    tasks = inside.failed if endpoint.of is Of.FAILED else inside.tasks
    found |= {"task_id": tasks[own], "session_id": inside.sessions[own], "notification_id": inside.notifications[own]}
    found |= {"key_id": inside.keys["every scope"], "letter_id": inside.letters["account"]}
    found |= {"webhook_id": inside.webhooks["webhook"]}
    found |= {"member_id": inside.users["invited" if endpoint.of is Of.INVITED else "researcher"]}
    if relation == "unknown":
        at = {Of.LINKED: {"patient_id"}}.get(endpoint.of, {name for name in found if name.endswith("_id")})
        found |= dict.fromkeys(at - {"vendor_id"}, UNKNOWN)
    return found


def bearer(endpoint: Endpoint, actor: Actor, world: World) -> str | None:
    """What the actor signs in by."""
    if actor.label is None:
        return None
    label = actor.label
    if label == "another scope":
        label = READ_STATISTICS if endpoint.scope != READ_STATISTICS else READ_PATIENTS
    return actor.home(world).bearers[label]


def cells(endpoint: Endpoint) -> Iterator[tuple[Actor, str]]:
    """Everybody with everything."""
    for actor in ACTORS:
        for relation in RELATIONS[endpoint.of]:
            yield actor, relation
