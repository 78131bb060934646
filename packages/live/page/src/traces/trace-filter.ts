import { parseDuration } from '../format/duration.js';
import { termsOf } from '../format/term.js';

/** What a filter of traces asks the API for. */
export interface TraceFilter {
  readonly name: string | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly status: 'error' | 'ok' | null;
  /** `key=value` or `key`. */
  readonly attributes: readonly string[];
  /** What is wrong with the text, and what to write instead. */
  readonly problem: string | null;
}

/**
 * Words are part of a name; `duration>200ms`, `duration<2s`, `status=error`; everything else with `=` is an attribute, and `key=*` one with
 * any value. Double quotes hold words together: `"POST /orders"`, `db.query.summary="SELECT orders"`.
 */
export function parseTraceFilter(text: string): TraceFilter {
  const words: string[] = [];
  const attributes: string[] = [];
  let minMs: number | null = null;
  let maxMs: number | null = null;
  let status: TraceFilter['status'] = null;
  let problem: string | null = null;
  for (const { text: term, isWord } of termsOf(text)) {
    const [, key = '', operator = '', value = ''] = isWord ? [] : (/^([^=<>\s]+)(>=|<=|=|>|<)(.*)$/s.exec(term) ?? []);
    if (operator === '') words.push(term);
    else if (key === 'duration') {
      const ms = parseDuration(value);
      if (ms === undefined) problem = `A duration is a number with a unit: duration>200ms, not "${term}".`;
      else if (operator.startsWith('>')) minMs = ms;
      else if (operator.startsWith('<')) maxMs = ms;
      else minMs = maxMs = ms;
    } else if (operator !== '=') problem = `Only the duration can be compared: write ${key}=${value}.`;
    else if (key === 'status') {
      if (value === 'error' || value === 'ok') status = value;
      else problem = `status is "error" or "ok", not "${value}".`;
    } else attributes.push(value === '*' || value === '' ? key : `${key}=${value}`);
  }
  return { name: words.length === 0 ? null : words.join(' '), minMs, maxMs, status, attributes, problem };
}
