-- The lossless value histogram of one patient's window. Vectorised over the columnstore as long as it groups by
-- the bare column and sums bare columns: nothing is computed per row.
SELECT mg_dl, count(*) AS readings, sum(cadence_minutes) AS minutes
FROM reading
WHERE patient_id = %(patient)s AND time >= %(start)s AND time < %(end)s AND NOT excluded
GROUP BY mg_dl
ORDER BY mg_dl;
