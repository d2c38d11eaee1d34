// What the background processes of a real server would do: checkpoints and vacuum.

const RETRY_MS = 5_000;

/** Starts the timers; returns a function that stops them. */
export function startMaintenance({ engine, scheduler, checkpointSeconds, vacuumSeconds }) {
  const run = (sql) => scheduler.submit(null, () => {
    const { error } = engine.query(sql);
    if (error) console.error(`database: ${sql}: ${error.text}`);
  });
  let retry = null;
  const vacuumWhenIdle = () => {
    clearTimeout(retry);
    if (scheduler.idle) run('VACUUM (ANALYZE)');
    else retry = setTimeout(vacuumWhenIdle, RETRY_MS).unref();
  };
  const timers = [
    setInterval(() => run('CHECKPOINT'), checkpointSeconds * 1000).unref(),
    setInterval(vacuumWhenIdle, vacuumSeconds * 1000).unref(),
  ];
  return () => {
    timers.forEach(clearInterval);
    clearTimeout(retry);
  };
}
