-- A batch of a stream: the first rows of one patient from a time on, as arrays in the binary form of array_send,
-- oldest first. A trend of 0 is none.
SELECT
    array_send(array_agg(time)) AS times,
    array_send(array_agg(mg_dl)) AS values,
    array_send(array_agg(coalesce(trend, 0::smallint))) AS trends,
    array_send(array_agg(source)) AS sources,
    array_send(array_agg(utc_offset_minutes)) AS offsets,
    array_send(array_agg(excluded::int::smallint)) AS excluded,
    array_send(array_agg(out_of_range)) AS out_of_range
FROM (
    SELECT time, mg_dl, trend, source, utc_offset_minutes, excluded, out_of_range
    FROM reading
    WHERE patient_id = %(patient)s AND time >= %(start)s AND time < %(end)s
    ORDER BY time
    LIMIT %(limit)s
) AS ordered;
