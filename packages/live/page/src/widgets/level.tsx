import type { VNode } from 'preact';
import type { LogRow } from '../../../src/model/answers.js';

/** The level of a log line. */
export function Level({ level }: { level: LogRow['level'] }): VNode {
  return <span class={`level ${level}`}>{level}</span>;
}
