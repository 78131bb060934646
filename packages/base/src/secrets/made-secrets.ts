import { makersTokens, mayHoldMakersToken } from './makers-tokens.js';

/** Replaces what shows by its own form that it is a secret, whatever its name: keys, tokens of known makers, what follows `Bearer`. */
export function withoutMadeSecrets(text: string, censor: string): string {
  let result = text;
  if (result.includes('-----BEGIN')) result = result.replaceAll(privateKeys, `$1${censor}$2`);
  if (result.includes('PRIVATE KEY ----') || result.includes('Private-Lines'))
    result = result.replaceAll(otherKeys, `$1${censor}$2`);
  if (mayHoldCredentials(result)) {
    result = result.replaceAll(credentials, `$1${censor}`).replaceAll(webTokens, `$1${censor}`);
  }
  return mayHoldMakersToken(result) ? result.replaceAll(makersTokens, `$1${censor}`) : result;
}

/** Whether a text may hold one of these; cheaper than to try. */
export function mayHoldMadeSecrets(text: string): boolean {
  return (
    mayHoldCredentials(text) ||
    mayHoldMakersToken(text) ||
    text.includes('---- BEGIN') ||
    text.includes('-----BEGIN') ||
    text.includes('Private-Lines')
  );
}

function mayHoldCredentials(text: string): boolean {
  return (
    text.length >= MIN_CREDENTIALS &&
    (text.includes('eyJ') || ((text.includes(' ') || text.includes('earer')) && schemes.test(text)))
  );
}

// `Basic ` and six characters.
const MIN_CREDENTIALS = 12;
const schemes = /(?:earer|EARER)(?:[\s+]|%20)|(?:asic|ASIC|igest|IGEST|oken|OKEN|egotiate|NTLM)\s/;

// RFC 7468; certificates and public keys are none.
const privateKeys = /(-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----)[\s\S]*?(-----END [A-Z\d ]{0,60}-----|$)/g;

// RFC 4716, and what PuTTY keeps.
const otherKeys =
  /(---- BEGIN SSH2 [A-Z\d ]{0,40}PRIVATE KEY ----|Private-Lines: \d{1,4})[\s\S]*?(---- END SSH2 [A-Z\d ]{0,60}----|Private-MAC:|$)/g;

// These are words of English, too ("Token expired", "Bearer authentication failed"): what follows them must look like one that is made.
const credentials =
  /\b((?:[Bb]earer|BEARER)(?:\s+|%20|\+)["']?(?=[\w.~+/=-]{6})(?!(?:auth[a-z]{0,20}|tokens?|scheme|realm|header|credentials?|required|missing|expired|invalid|rejected)(?:[\s,.;:!?)"']|$))|(?:[Bb]asic|BASIC|[Dd]igest|DIGEST|[Tt]oken|TOKEN)\s+(?=[\w.~+/=-]{6})(?!sha\d)(?=[\w.~+/-]{0,200}(?:\d|[a-z][A-Z]|=))|(?:[Nn]egotiate|NEGOTIATE|NTLM)\s+(?=[\w+/=]{16}))[\w.~+/=-]+/g;
// Not looked for anew at each `-` of a long word, which would take time in proportion to its square. Signed ones (RFC 7515) have three parts,
// encrypted ones (RFC 7516) five, of which the second may be empty.
const webTokens =
  /(?<![\w-])((?:[\w-]{0,40}-)?|[\w-]{0,40}_)eyJ[\w-]{5,}(?:(?:\.|%2[Ee])[\w-]{5,}(?:(?:\.|%2[Ee])[\w-]*){0,3}|\.\.[\w-]+\.[\w-]+\.[\w-]+)/g;
