import json, base64, uuid
from datetime import datetime, timezone, timedelta
import pytest
from accounts.roles import Role
from accounts.models import User
from glucose.models import LibreLinkUpAccount, VendorPatient
from rest_framework.test import APIClient
P="/api/v1/"
def show(label, r):
    print(label, r.status_code, r.headers.get("Content-Type"), r.content[:330])
def test_x(db, admin, patient, clinic, member, make_patient):
    c = admin.api; c.raise_request_exception=False
    J="application/json"
    show("deep", c.post(P+"patients/", data="["*100000, content_type=J))
    show("deep readings", c.post(P+f"patients/{patient.id}/readings/", data='{"readings":'+"["*100000, content_type=J))
    show("surrogate key", c.post(P+"patients/", data='{"\\ud800":1}', content_type=J))
    show("surrogate choice", c.post(P+"patients/", data='{"name":"a","timezone":"UTC","sex":"\\ud800"}', content_type=J))
    show("surrogate readings", c.post(P+f"patients/{patient.id}/readings/", data='{"readings":[{"time":"\\ud800","value":5}]}', content_type=J))
    show("surrogate readings key", c.post(P+f"patients/{patient.id}/readings/", data='{"readings":[{"\\ud800":5}]}', content_type=J))
    show("zlib", c.post(P+"patients/", data='{}', content_type="application/json; charset=zlib"))
    show("rot13", c.post(P+"patients/", data='{}', content_type="application/json; charset=rot13"))
    if 0: show("GET zlib", c.generic("GET", P+"patients/?search=%41", content_type="application/json; charset=zlib"))
    show("contentlength", c.generic("GET", P+"patients/", CONTENT_LENGTH="²"))
    u = member(clinic, Role.PATIENT).user
    show("user1", c.post(P+"patients/", data={"name":"a","timezone":"UTC","user":str(u.id)}, format="json"))
    show("user2", c.post(P+"patients/", data={"name":"a","timezone":"UTC","user":str(u.id)}, format="json"))
    a = LibreLinkUpAccount.objects.create(clinic=clinic, email="a@b.c", password="x")
    show("vendor null", c.post(P+f"librelinkup/accounts/{a.id}/unlinked/%00/ignore/"))
    cur = base64.urlsafe_b64encode(b"[true,253402300799]").decode().rstrip("=")
    show("cursor max", c.get(P+f"patients/{patient.id}/readings/", {"cursor":cur}))
    cur = base64.urlsafe_b64encode(b"[false,-62135596800]").decode().rstrip("=")
    show("cursor min", c.get(P+f"patients/{patient.id}/readings/", {"cursor":cur}))
    for tok in ("garbage", "a b", "", "\xff"):
        d = APIClient(raise_request_exception=False); d.credentials(HTTP_AUTHORIZATION=f"Bearer {tok}")
        show("tok "+repr(tok), d.get(P+"auth/me/"))
    show("iso week", c.get(P+f"patients/{patient.id}/daily/", {"start":"2026-W10-1","end":"2026-W10-2"}))
    show("schema post", c.post("/api/schema/"))
    show("docs post", c.post("/api/docs/"))
    show("docs get", c.get("/api/docs/"))
    show("schema html", c.get("/api/schema/", HTTP_ACCEPT="text/html"))
    show("accept rfc2231", c.get(P+"patients/", HTTP_ACCEPT="application/json; x*=bogus''%41"))
    show("host", c.get(P+"patients/", HTTP_HOST="evil.example"))
    show("many params", c.get(P+"patients/?"+"&".join(f"a{i}=1" for i in range(1100))))
    show("bigint", c.post(P+f"patients/{patient.id}/readings/", data='{"readings":[{"time":"2026-03-01T00:00:00Z","value":'+"9"*5000+'}]}', content_type=J))
    show("bigint2", c.post(P+f"patients/{patient.id}/readings/", data='{"readings":[{"time":"2026-03-01T00:00:00Z","value":'+"9"*400+'}]}', content_type=J))
    show("accept problem", c.get(P+"patients/", HTTP_ACCEPT="application/problem+json"))
    show("health post", c.post("/health/"))
    show("null body", c.post(P+"patients/", data="null", content_type=J))
    show("unknown path", c.get("/api/v1/x/%ff"))
    show("name num", c.post(P+"patients/", data={"name":5,"timezone":"UTC"}, format="json"))
    show("localtime", c.post(P+"patients/", data={"name":"q","timezone":"localtime"}, format="json"))
    show("Factory", c.post(P+"patients/", data={"name":"q","timezone":"Factory"}, format="json"))
    show("slash field", c.post(P+"patients/", data={"a/b":5,"timezone":"UTC"}, format="json"))
    show("options", c.options(P+"patients/"))
    show("query bytes", c.get(P+"patients/?search=%ff%fe"))
    show("stat", c.get(P+f"patients/{patient.id}/statistics/"))
    try: show("ct rfc2231", c.generic("POST", P+"patients/", b"{}", content_type="application/json; x*=bogus''%41"))
    except Exception as e: print("ct rfc2231 raises", repr(e))
