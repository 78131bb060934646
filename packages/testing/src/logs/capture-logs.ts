import { replaceStream } from '@sightline/logger/pino';
import type { CapturedLine, CapturedLogs } from './captured-logs.js';
import { checkQuery, isMatch } from './line-match.js';
import { readLine } from './read-line.js';

/**
 * Keeps log lines for a test to ask for. Without an argument it is a destination: `createLogger({ destination: captureLogs() })`.
 * With a logger, any pino logger or child, the lines of it and its children go here until `restore()`.
 */
export function captureLogs(logger?: object): CapturedLogs {
  const lines: CapturedLine[] = [];
  let partial = '';
  const logs: CapturedLogs = {
    lines,
    matching(query) {
      checkQuery(query);
      return lines.filter((line) => isMatch(line, query));
    },
    clear() {
      lines.length = 0;
    },
    restore: () => {},
    write(text) {
      const pieces = (partial + text).split('\n');
      partial = pieces.pop() ?? '';
      for (const piece of pieces) if (piece !== '') lines.push(readLine(piece));
    },
  };
  if (logger === undefined) return logs;
  const restore = replaceStream(logger, logs);
  if (restore === undefined) {
    throw new TypeError('[testing] captureLogs takes a pino logger, such as createLogger() makes, or nothing.');
  }
  logs.restore = restore;
  return logs;
}
