import type { Address } from './host-addresses.js';

/**
 * Which of a host's addresses to send datagrams to: the first of which no refusal is known. Silence is no proof that somebody
 * listens, so that an address which has taken datagrams before is not left for another one when its server is down, but on this
 * machine, where refusals come at once.
 */
export class RefusingAddresses {
  readonly #refusing = new Set<string>();
  readonly #proven = new Set<string>();

  /** In order of preference; all of them where all refuse, since one may have come back. */
  candidates(addresses: readonly Address[]): readonly Address[] {
    this.#forgetOthers(addresses);
    const left = addresses.filter(({ address }) => !this.#refusing.has(address));
    if (left.length > 0) return left;
    for (const { address } of addresses) this.#refusing.delete(address);
    return addresses;
  }

  /** A name may have other addresses from time to time, without end. */
  #forgetOthers(addresses: readonly Address[]): void {
    for (const known of [this.#refusing, this.#proven]) {
      for (const address of known) if (!addresses.some((each) => each.address === address)) known.delete(address);
    }
  }

  /** A whole push was sent there, and none of it was refused until the next. */
  tookPush(address: string): void {
    this.#proven.add(address);
    this.#refusing.delete(address);
  }

  /** @returns whether to try another one */
  refused(address: string): boolean {
    if (this.#proven.has(address) && !isLoopback(address)) return false;
    this.#refusing.add(address);
    return true;
  }

  has(address: string): boolean {
    return this.#refusing.has(address);
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./i.test(address);
}
