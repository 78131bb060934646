import { inspect } from 'node:util';
import { editDistance } from '@sightline/base';
import type { Check } from '../checks.js';
import { type CapturedLine, type CapturedLogs, isCapturedLogs, type LineQuery } from './captured-logs.js';
import { mismatches } from './line-match.js';

/** Whether a line matches the query. The message shows the most similar lines. */
export function checkLogged(received: unknown, query: LineQuery): Check {
  if (!isCapturedLogs(received)) {
    throw new TypeError('[testing] toHaveLogged looks at what captureLogs() returned. Pass that, not the logger.');
  }
  const found = received.matching(query);
  return {
    isMet: found.length > 0,
    message: () =>
      found.length > 0
        ? `expected no line with ${shown(query)}, but there ${found.length === 1 ? 'is' : 'are'} ${found.length}:\n${listing(found)}`
        : `expected a line with ${shown(query)}, but ${nothing(received)}${nearest(received, query)}`,
    actual: received.lines.map(({ level, message, context }) => ({ level, message, context })),
    expected: query,
  };
}

function nothing({ lines }: CapturedLogs): string {
  return lines.length === 0 ? 'nothing was logged' : 'there is none';
}

function nearest({ lines }: CapturedLogs, query: LineQuery): string {
  if (lines.length === 0) return '';
  const ranked = lines
    .map((line) => ({ line, wrong: mismatches(line, query), distance: messageDistance(line, query) }))
    .sort((a, b) => a.wrong.length - b.wrong.length || a.distance - b.distance)
    .slice(0, maxShown);
  const texts = ranked.map(({ line, wrong }) => `  ${lineText(line)}\n    differs in ${wrong.join(', ')}`);
  const others = lines.length - ranked.length;
  return `\n\nLines, nearest first:\n${texts.join('\n')}${others > 0 ? `\n  … and ${others} more` : ''}`;
}

const maxShown = 3;

function messageDistance({ message }: CapturedLine, { message: wanted }: LineQuery): number {
  return typeof wanted === 'string' ? editDistance(message.slice(0, 200), wanted.slice(0, 200)) : 0;
}

function listing(lines: readonly CapturedLine[]): string {
  return lines
    .slice(0, maxShown)
    .map((line) => `  ${lineText(line)}`)
    .join('\n');
}

function lineText({ level, message, logger, context, error }: CapturedLine): string {
  const name = logger === '' ? '' : `${logger}: `;
  const failure = error === undefined ? '' : ` ${error.type}: ${error.message}`;
  return `${level} ${name}${JSON.stringify(message)} ${shown(context)}${failure}`;
}

function shown(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 });
}
