import type { Address } from './host-addresses.js';

/**
 * Chooses the address for datagrams: the first one without a known refusal. Silence does not prove that a server listens. So an address
 * that has accepted datagrams is not given up when it refuses, except on this machine, where refusals come at once.
 */
export class RefusingAddresses {
  readonly #refusing = new Set<string>();
  readonly #proven = new Set<string>();

  /** Addresses in order of preference. All of them if all refuse, because a server may be back. */
  candidates(addresses: readonly Address[]): readonly Address[] {
    this.#forgetOthers(addresses);
    const left = addresses.filter(({ address }) => !this.#refusing.has(address));
    if (left.length > 0) return left;
    for (const { address } of addresses) this.#refusing.delete(address);
    return addresses;
  }

  /** Forgets old addresses: the addresses of a name may change for ever. */
  #forgetOthers(addresses: readonly Address[]): void {
    for (const known of [this.#refusing, this.#proven]) {
      for (const address of known) if (!addresses.some((each) => each.address === address)) known.delete(address);
    }
  }

  /** Call it when a whole push was sent to the address without refusal. */
  tookPush(address: string): void {
    this.#proven.add(address);
    this.#refusing.delete(address);
  }

  /** @returns whether to try another address */
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
