// Runs one connection's cycle: its messages up to Sync, Query or Flush, as a whole.

import { beginCopyIn } from './copy.mjs';
import { ANSWER, eachMessage, FAILED, FLUSH, IDLE, TYPE } from './protocol.mjs';

// After an error in one of these the engine skips everything until Sync.
const EXTENDED = new Set([TYPE.PARSE, TYPE.BIND, TYPE.DESCRIBE, TYPE.EXECUTE, TYPE.CLOSE]);

export class Cycles {
  #engine;
  #channels;

  constructor(engine, channels) {
    this.#engine = engine;
    this.#channels = channels;
  }

  run(session, messages) {
    const flushed = messages.at(-1)[0] === TYPE.FLUSH;
    session.unfinished = flushed && (session.unfinished || messages.length > 1); // a lone Flush begins nothing
    for (const bytes of messages) {
      const type = bytes[0];
      if (session.skipping && type !== TYPE.SYNC) continue;
      session.skipping = false;
      const { parts, traits } = session.translate(bytes, this.#engine);
      if (traits.copyIn && this.#collectCopy(session, type, parts, traits)) return;
      session.note(traits);
      this.#step(session, type, parts);
    }
    this.#finish(session);
  }

  /** Runs a COPY FROM STDIN whose data has been collected; in the extended protocol Sync follows. */
  runCopy(session, { parts, data, extended, sync }) {
    session.unfinished = false;
    const failed = this.#step(session, extended ? TYPE.EXECUTE : TYPE.QUERY, [...parts, ...data], true);
    // What a failed COPY did not read is still in the engine's buffer; a Flush makes it skip that.
    if (failed) this.#engine.run(FLUSH);
    if (sync) this.run(session, [sync]);
    else this.#finish(session);
  }

  #collectCopy(session, type, parts, traits) {
    const extended = type === TYPE.EXECUTE;
    const answer = beginCopyIn(this.#engine, traits.text, extended);
    if (answer === null) return false;
    session.copy = { parts, data: [], bytes: 0, extended, complete: false, sync: null };
    session.unfinished = extended;
    session.send(answer);
    return true;
  }

  /** Sends what the engine answers, and tells whether it was an error. */
  #step(session, type, parts, copying = false) {
    const answer = this.#engine.run(...parts);
    let failed = false;
    let sent = 0;
    const cut = (start, end) => {
      if (start > sent) session.send(answer.subarray(sent, start));
      sent = end;
    };
    eachMessage(answer, (kind, start, end) => {
      if (kind === ANSWER.ERROR) failed = true;
      else if (kind === ANSWER.PARAMETER_STATUS) session.settingsTouched = true;
      else if (kind === ANSWER.COPY_IN && copying) cut(start, end); // it was sent before the data came
      else if (kind === ANSWER.NOTIFICATION) {
        cut(start, end);
        this.#channels.deliver(answer.subarray(start, end));
      }
    });
    cut(answer.length, answer.length);
    if (failed && EXTENDED.has(type)) session.skipping = true;
    return failed;
  }

  #finish(session) {
    if (session.unfinished || this.#engine.status === FAILED) return;
    if (session.defaultsUncovered) this.#engine.pinDefaults();
    session.defaultsUncovered = false;
    if (this.#engine.status !== IDLE) return;
    session.portals.clear();
    if (session.channelChanges.length > 0) this.#channels.settle(session);
  }
}
