// Whose turn it is. There is one backend, so the connection that holds an open transaction
// owns it until the transaction is over; otherwise first come, first served.

import { fatal, IDLE, parse, SYNC } from './protocol.mjs';

const NONSENSE = parse('', 'nonsense');

export class Scheduler {
  #engine;
  #settings;
  #idleTransactionMs;
  #queue = [];
  #owner = null;
  #last = null;
  #awake = false;
  #idleTimer = null;

  constructor(engine, settings, idleTransactionSeconds) {
    this.#engine = engine;
    this.#settings = settings;
    this.#idleTransactionMs = idleTransactionSeconds * 1000;
  }

  /** Nobody waits and no transaction is open. */
  get idle() {
    return this.#queue.length === 0 && this.#owner === null;
  }

  /** Queues work, a function, for a session; for null it is the server's own, outside transactions. */
  submit(session, work) {
    this.#queue.push({ session, work });
    this.#wake();
  }

  /** Puts the idle timeout off: the owner is sending the data of a COPY. */
  touch(session) {
    if (session === this.#owner) this.#watchOwner();
  }

  /** Ends the turn of a session that is gone: its waiting work is dropped, its transaction rolled back. */
  release(session) {
    session.gone = true;
    this.#queue = this.#queue.filter((job) => job.session !== session);
    if (this.#owner === session) {
      this.rollBack();
      this.#own(null);
    }
    this.#wake();
  }

  /** Undoes whatever transaction is open. */
  rollBack() {
    this.#engine.run(NONSENSE); // Sync alone would commit what a Flush left unfinished
    this.#engine.run(SYNC);
    if (this.#engine.status !== IDLE) this.#engine.query('ROLLBACK');
  }

  #wake() {
    if (this.#awake) return;
    this.#awake = true;
    setImmediate(() => this.#turn());
  }

  // One piece of work a turn, so that sockets are read in between.
  #turn() {
    this.#awake = false;
    const index = this.#owner === null ? 0 : this.#queue.findIndex((job) => job.session === this.#owner);
    if (index < 0 || this.#queue.length === 0) return;
    const [{ session, work }] = this.#queue.splice(index, 1);
    if (session === null) work();
    else this.#runFor(session, work);
    if (this.#queue.length > 0) this.#wake();
  }

  #runFor(session, work) {
    if (session !== this.#last) {
      const error = this.#settings.exchange(this.#last, session);
      this.#last = session;
      if (error) {
        session.end(fatal(error.code, error.text));
        return;
      }
    }
    work();
    const inTransaction = this.#engine.status !== IDLE || session.unfinished;
    this.#own(inTransaction && !session.gone ? session : null);
  }

  #own(session) {
    this.#owner = session;
    this.#watchOwner();
  }

  #watchOwner() {
    clearTimeout(this.#idleTimer);
    if (this.#owner === null) return;
    const owner = this.#owner;
    this.#idleTimer = setTimeout(() => {
      if (this.#queue.some((job) => job.session === owner)) return;
      owner.end(fatal('25P03', 'terminating connection due to idle-in-transaction timeout'));
    }, this.#idleTransactionMs);
  }
}
