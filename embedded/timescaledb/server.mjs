// TimescaleDB for machines without Docker: one process that speaks the Postgres protocol.
// For development, demonstration and tests; see ../README.md for its limits.

import net from 'node:net';
import { Credentials } from './authentication.mjs';
import { Channels } from './channels.mjs';
import { Connection } from './connection.mjs';
import { Cycles } from './cycles.mjs';
import { Engine, UnusableDirectory } from './engine.mjs';
import { startMaintenance } from './maintenance.mjs';
import { readOptions, UsageError } from './options.mjs';
import { fatal } from './protocol.mjs';
import { Scheduler } from './scheduler.mjs';
import { Settings } from './settings.mjs';
import { startWatchdog } from './watchdog.mjs';

const HOST = '127.0.0.1';
const MAX_CONNECTIONS = 200;
const EXIT_USAGE = 2;
const EXIT_CRASH = 70;

async function main() {
  const options = readOptions(process.argv.slice(2), process.env);
  delete process.env.SAUDE_DB_PASSWORD;
  const connections = new Set();
  let service = null;
  const server = net.createServer((socket) => accept(socket, service, connections));
  await listen(server, options.port); // before the engine: a taken port is found out at once
  service = await startService(options, connections);
  const stopMaintenance = startMaintenance({ ...service, ...options });
  const stop = once(() => shutDown({ server, connections, service, stopMaintenance }));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  console.log(`database: ready on ${HOST}:${options.port}, ${options.dataDir ?? 'in memory'}`);
}

async function startService(options, connections) {
  const engine = await Engine.open(options.dataDir, startWatchdog(options.stuckSeconds));
  const sessions = new Set();
  const settings = new Settings(engine);
  const channels = new Channels(engine, sessions);
  const scheduler = new Scheduler(engine, settings, options.idleTransactionSeconds);
  const forget = (session, connection) => {
    connections.delete(connection);
    sessions.delete(session);
    scheduler.release(session);
    scheduler.submit(null, () => cleanUp(session, { engine, sessions, channels }));
  };
  return {
    engine, sessions, settings, scheduler, forget,
    cycles: new Cycles(engine, channels),
    credentials: new Credentials(options.user, options.password),
    databaseName: engine.databaseName,
    maxMessageBytes: options.maxMessageBytes,
    reported: settings.reported(),
  };
}

function accept(socket, service, connections) {
  if (service === null || connections.size >= MAX_CONNECTIONS) {
    const [code, text] = service === null
      ? ['57P03', 'the database system is starting up']
      : ['53300', 'sorry, too many clients already'];
    socket.on('error', () => {});
    socket.end(fatal(code, text));
    return;
  }
  accepted += 1;
  connections.add(new Connection(socket, service, accepted));
}
let accepted = 0;

// Temporary objects and held cursors belong to the engine's session, so they can only be
// dropped for all: when the last connection that made some is gone.
function cleanUp(session, { engine, sessions, channels }) {
  session.closeStatements(engine);
  const last = (trait) => session[trait] && ![...sessions].some((each) => each[trait]);
  if (last('temporary')) engine.query('DISCARD TEMP');
  if (last('holds')) engine.query('CLOSE ALL');
  if (session.channels.size > 0 || session.channelChanges.length > 0) channels.reconcile();
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
      reject(new UsageError(`port ${port} of ${HOST} ${why}`));
    });
    server.listen({ port, host: HOST }, resolve);
  });
}

async function shutDown({ server, connections, service, stopMaintenance }) {
  server.close();
  stopMaintenance();
  service.scheduler.rollBack();
  for (const connection of connections) {
    connection.end(fatal('57P01', 'terminating connection due to administrator command'));
  }
  service.engine.query('CHECKPOINT');
  await service.engine.close();
  console.log('database: stopped');
  process.exit(0);
}

function once(action) {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    action().catch(crash);
  };
}

// After a trap the engine's memory is not to be trusted; a restart recovers from the log.
function crash(error) {
  const refused = error instanceof UsageError || error instanceof UnusableDirectory;
  console.error(`database: ${refused ? error.message : `crashed: ${error?.stack ?? error}`}`);
  process.exit(refused ? EXIT_USAGE : EXIT_CRASH);
}

process.on('uncaughtException', crash);
await main().catch(crash);
