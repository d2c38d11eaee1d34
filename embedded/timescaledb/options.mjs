// Command line and environment of the server. The password comes by the environment only.

import fs from 'node:fs';
import { parseArgs } from 'node:util';

export class UsageError extends Error {}

const USAGE = 'server.mjs --data-dir DIR | --memory --port PORT';
const TEXT = { type: 'string' };
const FLAGS = {
  'data-dir': TEXT,
  memory: { type: 'boolean' },
  port: TEXT,
  'idle-transaction-seconds': { ...TEXT, default: '15' },
  'stuck-seconds': { ...TEXT, default: '120' },
  'checkpoint-seconds': { ...TEXT, default: '300' },
  'vacuum-seconds': { ...TEXT, default: '3600' },
  'max-message-bytes': { ...TEXT, default: String(256 * 2 ** 20) },
};
const LONGEST_SECONDS = 86_400;

export function readOptions(args, environment) {
  const values = parse(args);
  if ((values['data-dir'] === undefined) === (values.memory === undefined)) throw new UsageError(`usage: ${USAGE}`);
  const seconds = (name) => number(values, name, 0.1, LONGEST_SECONDS);
  const password = environment.SAUDE_DB_PASSWORD;
  if (!password) throw new UsageError('SAUDE_DB_PASSWORD is not set');
  if (values['data-dir'] !== undefined) requireLock(values['data-dir'], environment.SAUDE_DB_LOCK_FD);
  return {
    dataDir: values['data-dir'] ?? null,
    port: number(values, 'port', 1, 65_535),
    user: environment.SAUDE_DB_USER || 'saude',
    password,
    idleTransactionSeconds: seconds('idle-transaction-seconds'),
    stuckSeconds: seconds('stuck-seconds'),
    checkpointSeconds: seconds('checkpoint-seconds'),
    vacuumSeconds: seconds('vacuum-seconds'),
    maxMessageBytes: number(values, 'max-message-bytes', 1024, 2 ** 30),
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: FLAGS }).values;
  } catch (error) {
    throw new UsageError(error.message.split('\n')[0]);
  }
}

function number(values, name, least, most) {
  const value = Number(values[name]);
  if (values[name] === undefined || !(value >= least && value <= most)) {
    throw new UsageError(`--${name} has to be a number from ${least} to ${most}`);
  }
  return value;
}

// Node cannot lock files. The launcher locks DIR.lock and hands the open file down.
function requireLock(dataDir, descriptor) {
  try {
    const held = fs.fstatSync(Number(descriptor));
    const file = fs.statSync(`${dataDir}.lock`);
    if (held.ino === file.ino && held.dev === file.dev) return;
  } catch {
    // No such descriptor or file: the message below says what to do.
  }
  throw new UsageError('the data directory is not locked: start the server by database.py');
}
