import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledService, type Ended, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;

beforeAll(async () => {
  service = await bundledService('rejecting-service', import.meta.url);
});

afterAll(() => service.remove());

function run(scenario: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return service.start(scenario, env).ended();
}

async function seenIn(scenario: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { code, messages, stderr } = await run(scenario, { LISTENS: '1', ...env });
  expect([code, stderr]).toEqual([0, '']);
  return messages.at(-1);
}

/** Everything that is put around work of a service and gives back its promise. */
const runners = [
  'span',
  'span in span',
  'traced',
  'saga',
  'operation',
  'time',
  'track',
  'send',
  'handle',
  'bus',
  'http handler',
];

describe('a rejection that nobody handles', () => {
  test.each([...runners, 'nobody'])('ends the process with code 1: %s', async (runner) => {
    const { code, stderr } = await run(`${runner}/later`);
    expect(code).toBe(1);
    expect(stderr).toContain('Error: failed');
  });

  test.each(['async', 'later', 'subclass', 'realm', 'thenable'])(
    'ends it, whatever promise it is: %s',
    async (kind) => {
      const all = await Promise.all([run(`nobody/${kind}`), run(`span in span/${kind}`), run(`time/${kind}`)]);
      expect(all.map(({ code }) => code)).toEqual([1, 1, 1]);
    },
  );

  test.each([
    ['strict', 1],
    ['throw', 1],
    ['warn', 0],
    ['none', 0],
    ['warn-with-error-code', 1],
  ])('does what --unhandled-rejections=%s says', async (mode, expected) => {
    const env = { NODE_OPTIONS: `--unhandled-rejections=${mode}` };
    const [without, within] = await Promise.all([run('nobody/later', env), run('span in span/subclass', env)]);
    expect([without.code, within.code]).toEqual([expected, expected]);
    const warnings = ({ stderr }: Ended): number => stderr.split('UnhandledPromiseRejectionWarning: ').length;
    expect(warnings(within)).toBe(warnings(without));
  });

  test.each(['nobody', 'span in span', 'operation', 'handle', 'bus'])(
    'is told once, with the promise that the caller got: %s',
    async (runner) => {
      expect(await seenIn(`${runner}/later`)).toEqual([['unhandled', 'failed', true]]);
    },
  );

  test.each(['span in span', 'operation'])('is told once of a subclass: %s', async (runner) => {
    expect(await seenIn(`${runner}/subclass`)).toEqual([['unhandled', 'failed', false]]);
  });

  test.each(['span', 'time'])('is told as handled when that happens late: %s', async (runner) => {
    expect(await seenIn(`${runner}/later/late`)).toEqual([
      ['unhandled', 'failed', true],
      ['handled late', true],
    ]);
    expect(await seenIn(`${runner}/subclass/late`)).toEqual([
      ['unhandled', 'failed', false],
      ['handled late', false],
    ]);
  });
});

test.each(['async', 'later', 'subclass', 'realm', 'thenable'])(
  'a rejection that is handled is not told: %s',
  async (kind) => {
    const all = [
      seenIn(`span in span/${kind}/handled`),
      seenIn(`span in span/${kind}/awaited`),
      seenIn(`operation/${kind}/awaited`),
      seenIn(`handle/${kind}/handled`),
    ];
    expect(await Promise.all(all)).toEqual(all.map(() => []));
  },
);
