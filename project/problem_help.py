"""What a person is told about each problem: what happened, what to do, and what the answer looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from project import problems
from project.problems import Problem

Text = str | Promise
PATIENT: Final = "/api/v1/patients/01957a3c-0000-7000-8000-000000000001/"
REQUEST_ID: Final = "4b1f6f0c9d3e4f7a8c2b5d6e7f809a1b"


@dataclass(frozen=True, slots=True)
class Help:
    """The words of a problem's page, and the detail and errors of its example."""

    happened: Text
    steps: tuple[Text, ...]
    detail: str = ""
    errors: tuple[Mapping[str, str], ...] = ()
    instance: str = field(default=PATIENT)


HELP: Final[Mapping[Problem, Help]] = {
    problems.INVALID: Help(
        _("The request was understood, but a parameter or a field of the body cannot be accepted. Nothing was stored."),
        (
            _("Read errors: each entry names a query parameter, or a field by its JSON Pointer, and the reason."),
            _("Correct what is named and send the request again; sent unchanged it is refused again."),
            _("Unknown fields are refused too: look for a misspelt name."),
        ),
        "Some fields are not valid; see errors.",
        ({"pointer": "/timezone", "detail": "This is not a time zone of the IANA database, like America/Sao_Paulo."},),
        "/api/v1/patients/",
    ),
    problems.MALFORMED: Help(
        _("The body could not be read as what its Content-Type says it is. Nothing was stored."),
        (
            _("Send JSON in UTF-8; the detail says at which line reading stopped."),
            _("Let a library write the JSON: quotes, commas and brackets made by hand are the usual cause."),
        ),
        "The body is not JSON in UTF-8: Expecting value, line 1.",
        instance="/api/v1/patients/",
    ),
    problems.UNAUTHENTICATED: Help(
        _("The request came without an access token."),
        (
            _("Sign in with POST /api/v1/auth/token/."),
            _("Send the access token in the header Authorization: Bearer <token>."),
        ),
        "Authentication credentials were not provided.",
    ),
    problems.WRONG_CREDENTIALS: Help(
        _("No active user has this user name with this password. The answer never says which of them is wrong."),
        (
            _("Check both; upper and lower case and spaces count."),
            _("Ask an administrator of your clinic where you cannot sign in any more."),
        ),
        "The user name or the password is wrong.",
        instance="/api/v1/auth/token/",
    ),
    problems.OTP_REQUIRED: Help(
        _("The user name and the password are right; the user has a second factor, and the request came without one."),
        (
            _("Send otp too: the six digits of the authenticator app, or one of the recovery codes."),
            _("Each code is taken once: where you have just used it, wait for the next one."),
            _("Who has passkeys only sends a recovery code, or sets up an authenticator app under /account/2fa/."),
        ),
        "Send otp too: the code of the authenticator app, or a recovery code.",
        instance="/api/v1/auth/token/",
    ),
    problems.SECOND_FACTOR_REQUIRED: Help(
        _("The clinic requires a second factor, and the user has none yet. Tokens from before it open nothing either."),
        (
            _("Sign in under /account/login/ with the same user name and password; set-up is the first page."),
            _("Set up an authenticator app and keep the recovery codes; a passkey alone cannot be typed here."),
            _("Send the request again with otp: the code that the app shows next."),
        ),
        "Set up an authenticator app on the pages of your account, then sign in with its code.",
        instance="/api/v1/auth/token/",
    ),
    problems.TOKEN_REFUSED: Help(
        _("The token was sent, but it is expired, used already, revoked, or was not made by this server."),
        (
            _("Get a new pair with POST /api/v1/auth/token/refresh/ and the newest refresh token."),
            _("Each refresh token works once: keep the one that the last answer brought."),
            _("Where that is refused too, sign in again: signing out or a new password ends a session and its tokens."),
            _("A service key is refused once it is replaced, deleted or expired: ask an administrator for another."),
        ),
        "The access token is expired or not ours; refresh it or sign in.",
    ),
    problems.FORBIDDEN: Help(
        _("You are signed in and may know of this, but your role, or your service key, does not allow the act."),
        (
            _("Ask an administrator of your clinic to do it, or to give you the role, or the key, that may."),
            _("Do not send it again as the same user: the answer stays the same."),
        ),
        "Your role in the clinic does not allow this.",
    ),
    problems.NOT_FOUND: Help(
        _("There is nothing at this address, or nothing that you may see: the two are answered alike."),
        (
            _("Check the address: every one ends with a slash."),
            _("Check the id, and that you are signed in to the clinic that it belongs to."),
            _("Ask for access where you should see it: a clinician sees the patients in their care."),
        ),
        "There is no such patient that you may see.",
    ),
    problems.METHOD: Help(
        _("The address exists, but does not take this method."),
        (_("Use one of the methods of the header Allow, or look the address up in /api/docs/."),),
        'Method "PUT" not allowed.',
    ),
    problems.NOT_ACCEPTABLE: Help(
        _("The header Accept names only content types that this address does not answer."),
        (_("Send Accept: application/json, or no such header; /api/docs/ lists what else an address answers."),),
        "Could not satisfy the request Accept header.",
    ),
    problems.CONFLICT: Help(
        _("The request is well formed, but contradicts what is stored: most often the same thing exists already."),
        (
            _("Read the detail: it says what is there already."),
            _("Read what is stored, then change that, or send another value."),
        ),
        "Another patient of the clinic has this external_ref.",
        instance="/api/v1/patients/",
    ),
    problems.BODY_TOO_LARGE: Help(
        _("The body is larger than this server accepts. It was refused before it was read; nothing was stored."),
        (_("Send it in several requests: the detail says how many bytes one may have."),),
        "The body may have 4000000 bytes.",
        instance=PATIENT + "readings/",
    ),
    problems.MEDIA_TYPE: Help(
        _("The header Content-Type names something that this address does not read."),
        (_("Send JSON with Content-Type: application/json; only a file goes as multipart/form-data."),),
        'Unsupported media type "text/plain" in request.',
        instance="/api/v1/patients/",
    ),
    problems.WINDOW_TOO_LARGE: Help(
        _("The window between start and end, or the number of days, is longer than one request may ask for."),
        (_("Ask for the window in pieces, one after the other; the detail says how many days one may have."),),
        "the window may have 3660 days; ask for it in pieces",
        ({"parameter": "days", "detail": "the window may have 3660 days; ask for it in pieces"},),
        PATIENT + "statistics/",
    ),
    problems.PAGE_TOO_LARGE: Help(
        _("The page_size is more than one page may have."),
        (
            _("Ask for no more rows than the detail says, and follow next until it is null."),
            _("For many readings at once ask for layout=columns, or for a stream by Accept."),
        ),
        "a page may have 1000 rows; follow next for more",
        ({"parameter": "page_size", "detail": "a page may have 1000 rows; follow next for more"},),
        "/api/v1/patients/",
    ),
    problems.TOO_MANY_STREAMS: Help(
        _("As many streams of yours are running as a user may have at once, over all programs that sign in as you."),
        (
            _("Read the streams that you began to their end, or close their connections; then begin the next."),
            _("Take patients one after the other: the server writes as fast as one client reads."),
            _("After a program was killed its streams may count for two more minutes: wait as Retry-After says."),
        ),
        "You may have 4 streams open at once. Ask again when one has ended.",
        instance=PATIENT + "readings/",
    ),
    problems.THROTTLED: Help(
        _("You sent more requests than are allowed in this time."),
        (
            _("Wait as many seconds as the header Retry-After says, then send the request again."),
            _("Ask for less: larger pages, windows instead of single values, no polling faster than the sensors."),
        ),
        "Request was throttled. Expected available in 30 seconds.",
    ),
    problems.BODY_TOO_DEEP: Help(
        _("The JSON of the body has lists and objects that lie deeper in each other than is read. Nothing was stored."),
        (
            _("Send what the operation's page shows: no body of this API is nested more than a few levels."),
            _("A program that wraps each value in another list is the usual cause."),
        ),
        "Lists and objects may lie 32 deep in each other.",
        instance="/api/v1/patients/",
    ),
    problems.LENGTH_REQUIRED: Help(
        _("The body came in pieces (Transfer-Encoding) without saying how long it is. Nothing was stored."),
        (_("Send the body as a whole, with the header Content-Length, which most libraries set by themselves."),),
        "Send Content-Length; pieces are not read here.",
    ),
    problems.PRECONDITION: Help(
        _("Somebody changed or deleted it since you read it. Nothing of your change was stored."),
        (
            _("Read it again, look at what is new, and repeat your change with the ETag of that answer in If-Match."),
            _("Send the ETag as you got it, quotes included; one that begins with W/ does not serve here."),
        ),
        "Somebody changed it meanwhile: read it again, and repeat your change with its new ETag.",
    ),
    problems.KEY_REUSED: Help(
        _("The Idempotency-Key was sent before with another request. This one was not done."),
        (
            _("Make a new key, such as a random UUID, for every request that you mean."),
            _("Send the same key again only with the same address and the same body."),
        ),
        instance="/api/v1/patients/",
    ),
    problems.IN_PROGRESS: Help(
        _("A request with the same Idempotency-Key is being done at this moment."),
        (_("Wait a second and send the same request with the same key again: you get the answer of the first."),),
        instance="/api/v1/patients/",
    ),
    problems.URL_TOO_LONG: Help(
        _("The address of the request, with its parameters, is longer than is read."),
        (
            _("Send less in the query; a cursor is taken from next or previous as it is and never grows."),
            _("What is sent to be stored belongs in the body."),
        ),
        instance="/api/v1/patients/",
    ),
    problems.TIMEOUT: Help(
        _("The request was worked on for as long as one may take, and was given up. A change was not stored."),
        (
            _("Ask for a shorter window, or for the readings page by page."),
            _("Where a small request takes this long too, tell us the request_id."),
        ),
        "The request took too long; ask for less at once.",
    ),
    problems.UNAVAILABLE: Help(
        _("A part of the service, such as its database, did not answer. Whether a change was stored is not known."),
        (
            _("Wait as many seconds as the header Retry-After says, then try again, each time a little later."),
            _("Read before you repeat a change that is not safe to do twice."),
            _("/health/ says which part does not answer."),
        ),
    ),
    problems.INTERNAL: Help(
        _("The server met an error of its own. Nothing about the request has to be wrong."),
        (
            _("Try once more; where it happens again, tell us the request_id: what happened is logged under it."),
            _("Read before you repeat a change that is not safe to do twice."),
        ),
        "Tell us the request_id; what happened is logged under it.",
    ),
    problems.BAD_REQUEST: Help(
        _("The request breaks a rule of HTTP or of this server before any endpoint could look at it."),
        (
            _("Call the server by its own name: the header Host must be one that it knows."),
            _("Send fewer than a thousand parameters, and no broken encodings."),
        ),
    ),
}


def example(problem: Problem) -> dict[str, Any]:
    """A problem document as the API would answer it."""
    given = HELP[problem]
    found: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": given.detail or problem.title,
        "instance": given.instance,
        "request_id": REQUEST_ID,
    }
    return found | ({"errors": [dict(entry) for entry in given.errors]} if given.errors else {})
