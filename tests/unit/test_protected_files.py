"""Files of people: by nginx where it is in front, else by ourselves, and never from outside of their folder."""

from pathlib import Path
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse

from project.protected_files import OutsideOfMedia, protected_file


@pytest.fixture(params=[True, False], ids=["behind nginx", "alone"])
def media(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Path:
    """A folder of files, with and without nginx in front."""
    settings.BEHIND_PROXY = request.param
    settings.MEDIA_ROOT = str(tmp_path / "media")
    folder = tmp_path / "media" / "reports"
    folder.mkdir(parents=True)
    (folder / "maría 1%.pdf").write_bytes(b"%PDF" * 50_000)
    return tmp_path / "media"


def sent(path: str | Path) -> StreamingHttpResponse:
    return cast(StreamingHttpResponse, protected_file(path, name="Relatório.pdf", media_type="application/pdf"))


class TestProtectedFile:
    def test_is_named_to_nginx_by_an_address_and_not_sent(self, media: Path, settings: Any) -> None:
        settings.BEHIND_PROXY = True

        response = sent("reports/maría 1%.pdf")

        assert response["X-Accel-Redirect"] == "/protected/reports/mar%C3%ADa%201%25.pdf"
        assert not response.streaming
        assert response.getvalue() == b""

    def test_is_sent_part_by_part_where_no_nginx_is(self, media: Path, settings: Any) -> None:
        settings.BEHIND_PROXY = False

        response = sent("reports/maría 1%.pdf")

        parts = [bytes(part) for part in response]
        assert (b"".join(parts), len(parts) > 1) == (b"%PDF" * 50_000, True)
        assert response["Content-Length"] == "200000"
        assert "X-Accel-Redirect" not in response
        response.close()

    def test_is_saved_under_its_name_and_kept_by_nobody(self, media: Path) -> None:
        response = sent("reports/maría 1%.pdf")

        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == "attachment; filename*=utf-8''Relat%C3%B3rio.pdf"
        assert response["Cache-Control"] == "private, no-store"
        response.close()

    @pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "reports/../../secret", "out"])
    def test_never_comes_from_outside(self, media: Path, path: str) -> None:
        (media.parent / "secret").write_text("s")
        (media / "out").symlink_to(media.parent / "secret")

        with pytest.raises(OutsideOfMedia):
            sent(path)

    @pytest.mark.parametrize("path", ["reports", "reports/none.pdf", "."])
    def test_is_a_file_that_is_there(self, media: Path, path: str) -> None:
        with pytest.raises(FileNotFoundError):
            sent(path)
