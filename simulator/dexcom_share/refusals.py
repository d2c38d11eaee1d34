"""How Dexcom Share says no: status 500 and a JSON object with a code."""

import json

from simulator.http_message import Answer

NULL_ID = "00000000-0000-0000-0000-000000000000"
# Spelled as the vendor spells it.
MAX_ATTEMPTS = "SSO_AuthenticateMaxAttemptsExceeed"
MESSAGES = {
    "AccountPasswordInvalid": "Publisher account password failed",
    "SSO_AuthenticatePasswordInvalid": "Simulate SSO: Authentication failed.",
    "SSO_AuthenticateAccountNotFound": "Simulate SSO: Account not found.",
    "SSO_InternalError": "Cannot Authenticate by AccountName",
    MAX_ATTEMPTS: "Too many attempts.",
    "SessionIdNotFound": "Session ID not found",
    "SessionNotValid": "Session not active or timed out.",
}


def refusal(code: str, message: str = "") -> Answer:
    """The answer for a code, with its usual message where none is given."""
    text = message or MESSAGES[code]
    inner = json.dumps({"OnlineException": {"TypeString": code, "Message": text}})
    return Answer({"Code": code, "Message": text, "SubCode": inner, "TypeName": "FaultException"}, 500)
