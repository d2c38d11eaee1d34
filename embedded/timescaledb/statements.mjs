// What the text of a statement says about state that outlives it. The engine has one session
// for all connections, so such state has to be noticed and kept apart.

// A statement of megabytes is a list of values; its keywords stand at the beginning.
const LOOKED_AT = 16_384;

const ANY_KEYWORD =
  /\b(?:set|set_config|reset|discard|deallocate|listen|unlisten|copy|temp|temporary|pg_temp|hold|do|call)\b/i;
const COMMENTS = /\/\*[^]*?\*\/|--[^\n]*/g;
const SETTINGS =
  /(?:^|;)\s*(?:set\s+(?!local\b|constraints\b|transaction\b)|reset\b|discard\b|do\b|call\b)|\bset_config\s*\(/i;
const RESETS = /(?:^|;)\s*reset\b|(?:\bto|=)\s*default\b/i;
const DOTTED_NAMES = /[a-z_][\w$]*(?:\.[a-z_][\w$]*)+/gi;
const CHANNELS = /(?:^|;)\s*(un)?listen\s+("(?:[^"]|"")+"|[^\s;"]+)/gi;
const TEMPORARY = /\b(?:temp|temporary|pg_temp)\b/i;
const HOLD = /\bwith\s+hold\b/i;
const COPY_IN = /^\s*copy\b[^;]*\bfrom\s+stdin\b/i;
const DEALLOCATE = /^\s*deallocate\s+(?:prepare\s+)?("(?:[^"]|"")+"|[\w$]+)\s*;?\s*$/i;
const DISCARD_ALL = /^\s*discard\s+all\s*;?\s*$/i;

export const NO_TRAITS = Object.freeze({
  copyIn: false, deallocates: null, discardsAll: false, holds: false, listens: [], names: [],
  resets: false, settings: false, temporary: false, text: '',
});

/** The traits of the statement whose text stands in bytes from start to end. */
export function traitsOf(bytes, start, end) {
  const head = bytes.toString('utf8', start, Math.min(end, start + LOOKED_AT));
  if (!ANY_KEYWORD.test(head)) return NO_TRAITS;
  const text = head.replace(COMMENTS, ' ');
  const settings = SETTINGS.test(text);
  const copyIn = COPY_IN.test(text);
  return {
    copyIn,
    deallocates: identifier(DEALLOCATE.exec(text)?.[1]),
    discardsAll: DISCARD_ALL.test(text),
    holds: HOLD.test(text),
    listens: [...text.matchAll(CHANNELS)].map(([, un, name]) => ({ on: !un, channel: identifier(name) })),
    names: settings ? dottedNames(text) : [],
    resets: settings && RESETS.test(text),
    settings,
    temporary: TEMPORARY.test(text),
    text: copyIn ? bytes.toString('utf8', start, end) : '',
  };
}

/** Names such as saude.person that stand in a text or in the parameters of a statement. */
export function dottedNames(text) {
  return text.match(DOTTED_NAMES) ?? [];
}

export const quoteIdentifier = (name) => `"${name.replaceAll('"', '""')}"`;
export const quoteLiteral = (text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

function identifier(token) {
  if (token === undefined) return null;
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase();
}
