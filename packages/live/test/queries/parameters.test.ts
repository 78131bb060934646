import { expect, test } from 'vitest';
import { ApiError } from '../../src/model/api.js';
import { type ApiPathName, apiPaths } from '../../src/model/api-paths.js';
import { testStore } from '../store/test-store.js';

test.each([
  ['trace', 404, 'There is no "trace". Did you mean "traces"?'],
  ['', 404, 'There is no "".'],
  ['__proto__', 404, 'There is no "__proto__".'],
  ['constructor', 404, 'There is no "constructor".'],
  ['traces/', 404, '"" is no trace id.'],
  ['services/x', 404, 'There is no "services/x".'],
  ['messages/%E0%A4%A', 400, 'is not encoded as in a URL'],
  ['messages/boot:1', 404, 'The message "boot:1" is not kept'],
  ['pages/queue', 404, 'There is no page "queue". Did you mean "queues"?'],
  ['profiles/1.cpuprofile', 404, 'The profile "1" is not kept.'],
  ['session', 404, 'There is no "session".'],
  ['traces?servce=a', 400, '"traces" has no parameter "servce". Did you mean "service"?'],
  ['services?last=1m', 400, '"services" has no parameter "last". It has none.'],
  ['traces?__proto__=a', 400, '"traces" has no parameter "__proto__".'],
  ['traces?last=5', 400, '"last" must be a duration such as 90s, 15m or 1h, of at most 7d, but got "5".'],
  ['traces?last=0s', 400, '"last" must be a duration'],
  ['traces?last=8d', 400, '"last" must be a duration'],
  ['traces?until=now', 400, '"until" must be a number, but got "now".'],
  ['traces?limit=0', 400, '"limit" must be a whole number from 1 to 500, but got "0".'],
  ['traces?limit=1e9', 400, '"limit" must be a whole number from 1 to 500, but got "1e9".'],
  ['traces?sort=slow', 400, '"sort" must be one of newest, slowest, spans, errors, but got "slow".'],
  ['traces?status=failed', 400, '"status" must be one of error, ok'],
  ['traces?minMs=5&maxMs=1', 400, '"minMs" is 5, above "maxMs"'],
  ['traces?service=a&service=b', 400, '"service" of "traces" is given 2 times. Give it once.'],
  [`traces?name=${'x'.repeat(3000)}`, 400, '"name" has 3000 characters. Give at most 2000.'],
  ['logs?level=errr', 400, 'Did you mean "error"?'],
  ['logs?traceId=12', 400, '"traceId" must be 32 hexadecimal digits, but got "12".'],
  ['logs?after=-1', 400, '"after" must be the cursor of an earlier answer'],
  ['metrics/history', 400, '"metrics/history" needs the parameter "name"'],
  ['metrics/history?name=x', 404, 'No metric "x" is kept.'],
])('%s is refused with %s', (question, status, message) => {
  const { get } = testStore();
  const error = thrownBy(() => get(question));
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).status).toBe(status);
  expect((error as ApiError).message).toContain(message);
});

test('an empty parameter, as of an empty field of a form, is none', () => {
  const { span, get } = testStore();
  span({});
  expect(get('traces?service=&status=&limit=&last=')).toMatchObject({ matching: 1 });
});

const plainPaths = Object.keys(apiPaths).filter((path) => !path.endsWith('/<id>') && path !== 'session');

test.each(plainPaths.filter((path) => path !== 'metrics/history'))(
  '%s has an answer when nothing is kept, which JSON can hold',
  (path) => {
    const { get } = testStore();
    const answer = get<object>(path);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  },
);

test.each(plainPaths)('%s takes the parameters that it is said to have, and no other', (path) => {
  const { get } = testStore();
  for (const name of Object.keys(apiPaths[path as ApiPathName].parameters)) {
    const error = orError(() => get(`${path}?${name}=${values[name] ?? 'x'}`));
    expect(String(error)).not.toMatch(/has no parameter|must be/);
  }
  expect(() => get(`${path}?other=x`)).toThrow('has no parameter "other"');
});

const values: Readonly<Record<string, string>> = {
  ...{ last: '1m', until: '1', limit: '1', minMs: '1', maxMs: '1', status: 'ok', level: 'info', after: '1' },
  ...{ traceId: 'a'.repeat(32), spanId: 'a'.repeat(16), sort: '' },
};

test('only profiles can be started', async () => {
  const { api } = testStore();
  const nothing = (async function* () {})();
  expect(() => api.post('traces', new URLSearchParams(), nothing)).toThrow('Nothing can be sent to "traces".');
  expect(() => api.post('session', new URLSearchParams(), nothing)).toThrow('Nothing can be sent to "session".');
  expect(await api.post('profiles', new URLSearchParams(), nothing)).toEqual({ running: null, profiles: [] });
});

function orError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
