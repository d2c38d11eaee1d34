// LISTEN and NOTIFY: the engine listens on what any connection listens on,
// and each notification goes to those connections only that asked for its channel.

import { readString } from './protocol.mjs';
import { quoteIdentifier } from './statements.mjs';

export class Channels {
  #engine;
  #sessions;

  constructor(engine, sessions) {
    this.#engine = engine;
    this.#sessions = sessions;
  }

  /** Sends a NotificationResponse to its listeners. */
  deliver(notification) {
    const [channel] = readString(notification, 9, 'utf8'); // behind the header and a process id
    for (const session of this.#sessions) if (session.channels.has(channel)) session.send(notification);
  }

  /** Once a transaction is over: takes over what it has changed, as far as it was not rolled back. */
  settle(session) {
    const active = this.#active();
    for (const { on, channel } of session.channelChanges) {
      if (on && active.has(channel)) session.channels.add(channel);
      if (!on && channel !== '*' && !active.has(channel)) session.channels.delete(channel);
      if (!on && channel === '*') for (const each of session.channels) if (!active.has(each)) session.channels.delete(each);
    }
    session.channelChanges = [];
    this.reconcile(active);
  }

  /** Makes the engine listen on the union of all connections' channels. */
  reconcile(active = this.#active()) {
    const wanted = new Set([...this.#sessions].flatMap((session) => [...session.channels]));
    for (const channel of wanted) if (!active.has(channel)) this.#engine.query(`LISTEN ${quoteIdentifier(channel)}`);
    for (const channel of active) if (!wanted.has(channel)) this.#engine.query(`UNLISTEN ${quoteIdentifier(channel)}`);
  }

  #active() {
    return new Set(this.#engine.query('SELECT pg_listening_channels()').rows.map(([channel]) => channel));
  }
}
