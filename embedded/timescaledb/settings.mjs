// Settings (SET, set_config, SET ROLE, ...) of each connection in the engine's one session.
// When another connection's turn comes, what the last one has set is read from the engine,
// which knows what a rollback undid, and what the next one has set is put in its place.

import { quoteIdentifier, quoteLiteral } from './statements.mjs';

const IDENTITY = ['session_authorization', 'role'];

// What libpq wants to know of a server; search_path since Postgres 18.
const REPORTED = [
  'application_name', 'client_encoding', 'DateStyle', 'default_transaction_read_only', 'in_hot_standby',
  'integer_datetimes', 'IntervalStyle', 'is_superuser', 'scram_iterations', 'search_path', 'server_encoding',
  'server_version', 'session_authorization', 'standard_conforming_strings', 'TimeZone',
];

const literals = (names) => [...names].map(quoteLiteral).join(', ');

export class Settings {
  #engine;
  #base;
  #applied = new Map(); // what differs from the base in the engine now

  constructor(engine) {
    this.#engine = engine;
    // The backend starts as a single-user one and does not name its user until told.
    engine.query("SELECT set_config('session_authorization', session_user, false)");
    const { rows } = engine.query('SELECT name, setting FROM pg_settings');
    this.#base = new Map([...rows, ...this.#read([])]);
  }

  /** Takes the engine from one session's settings to another's; the error if a value is refused. */
  exchange(from, to) {
    if (from?.settingsTouched) this.#capture(from);
    if (same(this.#applied, to.settings)) return null;
    const { error } = this.#engine.query(this.#statements(to.settings));
    if (error) return error;
    this.#applied = new Map(to.settings);
    return null;
  }

  /** Of the settings a client asks for at its start, those that it would not get anyway. */
  differing(asked) {
    return new Map([...asked].filter(([name, value]) => this.#base.get(name)?.toLowerCase() !== value.toLowerCase()));
  }

  /** Names and values for ParameterStatus. */
  reported() {
    const names = literals(REPORTED);
    const sql = `SELECT n, current_setting(n, true) FROM unnest(ARRAY[${names}]) n WHERE current_setting(n, true) IS NOT NULL`;
    return this.#engine.query(sql).rows;
  }

  #capture(session) {
    const differing = [...this.#read(session.settingNames)].filter(([name, value]) => this.#base.get(name) !== value);
    session.settings = new Map(differing);
    session.settingsTouched = false;
    this.#applied = new Map(differing);
  }

  #read(names) {
    const { rows, error } = this.#engine.query(
      `SELECT name, setting FROM pg_settings WHERE source = 'session'
       UNION SELECT n, current_setting(n, true) FROM unnest(ARRAY[${literals([...IDENTITY, ...names])}]) n
       WHERE current_setting(n, true) IS NOT NULL`,
    );
    if (error) throw new Error(`cannot read the settings: ${error.text}`);
    return new Map(rows.map(([name, value]) => [name, value ?? '']));
  }

  // Back to the server's own identity first: a limited role may not set everything.
  #statements(wanted) {
    const identity = (values) => IDENTITY.map((name) => [name, values.get(name) ?? this.#base.get(name)]);
    const others = (values) => [...values].filter(([name]) => !IDENTITY.includes(name));
    const gone = others(this.#applied).map(([name]) => name).filter((name) => !wanted.has(name));
    const unset = gone.filter((name) => !this.#base.has(name)).map((name) => `RESET ${dotted(name)}`);
    const back = gone.filter((name) => this.#base.has(name)).map((name) => [name, this.#base.get(name)]);
    const changesIdentity = IDENTITY.some((name) => this.#applied.has(name) || wanted.has(name));
    const steps = changesIdentity
      ? [...identity(this.#base), ...back, ...others(wanted), ...identity(wanted)]
      : [...back, ...others(wanted)];
    const select = steps.length > 0 ? [`SELECT ${steps.map(([name, value]) => assignment(name, value)).join(', ')}`] : [];
    return [...unset, ...select].join('; ');
  }
}

const assignment = (name, value) => `set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, false)`;
const dotted = (name) => name.split('.').map(quoteIdentifier).join('.');

function same(one, other) {
  if (one.size !== other.size) return false;
  for (const [name, value] of one) if (other.get(name) !== value) return false;
  return true;
}
