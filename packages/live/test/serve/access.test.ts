import { createServer } from 'node:http';
import { fakeClock } from '@sightline/base/fake-clock';
import { describe, expect, test } from 'vitest';
import { allowedHosts, isLoopbackAddress, parseHost } from '../../src/serve/access/request-host.js';
import { bearer, send, serving, sessionCookie, token, upgradeStatus } from './serving.js';

describe('Host', () => {
  test.each(['localhost', '127.0.0.1', '[::1]'])('%s is known with every port', async (name) => {
    const { origin, port } = await serving();
    for (const host of [name, `${name}:${port}`, `${name}:1`, name.toUpperCase()]) {
      expect((await send(`${origin}/live/api/echo`, { headers: { ...bearer, Host: host } })).status, host).toBe(200);
    }
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'localhost:80:80',
    '127.0.0.2',
    '[::2]',
    'a b',
  ])('%j is another name for this machine: 421 for everything, with the token too', async (host) => {
    const { origin, port, live } = await serving();
    const cookie = await sessionCookie(origin);
    const paths = [
      '/live',
      '/live/',
      '/live/login',
      '/live/login.css',
      '/live/api/',
      '/live/stream',
      '/live/graphql',
      '/live/x.js',
    ];
    for (const path of paths) {
      const answer = await send(`${origin}${path}`, { headers: { ...bearer, Cookie: cookie, Host: host } });
      expect(answer.status, path).toBe(421);
      expect(answer.text).toContain('allowedHosts');
    }
    expect(await upgradeStatus(port, '/live/graphql', { ...bearer, Host: host })).toContain(' 421 ');
    expect(live.refused.hosts).toBe(paths.length + 1);
  });

  test('must be there', async () => {
    const { port } = await serving();
    expect(await upgradeStatus(port, '/live/graphql', { ...bearer, Host: '' })).toContain(' 421 ');
  });

  test('of an absolute target counts, not the header', async () => {
    const { origin, port } = await serving();
    expect(await upgradeStatus(port, 'http://evil.example/live/graphql', bearer)).toContain(' 421 ');
    expect((await send(`${origin}/live/api/echo`, { headers: bearer })).status).toBe(200);
  });

  test('a name that the service allows is known, with its port if it has one', async () => {
    const { origin } = await serving({ access: { token, allowedHosts: ['ops.example', 'shop.example:8443'] } });
    const statusOf = async (host: string) =>
      (await send(`${origin}/live/api/echo`, { headers: { ...bearer, Host: host } })).status;
    expect(await statusOf('ops.example')).toBe(200);
    expect(await statusOf('OPS.example:444')).toBe(200);
    expect(await statusOf('shop.example:8443')).toBe(200);
    expect(await statusOf('shop.example')).toBe(421);
  });

  test('is the address that the dashboard listens on', async () => {
    const { origin, port } = await serving({ access: { host: '127.0.0.2', token } });
    const statusOf = async (Host: string): Promise<number> =>
      (await send(`${origin}/live/api/echo`, { headers: { ...bearer, Host } })).status;
    expect(await statusOf(`127.0.0.2:${port}`)).toBe(200);
    expect(await statusOf('127.0.0.3')).toBe(421);
  });

  test('of a connection from elsewhere may be any name, unless some are given', () => {
    const host = parseHost('x.example');
    expect(allowedHosts([]).allows(host, false)).toBe(true);
    expect(allowedHosts([]).allows(host, true)).toBe(false);
    expect(allowedHosts(['ops.example']).allows(host, false)).toBe(false);
    expect(allowedHosts([]).allows(undefined, false)).toBe(false);
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) {
      expect(isLoopbackAddress(address), address).toBe(true);
    }
    for (const address of ['10.0.0.1', '::2', '::ffff:10.0.0.1', '0.0.0.0', '::', '127.0.0.1.evil', undefined]) {
      expect(isLoopbackAddress(address), address).toBe(false);
    }
  });
});

describe('Origin', () => {
  const foreign = (port: number): ReadonlyArray<Readonly<Record<string, string>>> => [
    { Origin: 'https://evil.example' },
    { Origin: `http://127.0.0.1:${port + 1}` },
    { Origin: `http://localhost:${port}` },
    { Origin: 'http://127.0.0.1' },
    { Origin: 'null' },
    { Origin: '' },
    { Origin: `http://127.0.0.1:${port}.evil.example` },
    { Origin: `http://127.0.0.1:${port}/` },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site', Origin: `http://127.0.0.1:${port}` },
  ];

  test('of another page is refused for POST, streams and WebSockets, with our own cookie', async () => {
    const { origin, port, live } = await serving();
    const cookie = await sessionCookie(origin);
    let count = 0;
    for (const headers of foreign(port)) {
      const all = { ...headers, Cookie: cookie, 'Content-Type': 'application/json' };
      for (const path of ['/live/api/echo', '/live/graphql', '/live/stream/x', '/live/login']) {
        const { status } = await send(`${origin}${path}`, { method: 'POST', headers: all, body: '{}' });
        expect(status, `${path} ${JSON.stringify(headers)}`).toBe(403);
      }
      for (const path of ['/live/stream', '/live/graphql?query={topics{topic}}', '/live/api/echo']) {
        expect((await send(`${origin}${path}`, { headers: all })).status, path).toBe(403);
      }
      expect(await upgradeStatus(port, '/live/graphql', all)).toContain(' 403 ');
      count += 8;
    }
    expect(live.refused.origins).toBe(count);
  });

  test('is not opened by what the service allows for its own API', async () => {
    const { origin } = await serving({
      serve: (live) =>
        createServer((request, response) => {
          response.setHeader('Access-Control-Allow-Origin', '*');
          live.handler(request, response);
        }),
    });
    const { headers } = await send(`${origin}/live/api/echo`, { headers: bearer });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('of the page itself is taken, and none', async () => {
    const { origin, port } = await serving();
    const cookie = await sessionCookie(origin);
    for (const headers of [
      { Origin: origin, 'Sec-Fetch-Site': 'same-origin' },
      { Origin: origin },
      { 'Sec-Fetch-Site': 'none' },
      {},
    ]) {
      const all = { ...headers, Cookie: cookie };
      expect((await send(`${origin}/live/api/echo`, { method: 'POST', headers: all })).status).toBe(200);
      expect(await upgradeStatus(port, '/live/graphql', all)).toContain(' 101 ');
    }
  });

  test('of a proxy that ends TLS is the same, whether it names the default port or not', async () => {
    const { origin } = await serving({ access: { token, allowedHosts: ['ops.example'] } });
    const statusOf = async (headers: Readonly<Record<string, string>>) =>
      (await send(`${origin}/live/api/echo`, { method: 'POST', headers: { ...bearer, ...headers } })).status;
    expect(await statusOf({ Host: 'ops.example', Origin: 'https://ops.example' })).toBe(200);
    expect(await statusOf({ Host: 'ops.example:443', Origin: 'https://ops.example' })).toBe(200);
    expect(await statusOf({ Host: 'ops.example', Origin: 'https://ops.example:444' })).toBe(403);
  });

  test('a body that browsers send anywhere without asking is not taken as JSON', async () => {
    const { origin } = await serving();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonx',
      'application/json; charset=latin1',
    ]) {
      for (const path of ['/live/graphql', '/live/stream/x']) {
        const headers = { ...bearer, 'Content-Type': type };
        expect((await send(`${origin}${path}`, { method: 'POST', headers, body: '{}' })).status, type).toBe(415);
      }
    }
  });
});

describe('login', () => {
  test('the link leads to the page, with a session that is not the token', async () => {
    const { origin, port, live } = await serving();
    expect(live.link(origin)).toBe(`${origin}/live/login?t=${token}`);
    const { status, headers, text } = await send(live.link(origin));
    expect(status).toBe(303);
    expect(headers.location).toBe('./');
    expect(text).toBe('');
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      new RegExp(`^sightline_live_${port}=[\\w.-]{40,}; HttpOnly; SameSite=Strict; Max-Age=86400$`),
    );
    expect(cookie).not.toContain(token);
    const answer = await send(`${origin}/live/api/echo`, {
      headers: { Cookie: `other=1; ${cookie.split(';')[0]}; more=2` },
    });
    expect(answer.status).toBe(200);
  });

  test('a form does the same', async () => {
    const { origin } = await serving();
    const page = await send(`${origin}/live/login`);
    expect(page).toMatchObject({ status: 200, headers: { 'referrer-policy': 'same-origin' } });
    expect(page.text).toContain('<form method="post" action="./login">');
    const headers = { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await send(`${origin}/live/login`, { method: 'POST', headers, body: `t=${token}` });
    expect(answer.status).toBe(303);
    expect(answer.headers['set-cookie']).toHaveLength(1);
  });

  test('without a session there is the form, 401, and nothing else', async () => {
    const { origin, live } = await serving();
    for (const path of [
      '/live/',
      '/live/assets/x.js',
      '/live/api/',
      '/live/api/echo',
      '/live/stream',
      '/live/graphql?query={topics{topic}}',
    ]) {
      const { status, headers } = await send(`${origin}${path}`);
      expect(status, path).toBe(401);
      expect(headers['www-authenticate']).toBe('Bearer realm="sightline live"');
    }
    const page = await send(`${origin}/live/`);
    expect(page.text).toContain('<form');
    expect(page.text).not.toContain('refresh');
    expect(live.refused.clients).toBe(7);
  });

  test('a link on another site leads through the form at once, since the browser sent no cookie', async () => {
    const { origin } = await serving();
    const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    expect((await send(`${origin}/live/`, { headers })).text).toContain('http-equiv="refresh"');
    expect(
      (await send(`${origin}/live/`, { headers: { ...headers, 'Sec-Fetch-Site': 'same-origin' } })).text,
    ).not.toContain('refresh');
    expect((await send(`${origin}/live/login?t=${token}`, { headers })).status).toBe(303);
    expect(
      (await send(`${origin}/live/login?t=${token}`, { headers: { ...headers, 'Sec-Fetch-Mode': 'no-cors' } })).status,
    ).toBe(403);
  });

  test.each(['a', `${token}x`, token.slice(1), '', token.toUpperCase()])(
    'a wrong token is refused: %j',
    async (wrong) => {
      const { origin, live } = await serving();
      const answer = await send(`${origin}/live/login?t=${wrong}`);
      expect(answer.status).toBe(401);
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(answer.text).not.toContain(token);
      expect((await send(`${origin}/live/api/echo`, { headers: { Authorization: `Bearer ${wrong}` } })).status).toBe(
        401,
      );
      expect(live.refused.logins).toBeGreaterThan(0);
    },
  );

  test('after ten wrong tokens in a minute no token is looked at, and sessions go on', async () => {
    const clock = fakeClock();
    const { origin } = await serving({ clock });
    const cookie = await sessionCookie(origin);
    for (let i = 0; i < 10; i++) await send(`${origin}/live/login?t=wrong${i}`);
    const limited = await send(`${origin}/live/login?t=${token}`);
    expect(limited.status).toBe(429);
    expect(limited.headers['retry-after']).toBe('60');
    expect((await send(`${origin}/live/api/echo`, { headers: bearer })).status).toBe(429);
    expect((await send(`${origin}/live/api/echo`, { headers: { Cookie: cookie } })).status).toBe(200);
    clock.advance(60_000);
    expect((await send(`${origin}/live/api/echo`, { headers: bearer })).status).toBe(200);
  });

  test('a session ends after a day, and is prolonged by the page in its second half', async () => {
    const clock = fakeClock();
    const { origin } = await serving({ clock });
    const cookie = await sessionCookie(origin);
    const page = () => send(`${origin}/live/api/echo`, { headers: { Cookie: cookie } });
    clock.advance(23 * 3600_000);
    expect((await page()).status).toBe(200);
    clock.advance(3600_000);
    expect((await page()).status).toBe(401);
  });

  test('a session is of one port, and of one token', async () => {
    const first = await serving();
    const second = await serving();
    const other = await serving({ access: { host: '127.0.0.1', token: 'another-token-of-tests' } });
    const cookie = await sessionCookie(first.origin);
    const value = cookie.slice(cookie.indexOf('=') + 1);
    for (const { origin, port } of [second, other]) {
      for (const each of [cookie, `sightline_live_${port}=${value}`]) {
        expect((await send(`${origin}/live/api/echo`, { headers: { Cookie: each } })).status).toBe(401);
      }
    }
  });

  test.each(['x', '.', 'zzzzzzzz.', 'NaN.x', `${(1e15).toString(36)}.x`])(
    'a forged session is none: %j',
    async (value) => {
      const { origin, port } = await serving();
      const headers = { Cookie: `sightline_live_${port}=${value}` };
      expect((await send(`${origin}/live/api/echo`, { headers })).status).toBe(401);
    },
  );
});

describe('authorize', () => {
  test("the service's own decision stands instead of a token", async () => {
    const asked: string[] = [];
    const { origin, port, live } = await serving({
      access: {
        authorize: (request) => {
          asked.push(String(request.url));
          return request.headers['x-user'] === 'ann';
        },
      },
    });
    expect(live.link('https://ops.example/')).toBe('https://ops.example/live/');
    const statusOf = async (user: string) =>
      (await send(`${origin}/live/api/echo`, { headers: { 'X-User': user } })).status;
    expect(await statusOf('ann')).toBe(200);
    expect(await statusOf('bob')).toBe(403);
    expect((await send(`${origin}/live/login`)).status).toBe(404);
    expect((await send(`${origin}/live/login?t=x`)).status).toBe(404);
    expect(await upgradeStatus(port, '/live/graphql', { 'X-User': 'bob' })).toContain(' 403 ');
    expect(await upgradeStatus(port, '/live/graphql', { 'X-User': 'ann' })).toContain(' 101 ');
    expect(asked).toHaveLength(4);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['says something else', () => 'yes' as never],
  ])('one that %s refuses', async (_what, authorize) => {
    const { origin } = await serving({ access: { authorize } });
    expect((await send(`${origin}/live/api/echo`)).status).toBe(403);
  });

  test('one that does not answer refuses in time', async () => {
    const clock = fakeClock();
    const { origin } = await serving({
      clock,
      access: { authorize: () => new Promise<boolean>(() => void setImmediate(() => clock.advance(5000))) },
    });
    expect((await send(`${origin}/live/api/echo`)).status).toBe(503);
  });

  test('with a token as well either is enough', async () => {
    const { origin } = await serving({ access: { token, authorize: ({ headers }) => headers['x-user'] === 'ann' } });
    expect((await send(`${origin}/live/api/echo`, { headers: bearer })).status).toBe(200);
    expect(
      (await send(`${origin}/live/api/echo`, { headers: { 'X-User': 'ann', Authorization: 'Bearer theirs' } })).status,
    ).toBe(200);
    expect((await send(`${origin}/live/api/echo`)).status).toBe(401);
  });
});

describe('set-up', () => {
  test.each([
    [{ isProduction: true }, 'on in production without a token'],
    [{ isProduction: true, host: '127.0.0.1' }, 'on in production without a token'],
    [
      { host: '0.0.0.0' },
      'listens on "0.0.0.0", which others can reach, without a token. Set a token (SIGHTLINE_LIVE_TOKEN)',
    ],
    [{ host: '::' }, 'listens on "::"'],
    [{ host: '10.0.0.1' }, 'listens on "10.0.0.1"'],
    [{ token: 'short' }, '[live] token is of 5 characters. Give at least 16 letters'],
    [{ token: `${token}\n` }, '[live] token is of'],
    [{ authorize: true as never }, '[live] authorize is true. Give a function'],
    [{ allowedHosts: ['https://ops.example'] }, '[live] allowedHosts contains "https://ops.example"'],
    [{ allowedHosts: ['*'] }, '[live] allowedHosts contains "*"'],
    [{ allowedHosts: 'ops.example' as never }, '[live] allowedHosts is "ops.example". Give a list'],
  ])('throws for access that would be open, or is wrong: %j', async (access, message) => {
    await expect(serving({ access })).rejects.toThrow(message);
  });

  test.each([{ host: '127.0.0.1' }, { host: '::1' }, { host: 'localhost' }, { host: '127.0.0.2' }, {}])(
    'makes a token of 192 bits for %j',
    async (access) => {
      const { live } = await serving({ access });
      expect(live.link('http://x')).toMatch(/^http:\/\/x\/live\/login\?t=[\w-]{32}$/);
      expect((await serving({ access })).live.link('http://x')).not.toBe(live.link('http://x'));
    },
  );

  test('throws for a path or a number of viewers that cannot be', async () => {
    await expect(serving({ basePath: 'live' })).rejects.toThrow('[live] basePath is "live"');
    await expect(serving({ basePath: '/live/' })).rejects.toThrow('[live] basePath is "/live/"');
    await expect(serving({ maxViewers: 0 })).rejects.toThrow('[live] maxViewers is 0');
  });
});
