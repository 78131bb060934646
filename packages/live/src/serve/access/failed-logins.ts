/** Limits how often tokens can be tried: ten a minute from one address, and a hundred from all. */
export class FailedLogins {
  total = 0;
  readonly #byAddress = new Map<string, Minute>();
  readonly #ofAll: Minute = { startMs: Number.NEGATIVE_INFINITY, count: 0 };

  /** Seconds until a token is looked at again; `undefined` if it is at once. */
  waitSeconds(address: string, nowMs: number): number | undefined {
    const own = this.#byAddress.get(address);
    const limited = [
      own !== undefined && own.count >= MAX_OF_ADDRESS ? own : undefined,
      this.#ofAll.count >= MAX_OF_ALL ? this.#ofAll : undefined,
    ];
    const ends = limited.map((minute) => (minute === undefined ? 0 : minute.startMs + MINUTE_MS - nowMs));
    const waitMs = Math.max(...ends);
    return waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined;
  }

  add(address: string, nowMs: number): void {
    this.total++;
    const known = this.#byAddress.get(address);
    const own = known ?? { startMs: nowMs, count: 0 };
    if (known === undefined) {
      const [oldest] = this.#byAddress.keys();
      if (this.#byAddress.size >= MAX_ADDRESSES && oldest !== undefined) this.#byAddress.delete(oldest);
      this.#byAddress.set(address, own);
    }
    for (const minute of [own, this.#ofAll]) count(minute, nowMs);
  }
}

interface Minute {
  startMs: number;
  count: number;
}

function count(minute: Minute, nowMs: number): void {
  if (nowMs - minute.startMs >= MINUTE_MS) {
    minute.startMs = nowMs;
    minute.count = 0;
  }
  minute.count++;
}

const MAX_OF_ADDRESS = 10;
const MAX_OF_ALL = 100;
const MAX_ADDRESSES = 1000;
const MINUTE_MS = 60_000;
