"""What the scripts of the pages send."""

from typing import Any

from django.test import Client

from patients.models import Patient


class Sender:
    """Sends JSON, or a form with a file, with the page's token."""

    def __init__(self, browser: Client, patient: Patient) -> None:
        self.browser = browser
        self.patient = patient
        page = browser.get(f"/clinic/patients/{patient.id}/", secure=True).content.decode()
        self.headers = {"x-csrftoken": page.partition('data-csrf="')[2].partition('"')[0]}
        self.headers["referer"] = "https://localhost/"

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """The answer about the patient, or of an address that begins with a slash."""
        root = "/clinic/data" if address.startswith("/") else f"/clinic/data/patients/{self.patient.id}/"
        send = getattr(self.browser, method)
        given = {**self.headers, **headers}
        return send(root + address, body, content_type="application/json", secure=True, headers=given)

    def file(self, address: str, **fields: Any) -> Any:
        """The answer to a form."""
        return self.browser.post(f"/clinic/data{address}", fields, secure=True, headers=self.headers)
