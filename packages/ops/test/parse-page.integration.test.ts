import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startPrometheus } from '../../../scripts/servers/prometheus.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { parsePage } from '../src/exposition/parse-page.js';
import type { PageFormat } from '../src/exposition/parse-sample.js';

const isThere = requireServer('prometheus');

// Pages at the edges of both formats; Prometheus says which of them are right. Of versions 2 and 3 the same, without what only 3 takes.
const text = [
  ...[
    'x 1',
    'x\t1\n',
    'x  1 \n',
    'x 1\r\n',
    '\uFEFFx 1\n',
    'x\n',
    'x 1 1 1\n',
    '\n\nx 1\n\n',
    '#\n##\n# x\nx 1\n',
    'é 1\n',
  ],
  ...[
    'x +Inf\n',
    'x inf\n',
    'x nan\n',
    'x -nan\n',
    'x .5\n',
    'x 5.\n',
    'x 1e400\n',
    'x 1_000\n',
    'x 0x1p3\n',
    'x ++1\n',
  ],
  ...[
    'x 1 1700000000000\n',
    'x 1 1.5\n',
    'x 1 1e3\n',
    'x 1 -5\n',
    'x 1 99999999999999999999\n',
    'x 1 abc\n',
    'x-y 1\n',
  ],
  ...['x{} 1\n', 'x{ } 1\n', 'x{,} 1\n', 'x{a="b",} 1\n', 'x{a="b",,} 1\n', 'x {a = "b" , c="d" } 1\n', 'x{a="b"}1\n'],
  ...['x{a="\\q\\n\\\\\\""} 1\n', 'x{a="b} 1\n', 'x{a=b} 1\n', 'x{1a="c"} 1\n', 'x{a:b="c"} 1\n', 'x{a="b",a="c"} 1\n'],
  ...[
    'x{__name__="y"} 1\n',
    'x 1 # {a="b"} 1\n',
    '# TYPE x info\nx 1\n',
    '# TYPE x untyped\nx 1\n',
    '# TYPE x Counter\nx 1\n',
  ],
  ...['# HELP x y\r\nx 1\n', '# y\r\nx 1\n', '# TYPE x gauge\r\nx 1\n', '\r\nx 1\n', '\u2028\nx 1\n', '# HELP \nx 1\n'],
  ...['# HELP x \u2028y\nx 1\n', 'x{a="\u2028\r"} 1\n', '# TYPE x gauge\u2028\nx 1\n'],
  ...['# TYPE  x\tcounter\nx 1\n', '# TYPE x counter \nx 1\n', '# HELP x\nx 1\n', '# HELP\nx 1\n', '#TYPE x y\nx 1\n'],
];
const openMetrics = [
  ...[
    'x 1\n# EOF\n',
    'x 1\n# EOF',
    'x 1\n',
    'x 1\n\n# EOF\n',
    'x 1\n# EOF\n\n',
    'x 1\n# EOF\nx 2\n',
    '# EOF\n',
    'x 1\r\n# EOF\n',
  ],
  ...[
    'x  1\n# EOF\n',
    'x 1 \n# EOF\n',
    'x 1 1.5\n# EOF\n',
    'x 1 -1e3\n# EOF\n',
    'x 1 abc\n# EOF\n',
    '# comment\nx 1\n# EOF\n',
  ],
  ...['x{a="b", c="d"} 1\n# EOF\n', 'x{ a="b"} 1\n# EOF\n', 'x{a ="b"} 1\n# EOF\n', 'x{} 1\n# EOF\n'],
  ...[
    '# TYPE x counter\nx_total 1 # {a="b"} 1\n# EOF\n',
    '# TYPE x counter\nx_total 1 1 # {} 1 1.5\n# EOF\n',
    'x 1 # {a="b"}\n# EOF\n',
    'x 1 # {a="b} 1\n# EOF\n',
  ],
  ...['# HELP x \u2028\r\nx 1\n# EOF\n', '# TYPE x counter\nx_total 1 # {a="\u2028\r"} 1\n# EOF\n'],
  ...['x 1 #{a="b"} 1\n# EOF\n', 'x 1 # {a="b"} x\n# EOF\n', 'x 1 # y\n# EOF\n', '# TYPE x untyped\nx 1\n# EOF\n'],
  ...['# TYPE x unknown\nx 1\n# EOF\n', '# TYPE x info\nx_info 1\n# EOF\n', '# TYPE x stateset\nx{x="a"} 1\n# EOF\n'],
  ...[
    '# TYPE x\tgauge\nx 1\n# EOF\n',
    '# HELP x\nx 1\n# EOF\n',
    '# HELP x \nx 1\n# EOF\n',
    '# UNIT x seconds\nx 1\n# EOF\n',
  ],
  ...['# UNIT x_seconds seconds\nx_seconds 1\n# EOF\n', '# UNIT x \nx 1\n# EOF\n', '# UNIT jobs jobs\njobs 1\n# EOF\n'],
];
const pages: ReadonlyArray<readonly [PageFormat, string]> = [
  ...text.map((page) => ['text', page] as const),
  ...openMetrics.map((page) => ['openmetrics', page] as const),
];

describe.skipIf(!isThere)('A real Prometheus', () => {
  const verdicts = new Map<string, boolean>();
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    const server = createServer((request, response) => {
      const [format, page] = pages[Number(request.url?.slice(1))] ?? ['text', ''];
      const type = format === 'text' ? 'text/plain; version=0.0.4' : 'application/openmetrics-text; version=1.0.0';
      response.setHeader('content-type', type).end(page);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const targets = pages.map((_, i) => ({ job: String(i), url: `http://127.0.0.1:${port}/${i}` }));
    const prometheus = await startPrometheus({ targets });
    stop = async () => {
      await prometheus.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    await vi.waitFor(
      async () => {
        for (const { job, health, lastError } of await prometheus.targets()) {
          // A scrape that was too late, or had no connection, says nothing about the page.
          const isJudged = health === 'up' || (health === 'down' && !/^Get "|context deadline/.test(lastError));
          if (isJudged) verdicts.set(job, health === 'up');
        }
        expect(verdicts.size).toBe(pages.length);
      },
      { timeout: 60_000, interval: 200 },
    );
  });
  afterAll(() => stop?.());

  test.each(pages.map(([format, page], i) => [i, format, JSON.stringify(page), page] as const))(
    'agrees on page %i, %s %s',
    (i, format, _shown, page) => {
      let problem: string | undefined;
      try {
        parsePage(page, format);
      } catch (error) {
        problem = String(error);
      }
      expect(problem === undefined, problem ?? 'we take it').toBe(verdicts.get(String(i)));
    },
  );
});
