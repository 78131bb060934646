/**
 * Whether a key names a secret, in any spelling: `access_token`, `accessToken`, `Access-Token`, `ACCESSTOKEN`.
 * `'unless-number'` is for `tokens`, which is a list of secrets or a count.
 */
export function secrecyOf(key: string): boolean | 'unless-number' {
  const squashed = key.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  if (exactly.has(squashed) || anywhere.test(squashed) || atTheEnd.test(squashed)) return true;
  if (squashed.endsWith('tokens')) return 'unless-number';
  return lastWords.has(lastWordOf(key));
}

// What is a secret only as the whole key.
const exactly: ReadonlySet<string> = new Set([
  'auth',
  'sid',
  'sess',
  'session',
  'sessions',
  'pass',
  'pin',
  'bearer',
  'otp',
]);

// What makes a secret of any key that contains it. "secret" is not to find secretary.
const anywhere: RegExp = new RegExp(
  [
    'password|passwd|passphrase|passcode|pwd(?!ir)|secret(?!ar)|credential|authorization|setcookie|cookiejar',
    'api_?key|private_?key|access_?key(?!id)|signing_?key|encryption_?key|master_?key|license_?key|ssh_?key|auth_?key',
    'credit_?card|card_?number|cardno|cvv|session_?(id|key|token|cookie|secret)|csrf|xsrf|connectionstring',
    'access_?token(?!type|exp|count)|refresh_?token(?!type|exp|count)|auth_?token(?!type|exp|count)|jwt',
  ]
    .join('|')
    .replaceAll('_?', ''),
  'u',
);

// `token_count` and `max_cookie_age` are none.
const atTheEnd = /(?:token|cookies?|session|otpcode|pincode|ssn|socialsecuritynumber|tokenvalue)$/u;

// Too short to be looked for inside of a word.
const lastWords: ReadonlySet<string> = new Set(['cvc', 'csc', 'ssn', 'otp', 'pin', 'pan', 'pass', 'auth', 'sig']);

function lastWordOf(key: string): string {
  const words = key.replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').match(/[\p{L}\p{N}]+/gu);
  return words?.at(-1)?.toLowerCase() ?? '';
}
