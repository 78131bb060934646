import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Clock, messageOf, withDeadline } from '@sightline/base';

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds the addresses of a host name, the preferred one first; rejects if there is none. */
export type Lookup = (host: string) => Promise<LookedUp | readonly LookedUp[]>;

export interface LookedUp {
  readonly address: string;
  readonly family: number;
}

const maxAgeMs = 60_000;

/**
 * The addresses of a host. Looked up again after a minute or a failure. Known addresses stay in use meanwhile, so a name server that
 * is down stops nothing.
 */
export class HostAddresses {
  readonly #host: string;
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  #known: readonly Address[] | undefined;
  #lookedUpMs = Number.NEGATIVE_INFINITY;
  #pending: Promise<readonly Address[]> | undefined;

  constructor(host: string, clock: Clock, lookup: Lookup = (name) => dnsLookup(name, { all: true })) {
    this.#host = host;
    this.#clock = clock;
    this.#lookup = lookup;
    const family = isIP(host);
    if (family === 0) return;
    this.#known = [{ address: host, family: family === 6 ? 6 : 4 }];
    this.#lookedUpMs = Number.POSITIVE_INFINITY;
  }

  /** At least one, in order of preference. */
  async resolve(timeoutMs: number): Promise<readonly Address[]> {
    if (this.#clock.monotonicMs() - this.#lookedUpMs >= maxAgeMs) void this.#renew();
    if (this.#known !== undefined) return this.#known;
    const pending = this.#pending ?? this.#renew();
    return withDeadline(pending, timeoutMs, `[backend-statsd] Looking up "${this.#host}"`, this.#clock);
  }

  /** Requests a new look-up: the addresses may be outdated. */
  doubt(): void {
    if (this.#lookedUpMs !== Number.POSITIVE_INFINITY) this.#lookedUpMs = Number.NEGATIVE_INFINITY;
  }

  #renew(): Promise<readonly Address[]> {
    this.#pending ??= this.#ask().finally(() => {
      this.#pending = undefined;
    });
    this.#pending.catch(() => {}); // known addresses stay in use
    return this.#pending;
  }

  async #ask(): Promise<readonly Address[]> {
    try {
      const found = [await this.#lookup(this.#host)].flat();
      if (found.length === 0) throw new Error('none was found');
      this.#known = found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
      this.#lookedUpMs = this.#clock.monotonicMs();
      return this.#known;
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(
        `[backend-statsd] Host "${this.#host}" has no address (${reason}). Check STATSD_HOST or DD_AGENT_HOST, or the name server.`,
        { cause: error },
      );
    }
  }
}
