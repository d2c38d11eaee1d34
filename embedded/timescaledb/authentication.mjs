// SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side, for the one user there is.

import crypto from 'node:crypto';

const ITERATIONS = 4096;
const KEY_BYTES = 32;
const HASH = 'sha256';
export const MECHANISM = 'SCRAM-SHA-256';

export class AuthenticationFailed extends Error {}

const hmac = (key, text) => crypto.createHmac(HASH, key).update(text).digest();
const sha256 = (bytes) => crypto.createHash(HASH).update(bytes).digest();

/** What the server keeps of the password. */
export class Credentials {
  #user;
  #known;
  #unknown;

  constructor(user, password) {
    const salt = crypto.randomBytes(16);
    this.#user = user;
    this.#known = deriveKeys(password.normalize('NFKC'), salt);
    // An unknown user goes through the same exchange against keys that nobody has.
    this.#unknown = deriveKeys(crypto.randomBytes(32).toString('hex'), salt);
  }

  keysOf(user) {
    return user === this.#user ? this.#known : this.#unknown;
  }
}

function deriveKeys(password, salt) {
  const salted = crypto.pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, HASH);
  return { salt, stored: sha256(hmac(salted, 'Client Key')), server: hmac(salted, 'Server Key') };
}

/** One login: first() answers the client's first message, final() its proof. */
export class ScramExchange {
  #keys;
  #binding = '';
  #nonce = '';
  #transcript = '';

  constructor(keys) {
    this.#keys = keys;
  }

  first(clientFirst) {
    const match = /^([ny],(?:a=[^,]*)?,)(n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+))/.exec(clientFirst);
    if (!match) throw new AuthenticationFailed('malformed SCRAM message');
    const [, gs2Header, bare, clientNonce] = match;
    this.#binding = Buffer.from(gs2Header).toString('base64');
    this.#nonce = clientNonce + crypto.randomBytes(18).toString('base64');
    const answer = `r=${this.#nonce},s=${this.#keys.salt.toString('base64')},i=${ITERATIONS}`;
    this.#transcript = `${bare},${answer}`;
    return answer;
  }

  final(clientFinal) {
    const match = /^(c=([^,]+),r=([^,]+)),p=([^,]+)$/.exec(clientFinal);
    if (!match) throw new AuthenticationFailed('malformed SCRAM message');
    const [, withoutProof, binding, nonce, proof] = match;
    const transcript = `${this.#transcript},${withoutProof}`;
    if (binding !== this.#binding || nonce !== this.#nonce || !this.#proves(proof, transcript)) {
      throw new AuthenticationFailed('wrong password');
    }
    return `v=${hmac(this.#keys.server, transcript).toString('base64')}`;
  }

  #proves(proof, transcript) {
    const given = Buffer.from(proof, 'base64');
    if (given.length !== KEY_BYTES) return false;
    const signature = hmac(this.#keys.stored, transcript);
    const clientKey = Buffer.from(given.map((byte, index) => byte ^ signature[index]));
    return crypto.timingSafeEqual(sha256(clientKey), this.#keys.stored);
  }
}
