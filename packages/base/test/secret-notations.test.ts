import { expect, test } from 'vitest';
import { mayHoldTextSecrets, secrecyOf, withoutTextSecrets } from '../src/secrets/index.js';

// Notations of other languages and tools, which reach our lines with their output and their errors. Each has `S3cret` in it.
const isSecret = (name: string): boolean => secrecyOf(name) === true;

test.each([
  ['host=db password="S3cret" user=u', 'host=db password=*** user=u'],
  ['password = "S3cret words"', 'password = ***'],
  ['secret_key = S3cret7', 'secret_key = ***'],
  ['Password = S3cret7; User = u', 'Password = ***; User = u'],
  ['{:password=>"S3cret"}', '{:password=>***}'],
  ["'password' => 'S3cret'", "'password' => ***"],
  ['[password] => S3cret7', '[password] => ***'],
  ['password -> S3cret7', 'password -> ***'],
  ["{'password': b'S3cret', 'a': 1}", "{'password': ***, 'a': 1}"],
  ['{password:"S3cret"}', '{password:***}'],
  ['db:\n  password: "S3cret"\n  user: u', 'db:\n  password: ***\n  user: u'],
  ['private_key: |\n  S3cret\n  S3cret\nuser: u', 'private_key: ***\nuser: u'],
  ['userPassword:: UzNjcmV0', 'userPassword:: ***'],
  ['mutation { login(user: "u", password: "S3cret") { id } }', 'mutation { login(user: "u", password: ***) { id } }'],
  ['/cb?token[]=S3cret&token[0]=S3cret', '/cb?token[]=***&token[0]=***'],
  ['/login?next=%2Fcb%3Ftoken%3DS3cret%26a%3D1', '/login?next=%2Fcb%3Ftoken%3D***%26a%3D1'],
  ['url=postgres%3A%2F%2Fapp%3AS3cret%40db%2Fx', 'url=postgres%3A%2F%2F***%40db%2Fx'],
  ['"https:\\/\\/u:S3cret@h\\/x"', '"https:\\/\\/***@h\\/x"'],
  [`amqp://u:${'S3cret'.slice(0, 1)}${'x'.repeat(600)}`, 'amqp://u:***'],
  ['Authorization: NTLM S3cretS3cret', 'Authorization: NTLM ***'],
  ['Authorization: Custom S3cret7==', 'Authorization: ***'],
  ['Authorization: Hawk id="x", mac="S3cret"', 'Authorization: Hawk ***'],
  ['Stripe-Signature: t=1,v1=S3cret', 'Stripe-Signature: ***'],
  ['X-Hub-Signature-256: sha256=S3cret', 'X-Hub-Signature-256: ***'],
  ['cookie: a=1; theme=S3cret', 'cookie: ***'],
  ['Error: token : S3cretS3cret', 'Error: token : ***'],
  ['run --password:S3cret -v', 'run --password:*** -v'],
  ['curl -u user:S3cret https://h', 'curl -u user:*** https://h'],
  ["curl --user 'user:S3cret' https://h", "curl --user 'user:***' https://h"],
  ["ALTER USER app WITH PASSWORD 'S3cret'", 'ALTER USER app WITH PASSWORD ***'],
  ["CREATE USER a IDENTIFIED BY 'S3cret'", 'CREATE USER a IDENTIFIED BY ***'],
  ['{"name":"password","type":"string","value":"S3cret"}', '{"name":"password","type":"string","value":"***"}'],
  ['[{"value":"S3cret","name":"password"}]', '[{"value":"***","name":"password"}]'],
  ["{ name: 'password', type: 'x', value: 'S3cret' }", "{ name: 'password', type: 'x', value: *** }"],
  ['<add key="ApiKey" value="S3cret"/>', '<add key="ApiKey" value=***/>'],
  ['<input type="password" name="password" value="S3cret">', '<input type="password" name="password" value=***>'],
  ['{"headers":[["Accept","a"],["Authorization","S3cret"]]}', '{"headers":[["Accept","a"],["Authorization","***"]]}'],
  ["[ [ 'x-api-key', 'S3cret' ] ]", "[ [ 'x-api-key', '***' ] ]"],
  ['{"rawHeaders":["Host","h","Authorization","S3cret"]}', '{"rawHeaders":["Host","h","Authorization","***"]}'],
  [
    '--b\r\nContent-Disposition: form-data; name=password\r\n\r\nS3cret\r\n--b--',
    '--b\r\nContent-Disposition: form-data; name=password\r\n\r\n***\r\n--b--',
  ],
  [
    '---- BEGIN SSH2 PRIVATE KEY ----\nS3cret\n---- END SSH2 PRIVATE KEY ----',
    '---- BEGIN SSH2 PRIVATE KEY ----***---- END SSH2 PRIVATE KEY ----',
  ],
  ['Private-Lines: 1\nS3cret\nPrivate-MAC: S3', 'Private-Lines: 1***Private-MAC: S3'],
  ['sent BASIC S3cretS3cret', 'sent BASIC ***'],
  ['sent Negotiate YIIS3cretS3cretS3cret', 'sent Negotiate ***'],
  ['Bearer%20S3cret7', 'Bearer%20***'],
  ['Bearer "S3cret7"', 'Bearer "***"'],
  ['jwe eyJhbGciOi.OKOawDo.48V1.5eym8.S3cret', 'jwe ***'],
  ['jwe eyJhbGciOi..48V1.5eym8.S3cret', 'jwe ***'],
  ['?assertion=eyJhbGciOi%2EeyJzdWIi%2ES3cret', '?assertion=***'],
  ['kennwort=S3cret', 'kennwort=***'],
  ['mot_de_passe=S3cret', 'mot_de_passe=***'],
  ['contraseña: S3cret7', 'contraseña: ***'],
  ['token1=S3cret', 'token1=***'],
  ['client_assertion=S3cret', 'client_assertion=***'],
  ['card 4242\u00A04242\u00A04242\u00A04242', 'card ***'],
])('%s', (given, expected) => {
  expect(withoutTextSecrets(given, '***', isSecret)).toBe(expected);
  expect(mayHoldTextSecrets(given) || /\d\D\d/.test(given)).toBe(true);
});

const made = (prefix: string, length: number): string => `${prefix}${'aB3dE6gH9jK2'.repeat(10).slice(0, length)}`;
const hex = (length: number): string => '0a7f3b9c'.repeat(20).slice(0, length);

test.each([
  ['Azure', made('abc8Q~', 34)],
  ['Twilio', `SK${hex(32)}`],
  ['Mailgun', `key-${hex(32)}`],
  ['Mailchimp', `${hex(32)}-us12`],
  ['RubyGems', `rubygems_${hex(48)}`],
  ['Groq', made('gsk_', 52)],
  ['New Relic', made('NRAK-', 27).toUpperCase()],
  ['New Relic, ingest', `${hex(36)}NRAL`],
  ['Grafana', `${made('glsa_', 32)}_${hex(8)}`],
  ['Grafana Cloud', made('glc_eyJ', 60)],
  ['Dynatrace', `dt0c01.${made('', 24).toUpperCase()}.${made('', 64).toUpperCase()}`],
  ['Sentry', `sntryu_${hex(64)}`],
  ['Linear', made('lin_api_', 40)],
  ['Atlassian', made('ATATT3', 100)],
  ['Figma', made('figd_', 40)],
  ['Notion', made('ntn_', 46)],
  ['Postman', `PMAK-${hex(24)}-${hex(34)}`],
  ['PlanetScale', made('pscale_pw_', 43)],
  ['Supabase', `sbp_${hex(40)}`],
  ['Terraform', `${made('', 14)}.atlasv1.${made('', 67)}`],
  ['Heroku', made('HRKU-AA', 58)],
  ['Doppler', made('dp.pt.', 43)],
  ['1Password', made('ops_eyJ', 110)],
  ['Tailscale', made('tskey-auth-', 40)],
  ['Fly.io', made('fm2_', 60)],
  ['Braintree', `access_token$production$${made('', 16)}$${hex(32)}`],
  ['bcrypt', made('$2b$10$', 53)],
  ['Argon2', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b27kA'],
])('a token of %s', (_maker, token) => {
  expect(withoutTextSecrets(`has ${token} here`, '***', isSecret)).toBe('has *** here');
  expect(withoutTextSecrets(`https://h/?q=${token}`, '***', isSecret)).toBe('https://h/?q=***');
});
