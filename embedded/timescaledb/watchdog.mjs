// Ends the process when the engine does not come back.
// The engine runs on the main thread and cannot be interrupted there, so a second thread
// looks at a stamp in shared memory. Killing is safe: the write-ahead log has what was committed.

import fs from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const CHECKS_PER_LIMIT = 10;

/** begin() and end() stand around every call of the engine. */
export function startWatchdog(stuckSeconds) {
  const busySince = new BigInt64Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: { busySince, stuckSeconds } });
  worker.unref();
  return {
    begin: () => Atomics.store(busySince, 0, BigInt(Date.now())),
    end: () => Atomics.store(busySince, 0, 0n),
  };
}

function watch({ busySince, stuckSeconds }) {
  const limit = stuckSeconds * 1000;
  setInterval(() => {
    const since = Number(Atomics.load(busySince, 0));
    if (since === 0 || Date.now() - since < limit) return;
    // The main thread is stuck and console.log of a worker goes through it.
    fs.writeSync(2, `database: a statement ran longer than ${stuckSeconds} s, ending the server\n`);
    process.kill(process.pid, 'SIGKILL');
  }, Math.min(limit / CHECKS_PER_LIMIT, 1000));
}

if (!isMainThread && workerData?.busySince) watch(workerData);
