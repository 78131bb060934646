/**
 * Whether a key names a secret, in any spelling: `access_token`, `accessToken`, `Access-Token`, `ACCESSTOKEN`.
 * `'unless-number-or-boolean'` is for what names a secret or says something of one: `tokens` may be a list of them or a count,
 * `hasPassword` and `password_attempts` tell none.
 */
export function secrecyOf(key: string): boolean | 'unless-number-or-boolean' {
  const squashed = key.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  if (exactly.has(squashed)) return true;
  if (squashed.endsWith('tokens')) return 'unless-number-or-boolean';
  const words = wordsOf(key);
  const lastWord = words.at(-1) ?? '';
  if (anywhere.test(squashed) || atTheEnd.test(squashed)) {
    const isAboutOne = words.length > 1 && (claims.has(words[0] ?? '') || measures.has(lastWord));
    return isAboutOne ? 'unless-number-or-boolean' : true;
  }
  return lastWords.has(lastWord);
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
  'sessid',
  'phpsessid',
  'connectsid',
  'ccnum',
  'ccnumber',
]);

// What makes a secret of any key that contains it. "secret" is not to find secretary.
const anywhere: RegExp = new RegExp(
  [
    'password|passwd|passphrase|passcode|pwd(?!ir)|secret(?!ar)|credential|authori[sz]ation|setcookie|cookiejar',
    'api_?key|private_?key|access_?key(?!id)|signing_?key|encryption_?key|master_?key|license_?key|ssh_?key|auth_?key',
    'credit_?card|card_?num|cardno|cvv|session_?(id|key|token|cookie|secret)|csrf|xsrf|connectionstring',
    'access_?token(?!type|exp|count)|refresh_?token(?!type|exp|count)|auth_?token(?!type|exp|count)|jwt',
  ]
    .join('|')
    .replaceAll('_?', ''),
  'u',
);

// `token_count` and `max_cookie_age` are none.
const atTheEnd = /(?:token|cookies?|session|otpcode|pincode|ssn|socialsecuritynumber|tokenvalue)$/u;

// Too short to be looked for inside of a word.
const lastWords: ReadonlySet<string> = new Set('cvc cvc2 csc ssn otp totp pin pan pass pw auth sig'.split(' '));

// How a key begins or ends that says something of a secret.
const claims: ReadonlySet<string> = new Set('is has had needs requires uses can should must with no'.split(' '));
const measures: ReadonlySet<string> = new Set(
  'count counts total length size attempts retries failures resets at age ttl expiry ms seconds days version strength enabled required set valid changed expired missing'.split(
    ' ',
  ),
);

function wordsOf(key: string): string[] {
  const words = key.replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => word.toLowerCase());
}
