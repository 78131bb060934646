import type { LossRow } from '../model/answers.js';
import type { Refusal, RefusalStatus } from './refusal.js';

/** What became of the requests of one receiver. */
export class ReceiverCounts {
  #taken = 0;
  readonly #refused = new Map<RefusalStatus, number>();
  #leftOut = 0;
  readonly #what: string;

  /** @param what such as `OTLP/HTTP requests` */
  constructor(what: string) {
    this.#what = what;
  }

  countTaken(leftOut: number): void {
    this.#taken++;
    this.#leftOut += leftOut;
  }

  countRefused({ status }: Refusal): void {
    this.#refused.set(status, (this.#refused.get(status) ?? 0) + 1);
  }

  losses(): readonly LossRow[] {
    const rows: LossRow[] = [];
    for (const [status, lost] of this.#refused) {
      const severity = willBeRepeated.has(status) ? 'warn' : 'bad';
      rows.push({ what: this.#what, total: this.#taken, lost, reason: `refused: ${reasons[status]}`, severity });
    }
    if (this.#leftOut > 0) {
      const reason = 'more than one request may have';
      rows.push({ what: `records of ${this.#what}`, total: null, lost: this.#leftOut, reason, severity: 'bad' });
    }
    if (rows.length === 0 && this.#taken > 0) {
      rows.push({ what: this.#what, total: this.#taken, lost: 0, reason: 'refused', severity: 'ok' });
    }
    return rows;
  }
}

const willBeRepeated: ReadonlySet<RefusalStatus> = new Set<RefusalStatus>([429, 503]);

const reasons: Readonly<Record<RefusalStatus, string>> = {
  400: 'no valid request',
  401: 'wrong key',
  403: 'from a page in a browser',
  404: 'no such path',
  405: 'no POST',
  408: 'took too long',
  413: 'too large',
  415: 'no OTLP content type or encoding',
  421: 'wrong host name',
  429: 'too many at once',
  503: 'shutting down',
};
