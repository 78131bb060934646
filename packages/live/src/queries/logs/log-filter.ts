import { type KeptLog, levels } from '../../store/logs/kept-log.js';
import { attributeOf } from '../../store/values/record-values.js';

/** Whether a line matches a filter. */
export type LogFilter = (line: KeptLog) => boolean;

/**
 * Words and `name=value`, separated by white space; all must match. A word is looked for in the message, the logger, the service and the
 * values of attributes, case ignored; a name is that of an attribute, or `service`, `logger`, `level`, `trace`, `span`. Quotes hold what has
 * white space: `"connection reset"`, `user="Ada L"`.
 */
export function logFilter(text: string): LogFilter {
  const tests = [...text.matchAll(terms)].map(([term]) => testOf(term));
  return (line) => tests.every((test) => test(line));
}

const terms = /(?:[^\s"]+|"[^"]*"?)+/g;

function testOf(term: string): LogFilter {
  const [, name, value] = /^([^\s"=]+)=([\s\S]*)$/.exec(term) ?? [];
  if (name !== undefined && value !== undefined) {
    const wanted = withoutQuotes(value).toLowerCase();
    return (line) => valueOfName(line, name)?.toLowerCase() === wanted;
  }
  const word = withoutQuotes(term).toLowerCase();
  return (line) =>
    holds(line.message, word) ||
    holds(line.logger, word) ||
    holds(line.source.service, word) ||
    line.attributes.some((value, i) => i % 2 === 1 && holds(textOf(value), word));
}

function withoutQuotes(text: string): string {
  return text.replaceAll('"', '');
}

function holds(text: string, word: string): boolean {
  return text.toLowerCase().includes(word);
}

function valueOfName(
  { attributes, source, logger, level, traceId, spanId }: KeptLog,
  name: string,
): string | undefined {
  const attribute = attributeOf(attributes, name);
  if (attribute !== undefined) return textOf(attribute);
  switch (name) {
    case 'service':
      return source.service;
    case 'logger':
      return logger;
    case 'level':
      return levels[level];
    case 'trace':
      return traceId ?? undefined;
    case 'span':
      return spanId ?? undefined;
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
