import { createHash } from 'node:crypto';
import { isRecord } from '@sightline/base';
import type { ApiProblem } from '../api-answer.js';

/** Where answers go: the stream of a tab. */
export interface WatchTarget {
  /** Whether the tab has not yet taken what was sent. */
  readonly isBlocked: boolean;
  send(event: 'view' | 'more' | 'failed', json: string): void;
}

/** One watch of one tab: what it has got so far. */
export class Watched {
  /** The tab's own name of it. */
  readonly id: string;
  readonly target: WatchTarget;
  /** Where the answer goes on; `undefined` before the first one, and for answers without a cursor. */
  cursor: string | undefined;
  /** Not before, by the monotonic clock. */
  dueMs: number = Number.NEGATIVE_INFINITY;
  #sent = '';
  #failure = '';

  constructor(id: string, target: WatchTarget) {
    this.id = id;
    this.target = target;
  }

  /**
   * Sends what is new of an answer.
   * @param json of the answer
   */
  take(answer: unknown, json: string, nowMs: number): void {
    const cursor = cursorOf(answer);
    this.dueMs = cursor === undefined ? this.#nextViewMs(nowMs) : nextOf(MORE_MS, nowMs);
    this.#failure = '';
    if (this.cursor !== undefined && cursor !== undefined) {
      this.cursor = cursor;
      if (!isEmpty(answer)) this.#send('more', json);
      return;
    }
    this.cursor = cursor;
    const hash = createHash('sha256').update(json).digest('base64');
    if (hash === this.#sent) return;
    this.#sent = hash;
    this.#send('view', json);
  }

  /** Sends a failure, if it is not the one that the tab knows. */
  fail({ status, problem }: ApiProblem, nowMs: number): void {
    this.dueMs = this.#nextViewMs(nowMs);
    this.cursor = undefined;
    this.#sent = '';
    const json = JSON.stringify({ id: this.id, status, problem });
    if (json === this.#failure) return;
    this.#failure = json;
    this.target.send('failed', json);
  }

  #nextViewMs(nowMs: number): number {
    const nextMs = nextOf(VIEW_MS, nowMs);
    return this.isNew && nextMs - nowMs < VIEW_MS / 2 ? nextMs + VIEW_MS : nextMs;
  }

  /** Whether it has got nothing yet. */
  get isNew(): boolean {
    return this.#sent === '' && this.#failure === '';
  }

  #send(event: 'view' | 'more', json: string): void {
    this.target.send(event, `{"id":${JSON.stringify(this.id)},"answer":${json}}`);
  }
}

const VIEW_MS = 1000;
const MORE_MS = 200;

/** At whole seconds, or fifths of them, so that all tabs share one evaluation. */
function nextOf(intervalMs: number, nowMs: number): number {
  return (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
}

function cursorOf(answer: unknown): string | undefined {
  if (!isRecord(answer)) return undefined;
  const { cursor } = answer;
  return typeof cursor === 'string' ? cursor : undefined;
}

/** Whether an answer after a cursor has nothing new: neither lines, nor messages, nor points, and nothing was skipped. */
function isEmpty(answer: unknown): boolean {
  if (!isRecord(answer)) return true;
  const { lines, messages, timesMs, skipped } = answer;
  const news = [lines, messages, timesMs].filter(Array.isArray);
  return news.every((list) => list.length === 0) && !(typeof skipped === 'number' && skipped > 0);
}
