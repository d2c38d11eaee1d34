-- Whether something of the patient in a window is not in the daily aggregate yet. A refresh is by whole UTC days.
SELECT EXISTS (
    SELECT FROM late_range
    WHERE patient_id = %(patient)s AND first_time < %(end)s AND last_time >= %(start)s
);
