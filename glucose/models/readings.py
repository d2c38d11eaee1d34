"""Readings and what follows from them at once; the tables are made in sql/."""

from django.db import models


class Reading(models.Model):
    """A canonical reading; see sql/hypertables/0001_reading.up.sql and 0003_received_after.up.sql."""

    pk = models.CompositePrimaryKey("patient_id", "time")
    patient_id = models.UUIDField()
    time = models.DateTimeField()
    mg_dl = models.SmallIntegerField()
    utc_offset_minutes = models.SmallIntegerField()
    cadence_minutes = models.SmallIntegerField()
    trend = models.SmallIntegerField(null=True)
    source = models.SmallIntegerField()
    sensor_id = models.UUIDField(null=True)
    out_of_range = models.SmallIntegerField()
    excluded = models.BooleanField()
    received_after_minutes = models.IntegerField()

    class Meta:
        managed = False
        db_table = "reading"

    def __str__(self) -> str:
        return f"{self.patient_id} {self.time:%Y-%m-%d %H:%M:%S} {self.mg_dl} mg/dL"


class LatestReading(models.Model):
    """The newest reading of a patient; see 0002_latest_reading.up.sql and 0004_latest_excluded.up.sql there."""

    patient = models.OneToOneField(
        "patients.Patient",
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="latest",
        db_constraint=False,
    )
    time = models.DateTimeField()
    mg_dl = models.SmallIntegerField()
    trend = models.SmallIntegerField(null=True)
    source = models.SmallIntegerField()
    out_of_range = models.SmallIntegerField()
    utc_offset_minutes = models.SmallIntegerField()
    excluded = models.BooleanField()

    class Meta:
        managed = False
        db_table = "latest_reading"

    def __str__(self) -> str:
        return f"{self.patient_id} {self.time:%Y-%m-%d %H:%M:%S} {self.mg_dl} mg/dL"


class LateRange(models.Model):
    """Days of a patient that the daily aggregate does not show yet."""

    patient_id = models.UUIDField()
    first_time = models.DateTimeField()
    last_time = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "late_range"

    def __str__(self) -> str:
        return f"{self.patient_id} {self.first_time:%Y-%m-%d} to {self.last_time:%Y-%m-%d}"
