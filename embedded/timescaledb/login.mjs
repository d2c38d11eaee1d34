// The beginning of a connection: startup packet, password, database name.

import { AuthenticationFailed, MECHANISM, ScramExchange } from './authentication.mjs';
import {
  authenticationOk, authenticationSasl, authenticationSaslContinue, authenticationSaslFinal, fatal,
  negotiateVersion, ProtocolViolation, readString, TYPE,
} from './protocol.mjs';

const CANCEL_REQUEST = 80877102;
const ENCRYPTION_REQUESTS = [80877103, 80877104]; // TLS, GSSAPI
const NOT_ENCRYPTED = Buffer.from('N');
const PROTOCOL_OPTION = '_pq_.';
const NOT_SETTINGS = ['user', 'database', 'options', 'replication'];

export class LoginRefused extends Error {
  constructor(code, text) {
    super(text);
    this.answer = fatal(code, text);
  }
}

export class Login {
  #credentials;
  #databaseName;
  #send;
  #exchange = null;
  #parameters = new Map();
  #step = (bytes) => this.#startup(bytes);

  constructor({ credentials, databaseName, send }) {
    this.#credentials = credentials;
    this.#databaseName = databaseName;
    this.#send = send;
  }

  /** Takes the next message; 'typed' once types begin, 'cancel', or the settings asked for when done. */
  take(bytes) {
    return this.#step(bytes);
  }

  #startup(bytes) {
    if (bytes.length < 8) throw new ProtocolViolation('a startup packet without a version');
    const code = bytes.readInt32BE(4);
    if (code === CANCEL_REQUEST) return 'cancel';
    if (ENCRYPTION_REQUESTS.includes(code)) {
      this.#send(NOT_ENCRYPTED);
      return null;
    }
    if (code >>> 16 !== 3) throw new LoginRefused('0A000', `unsupported frontend protocol ${code >>> 16}`);
    this.#parameters = readParameters(bytes);
    if (this.#parameters.has('replication')) throw new LoginRefused('0A000', 'there is no replication');
    this.#negotiate(code & 0xffff);
    this.#exchange = new ScramExchange(this.#credentials.keysOf(this.#parameters.get('user')));
    this.#send(authenticationSasl(MECHANISM));
    this.#step = (message) => this.#first(message);
    return 'typed';
  }

  #negotiate(minor) {
    const options = [...this.#parameters.keys()].filter((name) => name.startsWith(PROTOCOL_OPTION));
    if (minor > 0 || options.length > 0) this.#send(negotiateVersion(options));
  }

  #first(bytes) {
    requirePassword(bytes);
    const [mechanism, at] = readString(bytes, 5);
    if (mechanism !== MECHANISM) throw new ProtocolViolation('the client selected an unknown mechanism');
    this.#prove(() => this.#send(authenticationSaslContinue(this.#exchange.first(bytes.toString('latin1', at + 4)))));
    this.#step = (message) => this.#final(message);
    return null;
  }

  #final(bytes) {
    requirePassword(bytes);
    this.#prove(() => this.#send(authenticationSaslFinal(this.#exchange.final(bytes.toString('latin1', 5)))));
    const wanted = this.#parameters.get('database') || this.#parameters.get('user');
    if (wanted !== this.#databaseName) throw new LoginRefused('3D000', `database "${wanted}" does not exist`);
    this.#send(authenticationOk());
    return settingsIn(this.#parameters);
  }

  #prove(step) {
    try {
      step();
    } catch (error) {
      if (!(error instanceof AuthenticationFailed)) throw error;
      const user = this.#parameters.get('user') ?? '';
      throw new LoginRefused('28P01', `password authentication failed for user "${user}"`);
    }
  }
}

function requirePassword(bytes) {
  if (bytes[0] !== TYPE.PASSWORD) throw new ProtocolViolation('expected a password message');
}

function readParameters(bytes) {
  const words = bytes.toString('utf8', 8).split('\0');
  const parameters = new Map();
  for (let index = 0; index + 1 < words.length && words[index] !== ''; index += 2) {
    parameters.set(words[index], words[index + 1]);
  }
  return parameters;
}

function settingsIn(parameters) {
  const settings = new Map(commandLineSettings(parameters.get('options') ?? ''));
  for (const [name, value] of parameters) {
    if (!NOT_SETTINGS.includes(name) && !name.startsWith(PROTOCOL_OPTION)) settings.set(name, value);
  }
  return settings;
}

// "-c name=value --name=value", words split at spaces, a backslash taking the next character literally.
function commandLineSettings(options) {
  const words = (options.match(/(?:\\.|[^\s\\])+/g) ?? []).map((word) => word.replace(/\\(.)/g, '$1'));
  const joined = words.flatMap((word, index) => {
    if (word === '-c') return [];
    return words[index - 1] === '-c' ? [`-c${word}`] : [word];
  });
  return joined.map((word) => {
    const match = /^(?:-c|--)([^=]+)=(.*)$/s.exec(word);
    if (!match) throw new LoginRefused('42601', `invalid command-line argument for server process: ${word}`);
    return [match[1].replaceAll('-', '_'), match[2]];
  });
}
