import type { Answer } from '@sightline/otlp';
import type { PushReading } from './reading.js';

export interface PushPointsOptions {
  /** @returns a request with the points, and how many it holds */
  encode(
    reading: PushReading,
    range: { from: number; to: number },
  ): { readonly body: Uint8Array; readonly size: number };
  send(body: Uint8Array): Promise<Answer>;
  /** Points per request. Lowered when the collector finds a request too large. */
  readonly limit: PointLimit;
  /** Called with the outcome and the number of points of every request. */
  settled(answer: Answer, points: number): void;
}

/** Points per request, remembered from push to push. */
export interface PointLimit {
  points: number;
  readonly max: number;
}

/** A request is halved at most this often when the collector finds it too large. */
const MAX_HALVINGS = 4;

/**
 * Sends a reading, request by request. Commits points that the collector accepted, refused for good, or may have got. The rest is part
 * of the next reading. Rejects with the first error after everything that could be sent was sent.
 */
export async function pushPoints(reading: PushReading, options: PushPointsOptions): Promise<void> {
  const { encode, send, limit, settled } = options;
  const problems = new Set<string>();
  let halvings = 0;
  let isHalvingVain = false;
  for (let from = 0; from < reading.size; ) {
    const range = { from, to: Math.min(reading.size, from + limit.points) };
    const { body, size } = encode(reading, range);
    const answer: Answer = size === 0 ? nothingToSend : await send(body);
    if (answer.kind === 'refused' && answer.isTooLarge && size > 1 && halvings < MAX_HALVINGS) {
      halvings++;
      limit.points = Math.ceil((range.to - from) / 2);
      continue;
    }
    if (answer.kind === 'refused' && answer.isTooLarge) isHalvingVain = true;
    if (size > 0) settled(answer, size);
    const problem = problemOf(answer, size);
    if (problem !== undefined) problems.add(problem);
    if (answer.kind !== 'retryable') reading.commit(range);
    // If the collector is down or hangs, the next push sends the rest.
    if (answer.kind === 'retryable' || answer.kind === 'unknown') break;
    from = range.to;
  }
  if (isHalvingVain) limit.points = limit.max;
  if (problems.size > 0) throw new Error([...problems].slice(0, 3).join(' '));
}

const nothingToSend: Answer = { kind: 'accepted', rejected: 0, message: '' };

function problemOf(answer: Answer, points: number): string | undefined {
  switch (answer.kind) {
    case 'accepted': {
      if (answer.rejected === 0) return undefined;
      const why = answer.message === '' ? '' : `: ${answer.message}`;
      return `The collector rejected ${answer.rejected} of ${points} data points${why}.`;
    }
    case 'refused':
      return `The collector refused ${points} data points: ${answer.reason}.`;
    case 'retryable':
      return `The collector cannot be reached: ${answer.reason}.`;
    case 'unknown':
      return `Whether ${points} data points arrived is unknown: ${answer.reason}.`;
  }
}
