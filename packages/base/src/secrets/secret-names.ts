/**
 * Whether a name means a secret. `'unless-number-or-boolean'`: the name is about secrets, such as `tokens` (a list or a count),
 * `hasPassword` and `password_attempts`.
 */
export type Secrecy = boolean | 'unless-number-or-boolean';

/**
 * Whether a key, header, parameter or attribute names a secret, in any spelling: `access_token`, `accessToken`, `Access-Token`,
 * `--access-token`, `ACCESSTOKEN`; with dots, `user.password` as `password`.
 */
export function secrecyOf(key: string): Secrecy {
  const name = key.length > MAX_NAME ? key.slice(0, MAX_NAME) : key;
  const found = secrecyOfName(name);
  if (found !== false || !name.includes('.')) return found;
  return secrecyOfName(name.slice(name.lastIndexOf('.') + 1));
}

// Longer names are data, and checking them takes time.
const MAX_NAME = 1024;

function secrecyOfName(name: string): Secrecy {
  const squashed = name.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  const withoutNumber = squashed.replace(/\d{1,8}$/, '');
  if (exactly.has(squashed)) return true;
  if (squashed.endsWith('tokens')) return 'unless-number-or-boolean';
  const words = wordsOf(name);
  const lastWord = words.at(-1) ?? '';
  if (anywhere.test(squashed) || atTheEnd.test(withoutNumber) || words.some((word) => anyWord.has(word))) {
    const isAboutOne = words.length > 1 && (claims.has(words[0] ?? '') || measures.has(lastWord));
    return isAboutOne ? 'unless-number-or-boolean' : true;
  }
  return lastWords.has(lastWord) || withoutNumber.endsWith('signature');
}

/** `xApi_key` -> `x`, `api`, `key`. */
export function wordsOf(name: string): string[] {
  const words = name.replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => word.toLowerCase());
}

// Secret only as the whole name.
const exactly: ReadonlySet<string> = new Set([
  ...[
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
  ],
  ...['ccnum', 'ccnumber', 'jsessionid', 'aspsessionid', 'awsaccesskeyid', 'secrets', 'cookies'],
]);

// Any name that contains one of these is secret. "secret" must not match "secretary".
const anywhere: RegExp = new RegExp(
  [
    'password|passwort|kennwort|motdepasse|contrase[nñ]a|wachtwoord|passwd|passphrase|passcode|pwd(?!ir)|secret(?!ar)|credential|authori[sz]ation|setcookie|cookiejar',
    'api_?key|private_?key|access_?key(?!id)|signing_?key|encryption_?key|master_?key|license_?key|ssh_?key|auth_?key|subscription_?key',
    'account_?key|shared_?key|storage_?key|secret_?key|session_?(id|key|token|cookie|secret)|csrf|xsrf|connection_?string',
    'credit_?card|card_?num|cardno|cvv|security_?token|client_?assertion|saml_?(?:response|assertion)',
    'access_?token(?!type|exp|count)|refresh_?token(?!type|exp|count)|auth_?token(?!type|exp|count)|jwt',
  ]
    .join('|')
    .replaceAll('_?', ''),
  'u',
);

// `token_count` and `max_cookie_age` are not secret.
const atTheEnd = /(?:token|cookies?|session|otpcode|pincode|ssn|socialsecuritynumber|tokenvalue)$/u;

// Too short to be matched within a word.
const anyWord: ReadonlySet<string> = new Set('cvc cvc2 ssn iban bearer'.split(' '));
const lastWords: ReadonlySet<string> = new Set('csc otp totp pin pan pass pw auth sig signature'.split(' '));

// First and last words of names that are about secrets.
const claims: ReadonlySet<string> = new Set('is has had needs requires uses can should must with no'.split(' '));
const measures: ReadonlySet<string> = new Set(
  'count counts total length size attempts retries failures resets at age ttl expiry ms seconds days version strength enabled required set valid changed expired missing'.split(
    ' ',
  ),
);
