import { type Clock, isThenable, type Timer, unrefClock, withDeadline } from '@sightline/base';
import type { FaultLog } from '../../http/fault-log.js';
import type { LiveApi } from '../../model/api.js';
import type { Watch } from '../../model/stream.js';
import { type ApiProblem, isFileAnswer, problemOf } from '../api-answer.js';
import { Watched, type WatchTarget } from './watched.js';

export interface WatchBoardOptions {
  readonly api: LiveApi;
  readonly clock: Clock;
  readonly faults: FaultLog;
}

/**
 * Evaluates what tabs watch: each path with the same parameters once for all of them, views once a second, answers with a cursor five
 * times. A tab that has not taken what was sent is left out. Its timer runs only while something is watched.
 */
export class WatchBoard {
  readonly #options: WatchBoardOptions;
  readonly #questions = new Map<string, Question>();
  #timer: Timer | undefined;

  constructor(options: WatchBoardOptions) {
    this.#options = options;
  }

  /** Starts a watch. Its first answer comes with `answerNew`, or a little later. Returns what `remove` takes. */
  add({ id, path, parameters }: Watch, target: WatchTarget): WatchedQuestion {
    const key = keyOf(path, parameters);
    const question = this.#questions.get(key) ?? {
      key,
      path,
      parameters: searchParameters(parameters),
      watched: new Set(),
      running: 0,
    };
    this.#questions.set(key, question);
    const watched = new Watched(id, target);
    question.watched.add(watched);
    this.#setTimer();
    return { key, watched };
  }

  remove({ key, watched }: WatchedQuestion): void {
    const question = this.#questions.get(key);
    question?.watched.delete(watched);
    if (question?.watched.size === 0) this.#questions.delete(key);
    if (this.#questions.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Answers watches that have got nothing yet. */
  answerNew(): void {
    this.#evaluate(({ isNew }) => isNew);
  }

  /** Answers what is due. It may be called at any time. */
  answerDue(): void {
    this.#evaluate(() => true);
  }

  #evaluate(isMeant: (watched: Watched) => boolean): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const question of [...this.#questions.values()]) {
      if (question.running > 0) continue; // an answer that hangs is asked for once
      const due = [...question.watched].filter(
        (watched) => watched.dueMs <= nowMs && !watched.target.isBlocked && isMeant(watched),
      );
      for (const [cursor, group] of byCursor(due)) this.#ask(question, cursor, group);
      // The next time others come first, so that a tab that takes one answer at a time gets them all.
      if (due.length > 0 && this.#questions.delete(question.key)) this.#questions.set(question.key, question);
    }
  }

  #ask(question: Question, cursor: string | undefined, group: readonly Watched[]): void {
    const { api, clock } = this.#options;
    const parameters = new URLSearchParams(question.parameters);
    if (cursor !== undefined) parameters.set('after', cursor);
    let answer: unknown;
    try {
      answer = api.get(question.path, parameters);
      if (!isThenable(answer)) {
        this.#deliver(question, group, answer);
        return;
      }
    } catch (error) {
      this.#fail(question, group, error);
      return;
    }
    const promise = Promise.resolve(answer);
    question.running++;
    const done = (): void => {
      question.running--;
    };
    promise.then(done, done);
    withDeadline(promise, ANSWER_MS, `[live] The answer of ${question.path}`, unrefClock(clock)).then(
      (value) => this.#deliver(question, group, value),
      (error) => this.#fail(question, group, error),
    );
  }

  #deliver(question: Question, group: readonly Watched[], answer: unknown): void {
    const nowMs = this.#options.clock.monotonicMs();
    let json: string;
    try {
      if (isFileAnswer(answer)) throw problem(400, `${question.path} is a file. Get it from ./api/${question.path}.`);
      json = JSON.stringify(answer ?? null);
    } catch (error) {
      this.#fail(question, group, error);
      return;
    }
    for (const watched of group) {
      if (question.watched.has(watched) && !watched.target.isBlocked) watched.take(answer, json, nowMs);
    }
  }

  #fail(question: Question, group: readonly Watched[], error: unknown): void {
    const found = isProblem(error) ? error : problemOf(error);
    const nowMs = this.#options.clock.monotonicMs();
    if (found.isFault) this.#options.faults.failed(`The dashboard's /api/${question.path}`, error);
    for (const watched of group) {
      if (question.watched.has(watched) && !watched.target.isBlocked) watched.fail(found, nowMs);
    }
  }

  #setTimer(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      this.answerDue();
      if (this.#questions.size > 0) this.#setTimer();
    }, TICK_MS);
    this.#timer.unref();
  }
}

export interface WatchedQuestion {
  readonly key: string;
  readonly watched: Watched;
}

/** A path with parameters, and who watches it. */
interface Question {
  readonly key: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly watched: Set<Watched>;
  /** Answers that are being waited for. */
  running: number;
}

const TICK_MS = 200;
const ANSWER_MS = 5000;

export function keyOf(path: string, parameters: Watch['parameters']): string {
  const sorted = [...searchParameters(parameters)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([path, sorted]);
}

function searchParameters(parameters: Watch['parameters']): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of typeof value === 'string' ? [value] : value) search.append(name, each);
  }
  return search;
}

function byCursor(due: readonly Watched[]): ReadonlyMap<string | undefined, readonly Watched[]> {
  const groups = new Map<string | undefined, Watched[]>();
  for (const watched of due) {
    const group = groups.get(watched.cursor);
    if (group === undefined) groups.set(watched.cursor, [watched]);
    else group.push(watched);
  }
  return groups;
}

function problem(status: number, text: string): ApiProblem {
  return { status, problem: text, isFault: false };
}

function isProblem(error: unknown): error is ApiProblem {
  return typeof error === 'object' && error !== null && 'isFault' in error;
}
