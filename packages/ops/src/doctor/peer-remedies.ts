import { environmentProxy } from '@sightline/base/client';
import type { Peer } from './peers.js';

/** What to do about a request that failed, if its error says more than that nothing answers. */
export function failureRemedy(cause: unknown): string | undefined {
  const { code, name, message } = Object(cause) as { code?: unknown; name?: unknown; message?: unknown };
  const texts = [code, name, message].map(String);
  return failures.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1];
}

/** What to do about a status of any peer, if it says more than that the address may be wrong. */
export function statusRemedy(status: number, text: string, { name, address, headers }: Peer): string | undefined {
  const variable = `SIGHTLINE_DOCTOR_${name.toUpperCase()}`;
  // Of Loki, Tempo and Mimir with several tenants.
  if (/no org id/i.test(text.slice(0, 1000)))
    return `It has several tenants. Name one: ${variable}_HEADERS=X-Scope-OrgID=<tenant>.`;
  if (status === 407) return PROXY;
  if (status === 401 || status === 403) {
    const isGiven = Object.keys(headers).length > 0 || /\/\/[^/]*@/.test(address);
    return isGiven
      ? `It does not take these credentials: look at ${variable} and the variables that begin with it.`
      : `Give it a token, ${variable}_TOKEN or ${variable}_TOKEN_FILE, or a user and a password in its address, ${variable}.`;
  }
  if (status === 404) return 'Look at the address: it needs the path under which the program is served.';
  if (status === 429 || status >= 500) {
    return `It is there and cannot answer now: look at its log.${proxyHint(address)}`;
  }
  return undefined;
}

/** What else a failure may mean if proxies of the environment are used; else nothing. */
export function proxyHint(address: string): string {
  const isProxied = Object.keys(environmentProxy(/^https/i.test(address))).length > 0;
  return isProxied ? ' Or the proxy cannot reach it: name the hosts that need none in NO_PROXY.' : '';
}

const PROXY =
  'The proxy refuses: look at HTTP_PROXY and HTTPS_PROXY, and name the hosts that need none in NO_PROXY, such as 127.0.0.1.';

const failures: ReadonlyArray<readonly [codeNameOrMessage: RegExp, remedy: string]> = [
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?))$/,
    'Give Node.js the certificate of who signed it: NODE_EXTRA_CA_CERTS=<file>. Prometheus needs it as well: tls_config.ca_file.',
  ],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, 'Renew the certificate, or correct the clock of this machine.'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'Ask by a name that the certificate has, or have one made for this name.'],
  [/wrong version number|packet length too long|^HPE_|^HTTPParserError$/i, 'Look at http or https, and at the port.'],
  [
    /^(EPROTO|ERR_SSL_.*|ERR_TLS_.*)$/,
    'Look at the TLS settings of both sides. The doctor has no certificate of a client.',
  ],
  [
    /^UND_ERR_SOCKET$|^ECONNRESET$/,
    'It ended the connection without a whole answer: look at its log. If it expects TLS, write https.',
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    'Look at the name. Those of containers and of Kubernetes are known only in their network.',
  ],
  [
    /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/,
    'Look at the address and at firewalls. Proxies of the environment are used if NODE_USE_ENV_PROXY=1 (Node.js 22.21, 24.5).',
  ],
  [/^ERR_PROXY_/, PROXY],
  [/^(AbortError|TimeoutError)$/, 'Look whether it hangs, or give it more time: --timeout-ms.'],
  [/^redirect count exceeded$/, 'It redirects for ever: look at its address, and at the proxy before it.'],
  [/^Z_|larger than \d+ MiB/, 'Look at what is served there, and at the proxy before it.'],
];
