// Postgres wire protocol, version 3.0: framing of what clients send, encoding of what they get.
// https://www.postgresql.org/docs/17/protocol-message-formats.html

export const TYPE = Object.freeze({
  BIND: 0x42, CLOSE: 0x43, COPY_DATA: 0x64, COPY_DONE: 0x63, COPY_FAIL: 0x66, DESCRIBE: 0x44,
  EXECUTE: 0x45, FLUSH: 0x48, FUNCTION_CALL: 0x46, PARSE: 0x50, PASSWORD: 0x70, QUERY: 0x51,
  SYNC: 0x53, TERMINATE: 0x58,
});

export const ANSWER = Object.freeze({
  COPY_IN: 0x47, DATA_ROW: 0x44, ERROR: 0x45, NOTIFICATION: 0x41, PARAMETER_STATUS: 0x53, READY: 0x5a,
});

// Transaction status in ReadyForQuery.
export const IDLE = 0x49; // 'I'
export const FAILED = 0x45; // 'E', until the rollback

const HEADER_BYTES = 5;
const STARTUP_MAX_BYTES = 10_000;

export class ProtocolViolation extends Error {}

/** Cuts a byte stream into messages. Slices, and copies only a message that came in pieces. */
export class MessageReader {
  #pieces = [];
  #have = 0;
  #need = 4;
  #maxBytes;
  typed = false; // the startup messages have no type byte

  constructor(maxBytes) {
    this.#maxBytes = maxBytes;
  }

  push(chunk) {
    this.#pieces.push(chunk);
    this.#have += chunk.length;
  }

  /** The next whole message, header included, or null. */
  next() {
    if (this.#have < this.#need) return null;
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#have)];
    const [bytes] = this.#pieces;
    const header = this.typed ? HEADER_BYTES : 4;
    this.#need = header;
    if (bytes === undefined || bytes.length < header) return null;
    const length = this.#messageLength(bytes);
    if (bytes.length < length) {
      this.#need = length;
      return null;
    }
    this.#pieces = bytes.length > length ? [bytes.subarray(length)] : [];
    this.#have -= length;
    return bytes.subarray(0, length);
  }

  #messageLength(bytes) {
    const length = bytes.readInt32BE(this.typed ? 1 : 0);
    const limit = this.typed ? this.#maxBytes : STARTUP_MAX_BYTES;
    if (length < 4 || length > limit) {
      throw new ProtocolViolation(`invalid message length ${length}: the limit is ${limit} bytes`);
    }
    return this.typed ? length + 1 : length;
  }
}

/** Calls visit(type, start, end) for every message of an answer of the engine. */
export function eachMessage(bytes, visit) {
  for (let start = 0, end; start < bytes.length; start = end) {
    end = start + 1 + bytes.readInt32BE(start + 1);
    visit(bytes[start], start, end);
  }
}

/** The transaction status if an answer ends with ReadyForQuery, which is six bytes long. */
export function readyStatus(bytes) {
  const start = bytes.length - 6;
  return start >= 0 && bytes[start] === ANSWER.READY && bytes.readInt32BE(start + 1) === 5 ? bytes[start + 5] : null;
}

/** The zero-terminated string at an offset, and the offset behind it. */
export function readString(bytes, offset, encoding = 'latin1') {
  const end = bytes.indexOf(0, offset);
  if (end < 0) throw new ProtocolViolation('a string without its end');
  return [bytes.toString(encoding, offset, end), end + 1];
}

export function message(type, ...parts) {
  const body = parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part));
  return Buffer.concat([header(type, body.reduce((sum, part) => sum + part.length, 0)), ...body]);
}

export function header(type, bodyBytes) {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES);
  bytes[0] = type;
  bytes.writeInt32BE(bodyBytes + 4, 1);
  return bytes;
}

export const SYNC = message(TYPE.SYNC);
export const FLUSH = message(TYPE.FLUSH);
export const query = (sql) => message(TYPE.QUERY, sql);
export const parse = (name, sql) => message(TYPE.PARSE, name, sql, Buffer.from([0, 0])); // no parameter types
export const copyFail = (reason) => message(TYPE.COPY_FAIL, reason);
export const closeStatement = (name) => message(TYPE.CLOSE, Buffer.from('S'), name);

const int32 = (value) => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const letter = (text) => text.charCodeAt(0);

export const readyForQuery = (status) => message(ANSWER.READY, Buffer.from([status]));
export const parameterStatus = (name, value) => message(ANSWER.PARAMETER_STATUS, name, value);
export const backendKey = (id, secret) => message(letter('K'), int32(id), secret);
export const authenticationOk = () => message(letter('R'), int32(0));
export const authenticationSasl = (mechanism) => message(letter('R'), int32(10), mechanism, Buffer.from([0]));
export const authenticationSaslContinue = (text) => message(letter('R'), int32(11), Buffer.from(text));
export const authenticationSaslFinal = (text) => message(letter('R'), int32(12), Buffer.from(text));

/** Tells a client that asked for a newer minor version, or for options, what it gets instead. */
export const negotiateVersion = (options) => message(letter('v'), int32(0), int32(options.length), ...options);

export function errorResponse(severity, code, text) {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${text}`];
  return message(ANSWER.ERROR, ...fields, Buffer.from([0]));
}

export const fatal = (code, text) => errorResponse('FATAL', code, text);

/** The code and the text of an ErrorResponse. */
export function readError(bytes, start, end) {
  const fields = bytes.toString('utf8', start + HEADER_BYTES, end).split('\0');
  const field = (name) => fields.find((each) => each.startsWith(name))?.slice(1) ?? '';
  return { code: field('C'), text: field('M') };
}

/** The columns of a DataRow in text format; null for NULL. */
export function readRow(bytes, start) {
  const columns = bytes.readInt16BE(start + HEADER_BYTES);
  const row = [];
  for (let index = 0, at = start + HEADER_BYTES + 2; index < columns; index += 1) {
    const length = bytes.readInt32BE(at);
    row.push(length < 0 ? null : bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(length, 0);
  }
  return row;
}
