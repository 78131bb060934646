import { open, stat } from 'node:fs/promises';
import { isRecord, messageOf } from '@sightline/base';
import { promqlString } from '../promql/selectors.js';
import { askJson, below, listIn, UnreachableError } from './ask.js';
import { type Check, type Finding, failed, ok, skipped, warning, withoutSecrets } from './check.js';
import { type DoctorOptions, peerOf } from './doctor-options.js';
import type { Peer } from './peers.js';

/** The service's last lines of level error and above, from a file or from Loki. */
export function errorLineCheck(options: DoctorOptions): Check {
  const { logFile, facts } = options;
  const loki = peerOf(options, 'loki');
  return {
    name: 'errors',
    async run(signal) {
      if (logFile !== undefined) return await fromFile(logFile);
      if (loki !== undefined && facts !== undefined) return await fromLoki(loki, facts.service, signal);
      return skipped('Give the service’s lines: --log-file <file>, or --loki <url> and a definition.');
    },
  };
}

async function fromFile(file: string): Promise<Finding> {
  try {
    const { lines, isCut } = await lastLines(file);
    if (isCut && lines.every((line) => line === '')) {
      return warning(
        `The last line of ${file} is longer than 256 KiB, and was not read.`,
        'Look at what the service writes there, and limit it.',
      );
    }
    return findingOf(lines.flatMap(errorText));
  } catch (error) {
    return failed(
      `${file} cannot be read: ${messageOf(error)}`,
      'Say where the service writes its lines: --log-file <file>.',
    );
  }
}

async function fromLoki(loki: Peer, service: string, signal: AbortSignal): Promise<Finding> {
  const query = `{service_name=${promqlString(service)}} | detected_level=~"error|critical|fatal"`;
  try {
    const lastLines = below(loki, '/loki/api/v1/query_range', { query, since: '1h', limit: '5' });
    const lines = listIn(await askJson(lastLines, { signal }), 'data', 'result').flatMap(linesOf);
    return findingOf(lines.map((line) => errorText(line)[0] ?? line));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return failed(error.message, error.remedy ?? 'Look whether Loki runs and whether the address is right.');
  }
}

/** Of a stream of Loki: `[["1700000000000000000", "line"], …]`. */
function linesOf({ values }: Record<string, unknown>): string[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((pair: unknown) => (Array.isArray(pair) && typeof pair[1] === 'string' ? [pair[1]] : []));
}

function findingOf(lines: readonly string[]): Finding {
  const last = lines.slice(-MAX_LINES).map((line) => withoutSecrets(line.slice(0, MAX_READ)).slice(0, 300));
  return last.length === 0
    ? ok('There are no lines of errors.')
    : warning(last.join('\n'), 'Look for their trace_id in Jaeger, and at the runbook of the alert that fires.');
}

const MAX_LINES = 5;
/** Of a line, before it is cut to what is shown: a secret that is cut may not be known as one. */
const MAX_READ = 10_000;

/** Those that are whole within the last 256 KiB. Opening what is no file, such as a pipe, may wait for ever. */
async function lastLines(file: string): Promise<{ readonly lines: string[]; readonly isCut: boolean }> {
  if (!(await stat(file)).isFile()) throw new Error('it is no file');
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, 256 * 1024);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    const isCut = length < size;
    return { lines: isCut ? lines.slice(1) : lines, isCut };
  } finally {
    await handle.close();
  }
}

/** `time message (error)` if the line is one of an error, in any of our layouts: pino's, structured, ECS; else nothing. */
function errorText(line: string): string[] {
  if (!line.startsWith('{')) return /\b(ERROR|CRITICAL|FATAL)\b/.test(line) ? [line] : [];
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const level = fields['level'] ?? fields['log.level'];
    const isError = typeof level === 'number' ? level >= 50 : /^(error|critical|fatal)$/i.test(String(level));
    if (!isError) return [];
    const time = fields['timestamp'] ?? fields['@timestamp'] ?? timeOf(fields['time']);
    const error = fields['err'] ?? fields['error'];
    const reason = isRecord(error) && error['message'] !== undefined ? ` (${String(error['message'])})` : '';
    return [`${String(time ?? '')} ${String(fields['msg'] ?? fields['message'] ?? '')}${reason}`.trim()];
  } catch {
    return []; // cut, or no line of ours
  }
}

function timeOf(value: unknown): unknown {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : value;
}
