// What belongs to one connection although all of them share one session of the engine.

import {
  closeStatement, FAILED, header, parse, query, readString, SYNC, TYPE,
} from './protocol.mjs';
import { dottedNames, NO_TRAITS, quoteIdentifier, traitsOf } from './statements.mjs';

const STATEMENT = 0x53; // 'S', against 'P' for a portal
const PARAMETERS_LOOKED_AT = 4096;

export class Session {
  statements = new Map(); // name of a prepared statement -> traits; '' is the unnamed one
  portals = new Map();
  settings = new Map();
  settingNames = new Set(); // names with a dot that it may have set: the catalog does not list them
  settingsTouched = false;
  defaultsUncovered = false;
  channels = new Set();
  channelChanges = [];
  temporary = false;
  holds = false;
  skipping = false; // after an error, until Sync
  unfinished = false; // the last cycle ended with Flush: an implicit transaction may be open
  gone = false;
  copy = null; // the COPY FROM STDIN whose data is being collected
  #prefix;

  constructor(id, send) {
    this.id = id;
    this.send = send;
    this.#prefix = Buffer.from(`c${id}_`);
  }

  ownName(name) {
    return `${this.#prefix}${name}`;
  }

  /** The parts of the message as the engine gets it, and the traits of what it will execute. */
  translate(bytes, engine) {
    switch (bytes[0]) {
      case TYPE.QUERY: return this.#translateQuery(bytes, engine);
      case TYPE.PARSE: return this.#translateParse(bytes, engine);
      case TYPE.BIND: return this.#translateBind(bytes);
      case TYPE.EXECUTE: return { parts: [bytes], traits: this.portals.get(readString(bytes, 5)[0]) ?? NO_TRAITS };
      case TYPE.CLOSE: if (bytes[5] === STATEMENT) this.statements.delete(readString(bytes, 6)[0]); // falls through
      case TYPE.DESCRIBE: return { parts: bytes[5] === STATEMENT ? this.#prefixed(bytes, 6) : [bytes], traits: NO_TRAITS };
      default: return { parts: [bytes], traits: NO_TRAITS };
    }
  }

  /** Remembers what an executed statement leaves behind. */
  note(traits) {
    if (traits === NO_TRAITS) return;
    this.settingsTouched ||= traits.settings;
    this.defaultsUncovered ||= traits.resets;
    for (const name of traits.names) this.settingNames.add(name);
    this.channelChanges.push(...traits.listens);
    this.temporary ||= traits.temporary;
    this.holds ||= traits.holds;
  }

  /** Closes its prepared statements in the engine. */
  closeStatements(engine) {
    for (const name of this.statements.keys()) {
      if (name !== '') engine.run(closeStatement(this.ownName(name)));
    }
    this.statements.clear();
  }

  #translateQuery(bytes, engine) {
    const traits = traitsOf(bytes, 5, bytes.length - 1);
    const sql = this.#substitute(traits, engine);
    if (sql !== null) engine.run(SYNC);
    return { parts: [sql === null ? bytes : query(sql)], traits };
  }

  #translateParse(bytes, engine) {
    const [name, start] = readString(bytes, 5);
    const end = bytes.indexOf(0, start);
    const traits = traitsOf(bytes, start, end);
    const sql = this.#substitute(traits, engine);
    this.statements.set(name, traits);
    if (sql === null) return { parts: this.#prefixed(bytes, 5), traits: NO_TRAITS };
    return { parts: [parse(name && this.ownName(name), sql)], traits: NO_TRAITS };
  }

  #translateBind(bytes) {
    const [portal, nameAt] = readString(bytes, 5);
    const [name, parametersAt] = readString(bytes, nameAt);
    const traits = this.statements.get(name) ?? NO_TRAITS;
    this.portals.set(portal, traits);
    if (traits.settings) {
      const parameters = bytes.toString('latin1', parametersAt, parametersAt + PARAMETERS_LOOKED_AT);
      for (const setting of dottedNames(parameters)) this.settingNames.add(setting);
    }
    return { parts: this.#prefixed(bytes, nameAt), traits: NO_TRAITS };
  }

  // Clients say DEALLOCATE ALL after every rollback and mean their own statements.
  #substitute({ deallocates, discardsAll }, engine) {
    if (engine.status === FAILED) return null; // the engine refuses it then
    if (discardsAll || deallocates === 'all') {
      if (discardsAll) this.#forgetState();
      this.closeStatements(engine);
      engine.run(parse(this.ownName(''), 'SELECT 1'));
      return `DEALLOCATE ${quoteIdentifier(this.ownName(''))}`;
    }
    if (deallocates === null || !this.statements.delete(deallocates)) return null;
    return `DEALLOCATE ${quoteIdentifier(this.ownName(deallocates))}`;
  }

  // DISCARD ALL: the next switch of settings and channels brings the engine in line.
  #forgetState() {
    this.settings = new Map();
    this.settingNames.clear();
    this.channelChanges.push({ on: false, channel: '*' });
  }

  // Statement names get a prefix; the message is not copied for it.
  #prefixed(bytes, nameAt) {
    if (bytes[nameAt] === 0) return [bytes];
    const head = header(bytes[0], bytes.length - 5 + this.#prefix.length);
    return [head, bytes.subarray(5, nameAt), this.#prefix, bytes.subarray(nameAt)].filter((part) => part.length > 0);
  }
}
