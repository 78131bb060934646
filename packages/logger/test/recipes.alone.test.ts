import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger, type LayoutName } from '../src/index.js';

// The recipes of the guide, run on lines that the logger wrote: by jq and grep themselves, and by as much of LogQL and of
// CloudWatch Logs Insights as they use.

const guide = readFileSync(new URL('../../../docs/guides/logging.md', import.meta.url), 'utf8');
const hasJq = spawnSync('jq', ['--version']).status === 0;
const isSkipped = !hasJq && process.env['CI'] !== 'true';
if (isSkipped) console.info('Skipped: jq is missing. On Debian: apt-get install jq');

const traceId = '0af7651916cd43dd8448eb211c80319c';
const expected: Record<string, readonly string[]> = {
  'the lines of a trace': ['placing', 'failed'],
  'errors and worse': ['failed'],
  'slower than a second': ['failed'],
  'errors by kind': ['failed'],
};

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

function linesOf(layout: LayoutName): string[] {
  const lines: string[] = [];
  const log = createLogger({
    layout,
    name: 'shop',
    env: {},
    destination: { write: (line: string) => void lines.push(line) },
  });
  log.info({ duration_ms: 5 }, 'started');
  const inTrace = trace.setSpanContext(context.active(), { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 });
  context.with(inTrace, () => {
    log.info({ order: 7 }, 'placing');
    log.error({ err: Object.assign(new TypeError('late'), { stack: undefined }), duration_ms: 1200 }, 'failed');
  });
  log.warn({ err_type: undefined }, 'ended');
  return lines;
}

function recipes(section: string, language: string): Array<[question: string, expression: string]> {
  const text =
    guide
      .slice(guide.indexOf(`### Recipes for ${section}\n`))
      .split(/\n##+ /, 2)
      .join('\n## ')
      .split(/\n### (?!Recipes for )/)[0] ?? '';
  const own = text.split(/\n## Recipes for /)[0] ?? '';
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(own)?.[1] ?? '';
  return [...block.matchAll(/^# (.+)\n(.+)$/gm)].map(([, question = '', expression = '']) => [question, expression]);
}

const messageOf = (line: Record<string, unknown>) => line['msg'] ?? line['message'];

describe.each([
  ['`pino`', 'pino'],
  ['`structured`', 'structured'],
  ['`ecs`', 'ecs'],
] as const)('Recipes for %s', (section, layout) => {
  test.skipIf(isSkipped)('in jq', () => {
    const all = recipes(section, 'jq');
    expect(all.map(([question]) => question)).toEqual(Object.keys(expected));
    for (const [question, expression] of all) {
      const { stdout, stderr } = spawnSync('jq', ['-c', expression], {
        input: linesOf(layout).join(''),
        encoding: 'utf8',
      });
      const found = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      if (question === 'errors by kind') expect(found, stderr).toEqual(['TypeError']);
      else expect(found.map(messageOf), stderr).toEqual(expected[question]);
    }
  });

  test('in LogQL', () => {
    const all = recipes(section, 'logql');
    expect(all.map(([question]) => question)).toEqual(Object.keys(expected));
    for (const [question, expression] of all) {
      const condition = /\| json \| (.*?)(?: \[5m\]\)\))?$/.exec(expression)?.[1] ?? '';
      const found = linesOf(layout).filter((line) => meets(condition, flattened(JSON.parse(line), '_')));
      expect(
        found.map((line) => messageOf(JSON.parse(line))),
        expression,
      ).toEqual(expected[question]);
      const grouping = /by \((\w+)\)/.exec(expression)?.[1];
      if (grouping !== undefined) expect(flattened(JSON.parse(found[0] ?? '{}'), '_')[grouping]).toBe('TypeError');
    }
  });

  test('in CloudWatch Logs Insights', () => {
    const all = recipes(section, 'insights');
    expect(all.map(([question]) => question)).toEqual(Object.keys(expected));
    for (const [question, expression] of all) {
      const condition = /filter ([^|]*)/.exec(expression)?.[1]?.trim() ?? '';
      const found = linesOf(layout).filter((line) => meets(condition, flattened(JSON.parse(line), '.')));
      expect(
        found.map((line) => messageOf(JSON.parse(line))),
        expression,
      ).toEqual(expected[question]);
      const shown =
        /fields ([^|]*)/
          .exec(expression)?.[1]
          ?.split(',')
          .map((name) => name.trim().replaceAll('`', '')) ?? [];
      for (const name of shown.filter((each) => !each.startsWith('@'))) {
        const fields = flattened(JSON.parse(found.at(-1) ?? '{}'), '.');
        expect(fields, expression).toHaveProperty([name]);
      }
    }
  });
});

describe.each(['text', 'text-asctime'] as const)('Recipes for %s', (layout) => {
  test.each(['grep', 'logql', 'insights'])('in %s', (language) => {
    const all = recipes('`text` and `text-asctime`', language);
    expect(all).toHaveLength(3);
    for (const [question, expression] of all) {
      const pattern =
        /(?:\|~ `|like \/)(.*)[`/]$/.exec(expression)?.[1] ??
        /(?:\|= |like )"(.*)"$/.exec(expression)?.[1] ??
        expression;
      const found = linesOf(layout).filter((line) => new RegExp(pattern).test(line.split('\n')[0] ?? ''));
      expect(
        found.map((line) => /\b(started|placing|failed|ended)\b/.exec(line)?.[0]),
        expression,
      ).toEqual(expected[question]);
    }
  });
});

/** `{ a: { b: 1 } }` as `a_b`, as Loki's json parser writes it, or as `a.b`. */
function flattened(value: object, joint: '_' | '.', before = ''): Record<string, unknown> {
  return Object.entries(value).reduce<Record<string, unknown>>((all, [key, each]) => {
    const name = before + (joint === '_' ? key.replaceAll(/\W/g, '_') : key);
    const isObject = typeof each === 'object' && each !== null && !Array.isArray(each);
    return Object.assign(all, isObject ? flattened(each, joint, `${name}${joint}`) : { [name]: each });
  }, {});
}

function meets(condition: string, fields: Record<string, unknown>): boolean {
  return condition.split(' or ').some((each) => {
    const present = /^ispresent\(`?([\w.@]+)`?\)$/.exec(each.trim())?.[1];
    if (present !== undefined) return fields[present] !== undefined;
    const [, name = '', operator, operand = ''] = /^`?([\w.@]+)`?\s*(>=|!=|=|>|in)\s*(.+)$/.exec(each.trim()) ?? [];
    const wanted: unknown = JSON.parse(operand);
    const actual = fields[name];
    switch (operator) {
      case '=':
        return actual === wanted;
      case '!=':
        return (actual ?? '') !== wanted;
      case '>=':
        return Number(actual) >= Number(wanted);
      case '>':
        return Number(actual) > Number(wanted);
      default:
        return Array.isArray(wanted) && wanted.includes(actual);
    }
  });
}
