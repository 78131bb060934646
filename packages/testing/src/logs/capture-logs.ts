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
  if (logger !== undefined) logs.restore = redirect(logger, logs);
  return logs;
}

/** pino keeps its destination under a symbol of its own; children look it up in their parents. */
function redirect(logger: object, logs: CapturedLogs): () => void {
  const symbol = streamSymbolOf(logger);
  if (symbol === undefined) {
    throw new TypeError('[testing] captureLogs takes a pino logger, such as createLogger() makes, or nothing.');
  }
  const before = Object.getOwnPropertyDescriptor(logger, symbol);
  Object.defineProperty(logger, symbol, { value: logs, writable: true, configurable: true, enumerable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(logger, symbol);
    else Object.defineProperty(logger, symbol, before);
  };
}

function streamSymbolOf(logger: object): symbol | undefined {
  for (let each: unknown = logger; typeof each === 'object' && each !== null; each = Object.getPrototypeOf(each)) {
    const symbol = Object.getOwnPropertySymbols(each).find(({ description }) => description === 'pino.stream');
    if (symbol !== undefined) return symbol;
  }
  return undefined;
}
