import type { DeliveredMessage } from '@sightline/base';

type Subscription = AsyncIterableIterator<DeliveredMessage>;

/** A subscription that was made before there is what it subscribes to. */
export class EarlySubscription implements Subscription {
  readonly #begun: Promise<Subscription | undefined>;
  #settle: (subscription: Promise<Subscription> | undefined) => void = () => {};
  #hasEnded = false;

  constructor() {
    this.#begun = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#begun.catch(() => {}); // each call of `next` rejects with it
  }

  /** @param subscribe may throw */
  begin(subscribe: () => Subscription): void {
    if (!this.#hasEnded) this.#settle((async () => subscribe())());
  }

  end(): void {
    this.#hasEnded = true;
    this.#settle(undefined);
  }

  async next(): Promise<IteratorResult<DeliveredMessage, undefined>> {
    return (await this.#begun)?.next() ?? ended;
  }

  async return(): Promise<IteratorResult<DeliveredMessage, undefined>> {
    this.end();
    await (await this.#begun)?.return?.();
    return ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const ended: IteratorResult<DeliveredMessage, undefined> = { value: undefined, done: true };
