// COPY FROM STDIN. The engine reads synchronously and cannot wait for a client, so the data
// is collected first; meanwhile the client has to be told what the engine would have said.

import { ANSWER, copyFail, eachMessage, FAILED, IDLE, message, query } from './protocol.mjs';

const PROBE = copyFail('probe');
const SAVEPOINT = '"embedded copy probe"';

/** The CopyInResponse for the client; null if the statement does not get as far as wanting data. */
export function beginCopyIn(engine, sql, extended) {
  if (engine.status === FAILED) return null;
  // Between Bind and Sync no other statement may run, so here the answer is made up.
  if (extended) return copyInResponse(/\bbinary\b/i.test(sql) ? 1 : 0);
  const inTransaction = engine.status !== IDLE;
  if (inTransaction) engine.query(`SAVEPOINT ${SAVEPOINT}`);
  const response = probe(engine, sql);
  if (inTransaction) engine.query(`ROLLBACK TO ${SAVEPOINT}; RELEASE ${SAVEPOINT}`);
  return response;
}

// Starts the statement and gives up at its first read, which undoes it.
function probe(engine, sql) {
  const answer = engine.run(query(sql), PROBE);
  let response = null;
  eachMessage(answer, (type, start, end) => {
    if (type === ANSWER.COPY_IN) response = answer.subarray(start, end);
  });
  return response;
}

function copyInResponse(format) {
  return message(ANSWER.COPY_IN, Buffer.from([format, 0, 1, 0, format]));
}
