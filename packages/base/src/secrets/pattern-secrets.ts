import { mayHoldVendorToken, vendorTokens } from './vendor-tokens.js';

/** Replaces secrets that their form shows: private keys, tokens of known vendors, what follows `Bearer`. */
export function withoutPatternSecrets(text: string, censor: string): string {
  let result = text;
  if (result.includes('-----BEGIN')) result = result.replaceAll(privateKeys, `$1${censor}$2`);
  if (result.includes('PRIVATE KEY ----') || result.includes('Private-Lines'))
    result = result.replaceAll(otherKeys, `$1${censor}$2`);
  if (mayHoldCredentials(result)) {
    result = result.replaceAll(credentials, `$1${censor}`).replaceAll(webTokens, `$1${censor}`);
  }
  return mayHoldVendorToken(result) ? result.replaceAll(vendorTokens, `$1${censor}`) : result;
}

/** A cheap test whether a text may hold one of these. */
export function mayHoldPatternSecrets(text: string): boolean {
  return (
    mayHoldCredentials(text) ||
    mayHoldVendorToken(text) ||
    (text.includes('-') &&
      (text.includes('---- BEGIN') || text.includes('-----BEGIN') || text.includes('Private-Lines')))
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

// RFC 7468. Certificates and public keys are not secrets.
const privateKeys = /(-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----)[\s\S]*?(-----END [A-Z\d ]{0,60}-----|$)/g;

// RFC 4716, and PuTTY keys.
const otherKeys =
  /(---- BEGIN SSH2 [A-Z\d ]{0,40}PRIVATE KEY ----|Private-Lines: \d{1,4})[\s\S]*?(---- END SSH2 [A-Z\d ]{0,60}----|Private-MAC:|$)/g;

// These are English words too ("Token expired", "Bearer authentication failed"): what follows must look like a token.
const credentials =
  /\b((?:[Bb]earer|BEARER)(?:\s+|%20|\+)["']?(?=[\w.~+/=-]{6})(?!(?:auth[a-z]{0,20}|tokens?|scheme|realm|header|credentials?|required|missing|expired|invalid|rejected)(?:[\s,.;:!?)"']|$))|(?:[Bb]asic|BASIC|[Dd]igest|DIGEST|[Tt]oken|TOKEN)\s+(?=[\w.~+/=-]{6})(?!sha\d)(?=[\w.~+/-]{0,200}(?:\d|[a-z][A-Z]|=))|(?:[Nn]egotiate|NEGOTIATE|NTLM)\s+(?=[\w+/=]{16}))[\w.~+/=-]+/g;
// Does not restart at each `-` of a long word, which would take quadratic time. Signed tokens (RFC 7515) have three segments,
// encrypted ones (RFC 7516) five; the second may be empty.
const webTokens =
  /(?<![\w-])((?:[\w-]{0,40}-)?|[\w-]{0,40}_)eyJ[\w-]{5,}(?:(?:\.|%2[Ee])[\w-]{5,}(?:(?:\.|%2[Ee])[\w-]*){0,3}|\.\.[\w-]+\.[\w-]+\.[\w-]+)/g;
