"""The sensors that the vendor says people wear: new ones, and the end of those that another one took over from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from glucose.models import Sensor
from glucose.sources.port import Measurement, SensorSeen
from glucose.wear import WARM_UP

# Of each patient the ids of their sensors by serial.
SensorIds = dict[UUID, dict[str, UUID]]


def store_sensors(
    seen: Mapping[UUID, Sequence[SensorSeen]], found: Mapping[UUID, Sequence[Measurement]], now: datetime
) -> SensorIds:
    """Keep the sensors of each patient that a visit told of."""
    known: dict[UUID, dict[str, Sensor]] = {patient_id: {} for patient_id in seen}
    for sensor in Sensor.objects.filter(patient_id__in=list(seen)):
        known[sensor.patient_id][sensor.serial] = sensor
    fresh = [
        Sensor(patient_id=patient_id, serial=sensor.serial, activated_at=sensor.activated_at, first_seen_at=now)
        for patient_id, sensors in seen.items()
        for sensor in _told(sensors, found.get(patient_id, ()))
        if sensor.serial not in known[patient_id]
    ]
    for sensor in Sensor.objects.bulk_create(fresh) if fresh else []:
        known[sensor.patient_id][sensor.serial] = sensor
    for patient_id, sensors in seen.items():
        _end_replaced(known[patient_id], {sensor.serial for sensor in sensors}, now)
    return {
        patient_id: {serial: sensor.id for serial, sensor in sensors.items()} for patient_id, sensors in known.items()
    }


def _told(sensors: Sequence[SensorSeen], found: Sequence[Measurement]) -> list[SensorSeen]:
    """Those that were shown, and those that only a measurement names."""
    told = {item.sensor_serial: SensorSeen(item.sensor_serial, None) for item in found if item.sensor_serial}
    return list((told | {sensor.serial: sensor for sensor in sensors}).values())


def _end_replaced(known: Mapping[str, Sensor], shown: set[str], now: datetime) -> None:
    """A sensor has ended when only others are shown and one of those is warm: until then both may be worn.

    One that is shown again, as a list that showed one of two may have left it out, has not.
    """
    warm = [
        sensor.activated_at
        for serial, sensor in known.items()
        if serial in shown and sensor.activated_at is not None and sensor.activated_at + WARM_UP <= now
    ]
    for serial, sensor in known.items():
        if serial in shown and sensor.ended_at is not None:
            sensor.ended_at = None
            sensor.save(update_fields=["ended_at"])
        elif serial not in shown and sensor.ended_at is None and warm:
            sensor.ended_at = _end(sensor, max(warm), now)
            sensor.save(update_fields=["ended_at"])


def _end(sensor: Sensor, taken_over_at: datetime, now: datetime) -> datetime:
    later = sensor.activated_at is None or taken_over_at > sensor.activated_at
    return taken_over_at if later else now
