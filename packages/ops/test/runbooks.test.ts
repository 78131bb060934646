import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert, RuleGroup } from '../src/model/alert.js';
import { promqlErrors } from '../src/promql/parse.js';
import { logRecipes } from '../src/runbooks/log-recipes.js';
import { runbookFiles } from '../src/runbooks/runbook-files.js';
import { exampleFacts } from './example-facts.js';

const guide = readFileSync(new URL('../../../docs/guides/logging.md', import.meta.url), 'utf8');

const high = alert({ severity: 'high', labels: { signal: 'publish' }, expr: 'errors > 0.1', forSeconds: 300 });
const warning = alert({ severity: 'warning', labels: { signal: 'publish' }, expr: 'errors > 0.05', forSeconds: 300 });
const down = alert({ name: 'SystemDown', severity: 'critical', expr: 'up == 0', forSeconds: 0, labels: {} });

test('each name has a page, with its most severe alert first', () => {
  const files = runbookFiles(exampleFacts(), [group(warning), group(down, high)]);
  expect(files.map(({ path }) => path)).toEqual([
    'runbooks/README.md',
    'runbooks/HighErrorRate.md',
    'runbooks/SystemDown.md',
  ]);
  expect(blocksOf(textOf(files, 'HighErrorRate')).filter(({ language }) => language === 'promql')).toEqual([
    { language: 'promql', text: 'errors > 0.1' },
    { language: 'promql', text: 'errors > 0.05' },
    { language: 'promql', text: 'rate(errors_total[5m])' },
  ]);
});

test('a page says what to do, what to ask, and who is called', () => {
  const text = textOf(runbookFiles(exampleFacts(), [group(high)]), 'HighErrorRate');
  expect(headingsOf(text)).toEqual([
    '# HighErrorRate',
    '## Symptom',
    '## First action',
    '## Likely causes',
    '## When it fires',
    '## Look further',
    '## Log lines',
    '## Escalation',
  ]);
  expect(text).toContain(
    'Service `shop`, team `sales`. Dashboard: [Application](<http://localhost:3000/d/shop-application>).',
  );
  expect(text).toContain('| high | 5 min | signal publish | `1 % fail` |');
  expect(text).toContain('high, signal publish:\n\n```promql\nerrors > 0.1\n```');
  expect(text).toContain('1. Roll back.\n2. Call.');
  expect(text).toContain('| high | within 1 h | call the team lead after 2 h |');
});

test.each([
  [down, 'at once, at any hour'],
  [warning, 'within 4 h of working time'],
])('the time to answer follows the severity', (given, answer) => {
  expect(textOf(runbookFiles(exampleFacts(), [group(given)]), given.name)).toContain(
    `| ${given.severity} | ${answer} |`,
  );
});

test('the list names each alert with its severities', () => {
  const [list] = runbookFiles(exampleFacts(), [group(warning, down, high)]);
  expect(list?.text).toContain('| [HighErrorRate](HighErrorRate.md) | high, warning | Users see errors. |');
});

test.each(logRecipes)(
  'the filters for the layout $layout are those of the guide on logging',
  ({ layout, errors, trace }) => {
    const section = guide.slice(guide.indexOf(`### Recipes for \`${layout}\``)).split('\n### ')[0] ?? '';
    expect(section.split('\n')).toEqual(expect.arrayContaining([errors, trace]));
  },
);

test('further queries of all alerts of a name are there, each once', () => {
  const of = (signal: string): Alert =>
    alert({
      labels: { signal },
      runbook: {
        ...high.runbook,
        queries: [
          { title: 'Failures', language: 'promql', expr: `rate(${signal}_total[5m])` },
          { title: 'Error lines', language: 'logql', expr: '{service_name="shop"}' },
        ],
      },
    });
  const text = textOf(runbookFiles(exampleFacts(), [group(of('publish'), of('receive'))]), 'HighErrorRate');
  const section = text.slice(text.indexOf('## Look further'), text.indexOf('## Log lines'));
  expect(section.match(/^\w.*:$/gm)).toEqual([
    'Failures (signal publish):',
    'Error lines:',
    'Failures (signal receive):',
  ]);
});

describe('hostile texts', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '```\n# Heading',
      '<script>alert(1)</script>',
      'a\n\n## Heading\n',
      '| a |',
      '{{ template "x" }}',
      '[a](javascript:b)',
      '`',
    ),
  );

  test('add neither headings nor code nor rows', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (one, other, service) => {
        const given = alert({
          summary: one,
          description: other,
          expr: other || 'up',
          labels: { signal: one },
          runbook: {
            symptom: one,
            causes: [other],
            actions: [one],
            queries: [{ title: other, language: 'promql', expr: one }],
          },
        });
        const files = runbookFiles(exampleFacts({ service, team: one }), [group(given)]);
        const text = textOf(files, 'HighErrorRate');
        expect(headingsOf(text)).toHaveLength(8);
        expect(blocksOf(text).map(({ language }) => language)).toEqual(['promql', 'promql', 'sh']);
        expect(blocksOf(text)[0]?.text).toBe(other || 'up');
        expect(outsideOfCode(text)).not.toMatch(/(?<!\\)<(?!http)/);
      }),
    );
  });
});

test('further queries are in the language that they are in', () => {
  const files = runbookFiles(exampleFacts(), [group(high)]);
  const queries = blocksOf(textOf(files, 'HighErrorRate'));
  expect(queries.map(({ language }) => language)).toEqual(['promql', 'promql', 'logql', 'sh']);
  expect(queries.filter(({ language }) => language === 'promql').flatMap(({ text }) => promqlErrors(text))).toEqual([]);
});

function alert(changes: Partial<Alert>): Alert {
  return {
    name: 'HighErrorRate',
    expr: 'up == 0',
    forSeconds: 60,
    severity: 'high',
    labels: {},
    summary: '1 % fail',
    description: 'More than the limit fails.',
    dashboard: 'application',
    runbook: {
      symptom: 'Users see errors.',
      causes: ['A release.', 'A dependency.'],
      actions: ['Roll back.', 'Call.'],
      queries: [
        { title: 'Errors by type', language: 'promql', expr: 'rate(errors_total[5m])' },
        { title: 'Error lines', language: 'logql', expr: '{service_name="shop"}' },
      ],
    },
    ...changes,
  };
}

function group(...alerts: readonly Alert[]): RuleGroup {
  return { name: 'shop', intervalSeconds: 60, recording: [], alerts };
}

function textOf(files: ReturnType<typeof runbookFiles>, name: string): string {
  return files.find(({ path }) => path === `runbooks/${name}.md`)?.text ?? '';
}

interface Block {
  readonly language: string;
  readonly text: string;
}

/** Fenced blocks of code, as CommonMark finds them. */
function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^(`{3,})([a-z]*)\n([\s\S]*?)\n\1`*$/gm)].map(([, , language = '', text = '']) => ({
    language,
    text,
  }));
}

function outsideOfCode(markdown: string): string {
  return markdown
    .replaceAll(/^(`{3,})([a-z]*)\n([\s\S]*?)\n\1`*$/gm, '')
    .replaceAll(/(?<!\\)(`+)(?!`)([^\n]*?[^`])\1(?!`)/g, '');
}

function headingsOf(markdown: string): string[] {
  return outsideOfCode(markdown).match(/^#+ .*$/gm) ?? [];
}
