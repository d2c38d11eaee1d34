"""What docker/nginx/ promises: the files are read, and nginx is asked whether it is here. `make rehearse` runs them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from project import edge, problems
from tests.unit.test_settings import defaults, written

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docker/nginx"
FILES = {path.name: path.read_text() for path in FOLDER.glob("*.conf")}
NGINX, SITE = FILES["nginx.conf"], FILES["site.conf"]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
LOCATION = re.compile(r"^location ([^{]+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
LOCATIONS = {name: body for text in FILES.values() for name, body in LOCATION.findall(text)}


def number(pattern: str, text: str) -> int:
    (found,) = re.findall(pattern, text)
    return int(found)


class TestProblems:
    def test_are_those_of_the_application(self) -> None:
        bodies = [json.loads(body) for body in re.findall(r"return \d{3} '(\{.*\})';", FILES["problems.conf"])]
        known = {(problem.type, problem.title) for problem in problems.ALL}

        assert {body["status"] for body in bodies} == {400, 404, 405, 413, 414, 429, 500, 502, 503, 504}
        assert {(body["type"], body["title"]) for body in bodies} <= known

    def test_are_there_for_each_error_page(self) -> None:
        targets = re.findall(r"error_page [\d ]+ (?:=\d* )?([@/]\S+);", FILES["error_pages.conf"] + SITE)

        assert len(targets) > 10
        assert {target for target in targets if f"= {target}" not in LOCATIONS and target not in LOCATIONS} == set()


class TestLimits:
    def test_let_a_little_more_through_than_the_application_takes(self) -> None:
        body = number(r"client_max_body_size (\d+);", NGINX)
        file = number(r"client_max_body_size (\d+);", SITE)

        assert settings.MAX_BODY_BYTES < body <= settings.MAX_BODY_BYTES * 1.1
        assert settings.IMPORT_MAX_BYTES < file <= settings.IMPORT_MAX_BYTES * 1.1

    def test_keep_a_connection_shorter_than_gunicorn(self) -> None:
        seconds = number(r"keepalive_timeout (\d+)s; # less", NGINX)

        assert f"--keep-alive={seconds + 15}" in SERVICES["web"]["command"]

    def test_outwait_the_silence_between_two_events(self) -> None:
        patience = number(r"proxy_read_timeout (\d+)s;", SITE)

        assert float(written(defaults()["LIVE_HEARTBEAT_SECONDS"])) * 2 < patience

    def test_have_room_for_both_sides_of_as_many_streams_as_the_process_keeps(self) -> None:
        streams = int(written(defaults()["LIVE_STREAMS"]))

        assert number(r"worker_connections (\d+);", NGINX) > 2 * streams
        assert SERVICES["nginx"]["ulimits"]["nofile"]["soft"] > 2 * streams


class TestLog:
    def test_has_no_query(self) -> None:
        assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", NGINX.split("log_format")[1])
        assert "$uri" not in NGINX.split("log_format")[1].split(";")[0]

    def test_has_no_line_of_nginx_that_repeats_the_request_below_a_crash(self) -> None:
        assert re.findall(r"error_log \S+ (\w+);", "".join(FILES.values())) == ["crit"]


class TestHeaders:
    def test_are_on_our_own_answers_only_and_those_of_the_application(self) -> None:
        own = edge.headers("/static/", "text/css") | {
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
            "Strict-Transport-Security": "$hsts",
        }
        added = re.findall(r'^add_header (\S+) (".*"|\S+) always;', FILES["headers.conf"], re.MULTILINE)

        assert {name: value.strip('"') for name, value in added} == {
            name: value for name, value in own.items() if name != "Permissions-Policy"
        }
        with_headers = {name for name, body in LOCATIONS.items() if "include headers" in body}
        assert with_headers == {
            name for name, body in LOCATIONS.items() if "proxy_pass" not in body and name != "/metrics"
        }

    def test_of_the_documentation_are_the_same_but_for_the_policy(self) -> None:
        names = [re.findall(r"add_header (\S+)", FILES[name]) for name in ("headers.conf", "headers_docs.conf")]

        assert names[0] == names[1]
        assert "unsafe" not in FILES["headers_docs.conf"]


class TestCache:
    def test_asks_only_without_saying_who_asks(self) -> None:
        caching = {name for name, text in FILES.items() if re.search(r"^\s*proxy_cache public;", text, re.MULTILINE)}

        assert caching == {"cached.conf"}
        assert 'proxy_set_header Authorization "";' in FILES["cached.conf"]
        assert 'proxy_set_header Cookie "";' in FILES["cached.conf"]

    def test_holds_the_document_of_the_api_and_nothing_of_a_caller(self) -> None:
        assert {name for name, body in LOCATIONS.items() if "include cached.conf;" in body} == {"~ ^/api/schema/$"}
        assert "proxy_ignore_headers" not in "".join(FILES.values())


class TestBalancing:
    def test_repeats_what_may_change_something_only_where_nothing_was_sent(self) -> None:
        text = "".join(FILES.values())

        assert "non_idempotent" not in text
        assert {"GET", "HEAD", "OPTIONS"} == set(re.findall(r"(\w+) web_kept;", NGINX))
        site = dict(LOCATION.findall(SITE))
        taking = [name for name, body in site.items() if "proxy_pass http://$web;" in body]
        assert "/" in taking
        # An import is a POST, of which nothing is kept that could be sent again.
        uploads = "~ ^/(api/v1|clinic/data)/imports/$"
        assert {name for name in taking if "if ($sent_once)" not in site[name]} == {uploads}

    def test_answers_no_address_without_its_slash_by_a_redirect(self) -> None:
        passed_on = {name for name, body in LOCATION.findall(SITE) if "proxy_pass" in body}

        assert {name for name in passed_on if name.endswith("/")} == {"/"}

    def test_passes_each_event_on_at_once(self) -> None:
        lines = {line.strip() for line in LOCATIONS["~ ^/api/v1/readings/stream/$"].splitlines()}

        assert lines == {"gzip off;", "proxy_buffering off;", "proxy_pass http://live;"}


@pytest.mark.skipif(
    not shutil.which("nginx") or not Path("/etc/nginx/mime.types").exists(), reason="nginx is not installed"
)
@pytest.mark.parametrize("secure", [False, True])
def test_nginx_accepts_them(tmp_path: Path, secure: bool) -> None:
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    if secure:
        key, chain = (str(certificates / name) for name in ("privkey.pem", "fullchain.pem"))
        named = ["-keyout", key, "-out", chain, "-subj", "/CN=x"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *named], check=True)
    # Addresses that need no resolver: `resolve` is newer than the nginx of Debian 12.
    there = {"EDGE_PLACE": f"{tmp_path}/place", "EDGE_CERTIFICATES": f"{certificates}", "EDGE_RESOLVER": ""}
    local = {"EDGE_WEB": "127.0.0.1:8000", "EDGE_LIVE": "127.0.0.1:8001", "PATH": "/usr/sbin:/usr/bin:/bin"}

    done = subprocess.run(
        [FOLDER / "start.sh", "check"], env=there | local, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
