// One client: its socket, its login, and the cycles cut from what it sends.

import crypto from 'node:crypto';
import { Login, LoginRefused } from './login.mjs';
import {
  backendKey, fatal, IDLE, MessageReader, parameterStatus, ProtocolViolation, readyForQuery, TYPE,
} from './protocol.mjs';
import { Session } from './session.mjs';

const LOGIN_MS = 10_000;
const LINGER_MS = 5_000;
const CYCLE_MAX_BYTES = 2 ** 30;
const COPY_MAX_BYTES = 2 ** 30;
const PAUSE_BYTES = 64 * 2 ** 20;
const COALESCED_BYTES = 4096;

const COLLECTED = new Set([TYPE.PARSE, TYPE.BIND, TYPE.DESCRIBE, TYPE.EXECUTE, TYPE.CLOSE]);
const CYCLE_ENDS = new Set([TYPE.SYNC, TYPE.QUERY, TYPE.FLUSH, TYPE.FUNCTION_CALL]);
const COPY_MESSAGES = new Set([TYPE.COPY_DATA, TYPE.COPY_DONE, TYPE.COPY_FAIL]);

export class Connection {
  #socket;
  #service;
  #reader;
  #login;
  #session;
  #loginTimer;
  #ready = false;
  #over = false;
  #leaving = false;
  #outgoing = [];
  #cycle = [];
  #cycleBytes = 0;
  #waitingBytes = 0;

  constructor(socket, service, id) {
    this.#socket = socket;
    this.#service = service;
    this.#reader = new MessageReader(service.maxMessageBytes);
    this.#session = new Session(id, (bytes) => this.#send(bytes));
    this.#session.end = (answer) => this.end(answer);
    this.#login = new Login({ ...service, send: (bytes) => this.#send(bytes) });
    this.#loginTimer = setTimeout(() => this.end(), LOGIN_MS);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('drain', () => this.#resume());
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#lost());
  }

  /** Ends the connection, with a last message if there is something to say. */
  end(answer) {
    if (this.#over) return;
    if (answer) this.#send(answer);
    this.#close();
    this.#flush();
    this.#socket.end(() => this.#socket.destroy());
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref(); // it may not read any more
  }

  #receive(chunk) {
    if (this.#over || this.#leaving) return;
    this.#guard(() => {
      this.#reader.push(chunk);
      for (let bytes; !this.#over && (bytes = this.#reader.next()) !== null;) this.#take(bytes);
    });
  }

  // What a client does wrong ends its connection and nothing else.
  #guard(action) {
    try {
      action();
    } catch (error) {
      if (error instanceof LoginRefused) this.end(error.answer);
      else if (error instanceof ProtocolViolation) this.end(fatal('08P01', error.message));
      else throw error;
    }
  }

  #take(bytes) {
    if (!this.#ready) this.#takeLogin(bytes);
    else if (bytes[0] === TYPE.TERMINATE) this.#leave();
    else if (this.#session.copy !== null) this.#takeCopy(bytes);
    else if (!COPY_MESSAGES.has(bytes[0])) this.#takeMessage(bytes);
    // What is left of a COPY that failed is ignored, as the protocol says.
  }

  #takeLogin(bytes) {
    const result = this.#login.take(bytes);
    if (result === 'cancel') this.end(); // nothing can be interrupted here
    if (result === 'typed') this.#reader.typed = true;
    if (result instanceof Map) this.#enter(result);
  }

  #enter(settings) {
    clearTimeout(this.#loginTimer);
    this.#ready = true;
    this.#service.sessions.add(this.#session);
    const wanted = this.#service.settings.differing(settings);
    if (wanted.size === 0) {
      this.#welcome(this.#service.reported);
      return;
    }
    this.#session.settings = wanted;
    for (const name of wanted.keys()) if (name.includes('.')) this.#session.settingNames.add(name);
    this.#service.scheduler.submit(this.#session, () => {
      this.#session.settingsTouched = true; // the engine knows the settings' proper spelling
      this.#welcome(this.#service.settings.reported());
    });
  }

  #welcome(reported) {
    for (const [name, value] of reported) this.#send(parameterStatus(name, value));
    this.#send(backendKey(this.#session.id, crypto.randomBytes(4)));
    this.#send(readyForQuery(IDLE));
  }

  #takeMessage(bytes) {
    const type = bytes[0];
    const ends = CYCLE_ENDS.has(type);
    if (!ends && !COLLECTED.has(type)) throw new ProtocolViolation(`invalid frontend message type ${type}`);
    this.#cycle.push(bytes);
    this.#cycleBytes += bytes.length;
    if (this.#cycleBytes > CYCLE_MAX_BYTES) throw new ProtocolViolation('too much data before a Sync');
    if (!ends) return;
    const messages = this.#cycle;
    this.#submit(this.#cycleBytes, () => this.#service.cycles.run(this.#session, messages));
    this.#cycle = [];
    this.#cycleBytes = 0;
  }

  #takeCopy(bytes) {
    const copy = this.#session.copy;
    const type = bytes[0];
    if (type === TYPE.SYNC && copy.complete) copy.sync = bytes;
    else if (type === TYPE.SYNC || type === TYPE.FLUSH) return; // libpq sends one before the data
    else if (!COPY_MESSAGES.has(type) || copy.complete) {
      throw new ProtocolViolation(`unexpected message type ${type} during COPY from stdin`);
    } else copy.data.push(bytes);
    copy.bytes += bytes.length;
    if (copy.bytes > COPY_MAX_BYTES) throw new ProtocolViolation(`COPY takes up to ${COPY_MAX_BYTES} bytes at a time`);
    copy.complete ||= type !== TYPE.COPY_DATA;
    this.#service.scheduler.touch(this.#session);
    if (!copy.complete || (copy.extended && copy.sync === null)) return;
    this.#session.copy = null;
    this.#submit(copy.bytes, () => this.#service.cycles.runCopy(this.#session, copy));
  }

  // A client that sends faster than it is served waits in its own socket.
  #submit(bytes, work) {
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > PAUSE_BYTES) this.#socket.pause();
    this.#service.scheduler.submit(this.#session, () => {
      this.#waitingBytes -= bytes;
      this.#guard(work);
      this.#resume();
    });
  }

  #resume() {
    if (this.#waitingBytes <= PAUSE_BYTES && this.#socket.writableLength <= PAUSE_BYTES) this.#socket.resume();
  }

  // Everything of one turn goes out at once.
  #send(bytes) {
    if (this.#outgoing.length === 0) process.nextTick(() => this.#flush());
    this.#outgoing.push(bytes);
  }

  #flush() {
    const parts = this.#outgoing;
    this.#outgoing = [];
    if (parts.length === 0 || !this.#socket.writable) return;
    const small = parts.every((part) => part.length < COALESCED_BYTES);
    for (const part of small ? [Buffer.concat(parts)] : parts) this.#socket.write(part);
    if (this.#socket.writableLength > PAUSE_BYTES) this.#socket.pause();
  }

  // Terminate: what was sent before it is still done.
  #leave() {
    this.#leaving = true;
    this.#service.scheduler.submit(this.#session, () => this.end());
  }

  #lost() {
    if (!this.#leaving) this.#close();
  }

  #close() {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#loginTimer);
    this.#service.forget(this.#session, this);
  }
}
