"""What is done in the background, forged: entries of the outbox, letters, notifications, rules of alerts, imports.

The worker believes what stands there, for every clinic: each is tried by whoever may not write it, and once by who may
(``controls``), so that a refusal means something.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import psycopg

from tests.security.escapes import NOTHING, OURS, Attempt, Result, Token
from tests.security.world import Inside, World

Tries = Iterator[tuple[str, str, str | None]]
ROLES: Final = ("admin", "clinician", "researcher", "patient", "every scope")
ENTRY: Final = (
    "INSERT INTO work_outboxentry ({more}kind, key, lane, payload, state, attempts, error, put_at, waiting_since,"
    " next_attempt_at, token) VALUES ({values}'{kind}', '{key}', '{lane}', {payload}, 'waiting', 0, '', {put}, now(),"
    " {due}, 0) RETURNING 1"
)
RULE: Final = (
    "INSERT INTO analytics_alertrule (id, clinic_id, patient_id, kind, {column}, set_by_id, since)"
    " VALUES (gen_random_uuid(), '{clinic}', {patient}, '{kind}', {value}, '{by}', {since}) RETURNING 1"
)
IMPORT: Final = (
    "WITH kept AS (INSERT INTO glucose_importfile (id, uploaded_by_id, created_at)"
    " VALUES ('{file}', '{by}', now()) RETURNING id) SELECT id FROM kept"
)
IMPORTED: Final = (
    "INSERT INTO glucose_import (id, patient_id, requested_by_id, created_at, file_id, size, dry_run, format,"
    " date_order, timezone, zones, state, error_code, error, format_found, date_order_found, batch_size,"
    " position, progress, lines, glucose, treatments, stored, duplicates, stored_treatments,"
    " duplicate_treatments, refused, devices, warnings{more}) VALUES (gen_random_uuid(), '{patient}', '{by}',"
    " now(), '{file}', 1, true, '', '', '', '[]', 'waiting', '', '', '', '', 1, 0, 0, 0, 0, 0, 0, {duplicates},"
    " 0, 0, '{{}}', '', ''{values}) RETURNING 1"
)
FILE: Final = "01952f00-0000-7000-8000-00000000f11e"
# As analytics/alert_rules.py allows; beyond, an alert comes and goes with each reading.
BEYOND: Final = (
    ("urgent_low", "threshold_mg_dl", 71), ("low", "threshold_mg_dl", 121), ("high", "threshold_mg_dl", 0),
    ("falling_fast", "threshold_mg_dl", 1), ("low", "margin_mg_dl", 61), ("no_data", "minutes", 0),
    ("sensor_ending", "hours", 32767), ("account_action", "minutes", 1), ("no_data", "threshold_mg_dl", 100),
    ("high", "escalate_after_minutes", 1441), ("nothing known", "minutes", 1),
    ("low", "quiet_zone", "'posix/UTC'"), ("low", "quiet_zone", "'Mars/Olympus'"),
    ("low", "channels", "'{pigeon}'"),
)  # fmt: skip


def attempts(world: World) -> Iterator[Attempt]:
    """All of them."""
    for part in (_entries, _settled, _letters, _notifications, _rules, _alerts, _tasks, _imports, _webhooks):
        for name, statement, actor in part(world):
            yield Attempt("background", name, (statement,), NOTHING, UUID(actor) if actor else None)
    admin = world.ours.users["admin"]
    for name, more, values, duplicates in (
        ("an import that ended before time", ", finished_at", ", '-infinity'", 0),
        ("an import of readings from before time", ", first_time", ", '-infinity'", 0),
        ("an import that counted by itself", "", "", 1),
    ):
        made = _import(world.ours, "admin", more=more, values=values, duplicates=duplicates)
        yield Attempt("background", name, (IMPORT.format(file=FILE, by=admin), made), NOTHING, UUID(admin))
    made = _import(world.ours, "admin", patient=world.theirs.patients["cared"])
    yield Attempt(
        "background", "an import of their patient", (IMPORT.format(file=FILE, by=admin), made), NOTHING, UUID(admin)
    )


def attempts_of_operators(world: World) -> Iterator[Attempt]:
    """Operators see that work waits; they send again what was given up, and choose nothing of what is sent."""
    mail = {"alert": world.theirs.alerts["cared"], "user": world.theirs.users["admin"], "what": "opened"}
    for name, statement in (
        ("webhooks", "SELECT * FROM accounts_webhook"),
        ("what an entry says", "UPDATE work_outboxentry SET payload = '{}' RETURNING 1"),
        ("to whom an entry goes", "UPDATE work_outboxentry SET kind = 'alert_mail' RETURNING 1"),
        ("an entry's place", "UPDATE work_outboxentry SET lane = 'x' RETURNING 1"),
        ("an entry, settled", "UPDATE work_outboxentry SET state = 'delivered' RETURNING 1"),
        ("an entry, sent twice", "UPDATE work_outboxentry SET state = 'waiting' RETURNING 1"),
        ("an entry, away", "DELETE FROM work_outboxentry RETURNING 1"),
        ("a mail to anybody", _entry("alert_mail", "x", "x", mail)),
        ("what a letter says", "UPDATE work_deadletter SET arguments = '{}' RETURNING 1"),
        ("a letter of one's own", "INSERT INTO work_deadletter (id) VALUES (gen_random_uuid()) RETURNING 1"),
        ("what a task says", "UPDATE work_task SET arguments = '{}' RETURNING 1"),
        ("a notification", f"INSERT INTO work_notification (id, user_id) VALUES (gen_random_uuid(), '{mail['user']}')"),
        ("a run of the schedule", "UPDATE work_scheduledrun SET outcome = 'done' RETURNING 1"),
    ):
        yield Attempt("the operators' role", name, (statement,), NOTHING)
    # Ids of clinics' things, and nothing of what they are.
    for table in ("work_outboxentry", "work_deadletter", "work_scheduledrun", "work_task"):
        said = f"SELECT * FROM {table} AS t WHERE t::text ~ 'Quartzo|Souza|QZX|@'"
        yield Attempt("the operators' role", f"people in {table}", (said,), NOTHING)


def controls(url: str, world: World, token: Token) -> Iterator[Result]:
    """What must work: each of the forms above by who may, and taken back."""
    ours, admin = world.ours, world.ours.users["admin"]
    for name, statements, actor in (
        ("a notice to oneself", [_notice(ours, "admin", "admin")], "admin"),
        ("a notice to a colleague", [_notice(ours, "clinician", "admin")], "admin"),
        ("a test of our webhook", [_test(ours)], "admin"),
        ("our letter's task again", [_renewed(ours.letters["task"])], "admin"),
        ("a rule of our clinic", [_rule(ours, "admin", "high", "threshold_mg_dl", 250)], "admin"),
        ("a rule in a zone", [_rule(ours, "admin", "low", "quiet_zone", "'America/Sao_Paulo'")], "admin"),
        ("a rule of a patient", [_rule(ours, "clinician", "low", "minutes", 60, ours.patients["cared"])], "clinician"),
        ("an import of ours", [IMPORT.format(file=FILE, by=admin), _import(ours, "admin")], "admin"),
        ("an alert that is looked after", [_acknowledged(ours, "clinician"), _told(ours)], "clinician"),
    ):  # fmt: skip
        attempt = Attempt("controls", name, tuple(statements), OURS, UUID(ours.users[actor]))
        yield Result(attempt, _failure(url, attempt, token))


def _failure(url: str, attempt: Attempt, token: Token) -> str | None:
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('saude.actor', %s, true)", [token(connection, UUID(str(attempt.actor)))])
        try:
            for statement in attempt.statements:
                if not connection.execute(statement.encode()).fetchall():
                    return "did nothing"
        except psycopg.Error as error:
            return str(error)
        finally:
            connection.rollback()
    return None


def _entry(kind: str, key: str, lane: str, payload: dict[str, Any], **more: str) -> str:
    """SQL that puts an entry; ``id``, ``put`` and ``due`` are SQL too."""
    said = ", ".join(f"'{name}', {_json(value)}" for name, value in payload.items())
    return ENTRY.format(
        more="id, " if "id" in more else "",
        values=f"{more['id']}, " if "id" in more else "",
        kind=kind,
        key=key,
        lane=lane,
        payload=f"jsonb_build_object({said})",
        put=more.get("put", "now()"),
        due=more.get("due", "now()"),
    )


def _json(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"'{name}', '{one}'" for name, one in value.items())
        return f"jsonb_build_object({inner})"
    return f"'{value}'"


def _notice(inside: Inside, to: str, key_of: str = "", notice: str = "password", **more: str) -> str:
    user = inside.users[to]
    key = f"notice:{user}:{key_of or 'x'}"
    return _entry("notice_mail", key, f"user:{user}:mail", {"user": user, "notice": notice}, **more)


def _test(inside: Inside, event: str = "webhook.test", **more: str) -> str:
    webhook = inside.webhooks["webhook"]
    payload = {"webhook": webhook, "event": event, "subject": {}}
    return _entry("webhook", f"test:x:{webhook}", f"test:webhook:{webhook}", payload, **more)


def _told(inside: Inside) -> str:
    """That somebody looks after the alert of the patient who is cared for."""
    alert, webhook, patient = inside.alerts["cared"], inside.webhooks["webhook"], inside.patients["cared"]
    payload = {"webhook": webhook, "event": "alert.acknowledged", "subject": {"alert": alert}}
    key, lane = f"alert:{alert}:acknowledged:{webhook}", f"patient:{patient}:webhook:{webhook}"
    return _entry("webhook", key, lane, payload)


def _entries(world: World) -> Tries:
    ours, theirs, admin = world.ours, world.theirs, world.ours.users["admin"]
    for role in ROLES:
        user = ours.users[role]
        alert = {"alert": ours.alerts["cared"], "user": user, "what": "opened"}
        yield f"a mail of an alert by {role}", _entry("alert_mail", f"alert:x:mail:{user}", "x", alert), user
        off = {"user": user, "webhook": ours.webhooks["webhook"]}
        yield f"a mail of a webhook by {role}", _entry("webhook_disabled_mail", "x", f"user:{user}:mail", off), user
        yield f"an alert to our program by {role}", _test(ours, "alert.opened"), user
        yield f"a test of theirs by {role}", _test(theirs), user
        yield f"a notice to their administrator by {role}", _notice(theirs, "admin"), user
        yield f"that an alert is looked after, untrue, by {role}", _told(ours), user
        yield f"that theirs is looked after by {role}", _told(theirs), user
        if role != "admin":
            yield f"a notice to the administrator by {role}", _notice(ours, "admin"), user
            yield f"a test of our webhook by {role}", _test(ours), user
            invited = ours.users["invited"]
            link = _entry("invitation_mail", f"invitation:{invited}:x", f"user:{invited}:mail", {"user": invited})
            yield f"an invitation by {role}", link, user
    yield "a notice as nobody", _notice(ours, "admin"), None
    # Whoever has the ids of the entries that come next has those of others dropped.
    yield "an entry with an id of one's choice", _notice(ours, "admin", id="9000000001"), admin
    for instant in ("'infinity'", "'-infinity'", "'2100-01-01'"):
        yield f"an entry that is due at {instant}", _notice(ours, "admin", due=instant), admin
        yield f"an entry that was put at {instant}", _notice(ours, "admin", put=instant), admin
    yield "a notice that nobody knows", _notice(ours, "clinician", notice="x"), admin
    yield "a key with another header", _notice(ours, "admin", "x\r\nx-y: z"), admin
    yield "a key that ends a signature's part", _notice(ours, "admin", "a.b"), admin
    mail = _notice(ours, "clinician").replace(f"user:{ours.users['clinician']}:mail", f"user:{admin}:mail")
    yield "a notice in another's lane", mail, admin
    mail = _notice(ours, "clinician").replace(f"notice:{ours.users['clinician']}", f"notice:{admin}")
    yield "a notice by another's key", mail, admin


def _settled(world: World) -> Tries:
    """Whoever asks settles, claims and changes nothing of what waits."""
    for role in (*ROLES, None):
        user, who = (world.ours.users[role], role) if role else (None, "nobody")
        for column in ("state = 'delivered'", "claimed_until = now()", "token = token + 1", "payload = '{}'"):
            yield f"an entry's {column} by {who}", f"UPDATE work_outboxentry SET {column} RETURNING 1", user
        yield f"an entry away by {who}", "DELETE FROM work_outboxentry RETURNING 1", user
        if role != "admin":
            yield f"entries read by {who}", "SELECT * FROM work_outboxentry", user


def _renewed(letter: str) -> str:
    return f"SELECT 1 WHERE secured.renew_task_of_letter('{letter}')"


def _letters(world: World) -> Tries:
    ours, theirs = world.ours, world.theirs
    for role in (*ROLES, None):
        user, who = (ours.users[role], role) if role else (None, "nobody")
        yield f"the task of their letter by {who}", _renewed(theirs.letters["task"]), user
        yield f"their letter away by {who}", (
            f"DELETE FROM work_deadletter WHERE id = '{theirs.letters['account']}' RETURNING 1"
        ), user  # fmt: skip
        yield f"a letter forged by {who}", (
            "INSERT INTO work_deadletter (id, message_id, actor, queue, arguments, reason, attempts, died_at,"
            " clinic_id) VALUES (gen_random_uuid(), 'x', 'apply_retention', 'bulk', '{}', '', 0, now(),"
            f" '{ours.clinic}') RETURNING 1"
        ), user  # fmt: skip
        for column in ("actor = 'x'", "arguments = '{}'", f"clinic_id = '{ours.clinic}'", "task_id = NULL"):
            yield f"a letter's {column} by {who}", f"UPDATE work_deadletter SET {column} RETURNING 1", user
        if role != "admin":
            yield f"the task of our letter by {who}", _renewed(ours.letters["task"]), user
            yield f"letters read by {who}", "SELECT * FROM work_deadletter", user
    again = "UPDATE work_deadletter SET requeued_at = now(), requeued_by_id = '{0}' RETURNING 1"
    yield "a letter again in a colleague's name", again.format(ours.users["clinician"]), ours.users["admin"]


def _notifications(world: World) -> Tries:
    ours = world.ours
    told = (
        "INSERT INTO work_notification (id, user_id, kind, subject, created_at)"
        " VALUES (gen_random_uuid(), '{0}', 'task_done', '{{}}', now()) RETURNING 1"
    )
    for role in ROLES:
        for whose, user in {
            "one's own": ours.users[role],
            "a colleague's": ours.users["unassigned"],
            "theirs": world.theirs.users["admin"],
        }.items():
            yield f"a notification, {whose}, by {role}", told.format(user), ours.users[role]
    read = f"UPDATE work_notification SET read_at = now() WHERE id = '{ours.notifications['clinician']}' RETURNING 1"
    yield "a colleague's notification, read", read, ours.users["admin"]
    yield "what a notification says", "UPDATE work_notification SET subject = '{}' RETURNING 1", ours.users["admin"]
    yield "a notification, away", "DELETE FROM work_notification RETURNING 1", ours.users["admin"]


def _rule(
    inside: Inside, by: str, kind: str, column: str, value: Any, patient: str | None = None, since: str = "now()"
) -> str:
    return RULE.format(
        column=column,
        clinic=inside.clinic,
        patient=f"'{patient}'" if patient else "NULL",
        kind=kind,
        value=value,
        by=inside.users[by],
        since=since,
    )


def _rules(world: World) -> Tries:
    ours, theirs, admin = world.ours, world.theirs, world.ours.users["admin"]
    for kind, column, value in BEYOND:
        yield f"a rule of {kind} with {column} {value}", _rule(ours, "admin", kind, column, value), admin
    fine = ("low", "minutes", 10)
    for since in ("'infinity'", "'2100-01-01'", "'-infinity'"):
        yield f"a rule since {since}", _rule(ours, "admin", *fine, since=since), admin
    yield "a rule of their clinic", _rule(theirs, "admin", *fine).replace(theirs.users["admin"], admin), admin
    yield "a rule of their patient", _rule(ours, "admin", *fine, theirs.patients["cared"]), admin
    yield "a rule in a colleague's name", _rule(ours, "clinician", *fine), admin
    for role in ROLES[1:]:
        yield f"a rule of the clinic by {role}", _rule(ours, role, *fine), ours.users[role]
    for role in ("researcher", "patient", "every scope"):
        yield f"a rule of a patient by {role}", _rule(ours, role, *fine, ours.patients["cared"]), ours.users[role]
    colleague = _rule(ours, "clinician", *fine, ours.patients["uncared"])
    yield "a rule of a colleague's patient", colleague, ours.users["clinician"]
    for change in ("UPDATE analytics_alertrule SET enabled = false", "DELETE FROM analytics_alertrule"):
        yield change, f"{change} RETURNING 1", admin
    days = (
        "INSERT INTO patients_clinicreviews (clinic_id, timezone, kind, set_by_id, set_at) VALUES"
        " ('{0}', 'UTC', 'monthly', '{1}', now()) ON CONFLICT (clinic_id) DO UPDATE SET kind = 'weekly',"
        " set_by_id = '{1}' RETURNING 1"
    )
    yield "how their clinic reviews, said anew", days.format(theirs.clinic, admin), admin
    for role in ROLES[1:]:
        yield (
            f"how our clinic reviews, said anew by {role}",
            days.format(ours.clinic, ours.users[role]),
            ours.users[role],
        )


def _acknowledged(inside: Inside, by: str, more: str = "") -> str:
    return (
        f"UPDATE analytics_alert SET acknowledged_at = now(), acknowledged_by_id = '{inside.users[by]}'{more}"
        f" WHERE id = '{inside.alerts['cared']}' RETURNING 1"
    )


def _alerts(world: World) -> Tries:
    ours, theirs, admin = world.ours, world.theirs, world.ours.users["admin"]
    yield "their alert looked after", _acknowledged(theirs, "admin").replace(theirs.users["admin"], admin), admin
    yield "an alert looked after in a colleague's name", _acknowledged(ours, "clinician"), admin
    for role in ("researcher", "patient", "every scope"):
        yield f"an alert looked after by {role}", _acknowledged(ours, role), ours.users[role]
    yield "an alert that nobody hears of", _acknowledged(ours, "admin", ", snoozed_until = 'infinity'"), admin
    for column in ("closed_at = now()", "mg_dl = 40", "escalate_at = NULL", f"clinic_id = '{ours.clinic}'"):
        yield f"an alert's {column}", f"UPDATE analytics_alert SET {column} RETURNING 1", admin
    yield "an alert, away", "DELETE FROM analytics_alert RETURNING 1", admin
    event = (
        "INSERT INTO analytics_alertevent (id, alert_id, what, at, user_id) VALUES"
        " (gen_random_uuid(), '{0}', '{1}', now(), '{2}') RETURNING 1"
    )
    yield "an event that is the worker's", event.format(ours.alerts["cared"], "closed", admin), admin
    yield "an event of theirs", event.format(theirs.alerts["cared"], "acknowledged", admin), admin
    yield "an event in a colleague's name", (
        event.format(ours.alerts["cared"], "acknowledged", ours.users["clinician"])
    ), admin  # fmt: skip
    asked = f"SELECT 1 WHERE secured.is_acknowledged_by('{theirs.alerts['cared']}', now(), '{admin}')"
    yield "whether there is an alert of theirs", asked, admin
    yield "up to where patients were looked at", "SELECT * FROM analytics_alertstate", admin


def _tasks(world: World) -> Tries:
    ours, theirs = world.ours, world.theirs
    for whose, task in {"a colleague's": ours.tasks["clinician"], "their": theirs.tasks["admin"]}.items():
        ended = f"SELECT 1 WHERE secured.cancel_task('{task}', now()) IS NOT NULL"
        yield f"{whose} task, cancelled", ended, ours.users["admin"]
    again = f"UPDATE work_task SET status = 'pending' WHERE id = '{theirs.failed['admin']}' RETURNING 1"
    yield "their task, again", again, ours.users["admin"]
    days = "SELECT secured.sum_recent_days('{0}')"
    yield "today's sums of theirs", days.format(theirs.patients["cared"]), ours.users["admin"]
    for role in ("researcher", "patient"):
        yield f"today's sums by {role}", days.format(ours.patients["cared"]), ours.users[role]
    added = f"ARRAY['{ours.patients['cared']}']::uuid[], ARRAY[now()], '{{100}}', '{{0}}', '{{5}}'"
    yield "today's sums without a reading", f"SELECT secured.add_to_recent_days({added})", ours.users["admin"]


def _import(
    inside: Inside, by: str, *, patient: str = "", more: str = "", values: str = "", duplicates: int = 0
) -> str:
    return IMPORTED.format(
        patient=patient or inside.patients["cared"],
        by=inside.users[by],
        file=FILE,
        more=more,
        values=values,
        duplicates=duplicates,
    )


def _imports(world: World) -> Tries:
    ours, theirs, admin = world.ours, world.theirs, world.ours.users["admin"]
    for role in (*ROLES, None):
        user, who = (ours.users[role], role) if role else (None, "nobody")
        yield f"pieces read by {who}", "SELECT content FROM glucose_importpiece", user
        file = f"SELECT file_id FROM glucose_import WHERE id = '{theirs.imports['cared']}'"
        yield f"an import of theirs by {who}", file, user
        piece = "INSERT INTO glucose_importpiece (id, file_id, number, content)"
        into = f"{piece} SELECT gen_random_uuid(), file_id, 9, '' FROM ({file}) AS f RETURNING 1"
        yield f"a piece of their file by {who}", into, user
        if role not in ("admin", "clinician", "every scope"):
            yield f"an import begun by {who}", "UPDATE glucose_import SET dry_run = false RETURNING 1", user
    ended = f"UPDATE glucose_import SET finished_at = 'infinity' WHERE id = '{ours.imports['cared']}' RETURNING 1"
    yield "an import that never ends", ended.replace("SET", "SET state = 'cancelled',"), admin
    task = (
        "INSERT INTO work_task (id, kind, queue, status, progress, attempts, error, created_at, actor, arguments,"
        " owner_id) VALUES (gen_random_uuid(), 'x', 'bulk', 'pending', 0, 0, '', now(), 'import_file',"
        " jsonb_build_object('import_id', '{0}'), '{1}') RETURNING 1"
    )
    yield "the work of their import", task.format(theirs.imports["cared"], admin), admin
    for role in ("researcher", "patient"):
        yield f"the work of an import by {role}", task.format(ours.imports["cared"], ours.users[role]), ours.users[role]


def _webhooks(world: World) -> Tries:
    ours, theirs, admin = world.ours, world.theirs, world.ours.users["admin"]
    made = (
        "INSERT INTO accounts_webhook (id, clinic_id, url, description, events, secret, old_secret, active,"
        " disabled_because, last_failure, created_at{2}) VALUES (gen_random_uuid(), '{0}', 'x', '', '{{}}', 'x', '',"
        " true, '', '', now(){3}) RETURNING 1"
    )
    yield "a webhook of theirs", made.format(theirs.clinic, "", "", ""), admin
    for column in ("failing_since", "paused_until", "last_success_at", "last_failure_at", "old_until"):
        never = made.format(ours.clinic, "", f", {column}", ", 'infinity'")
        yield f"a webhook with {column} of no calendar", never, admin
    for role in ROLES[1:]:
        user = ours.users[role]
        yield f"a webhook by {role}", made.format(ours.clinic, "", "", ""), user
        yield f"a webhook's address by {role}", "UPDATE accounts_webhook SET url = 'x' RETURNING 1", user
        yield f"a webhook away by {role}", "DELETE FROM accounts_webhook RETURNING 1", user
    for change in ("SET url = 'x'", "SET active = false", "SET secret = 'x'"):
        at = f"UPDATE accounts_webhook {change} WHERE id = '{theirs.webhooks['webhook']}' RETURNING 1"
        yield f"their webhook {change}", at, admin
    yield "a webhook to another clinic", f"UPDATE accounts_webhook SET clinic_id = '{theirs.clinic}' RETURNING 1", admin
