/** The service's own environment variables. `createObservability` reads those of metrics. */
export interface Settings {
  /** The URL of a real exchange; `undefined` for the simulated one. */
  readonly exchangeUrl: string | undefined;
  /** The label value for the exchange. */
  readonly exchange: string;
  /** Least time between two requests to subscribe. */
  readonly subscribeIntervalMs: number;
  readonly symbols: readonly string[];
  /** `undefined` for streams in memory. */
  readonly redisUrl: string | undefined;
  readonly simulator: { readonly seed: number; readonly messagesPerSecond: number };
}

/** Throws an `Error` that lists every variable with a wrong value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;

  function url(name: string, protocols: readonly string[]): string | undefined {
    const value = given(name);
    if (value === undefined || (URL.canParse(value) && protocols.includes(new URL(value).protocol))) return value;
    // Without the value: an address may contain a password.
    problems.push(`${name} is not an address. Give one that begins with ${protocols.join('// or ')}//.`);
    return undefined;
  }

  function number(name: string, { fallback, min, max }: { fallback: number; min: number; max: number }): number {
    const value = Number(given(name) ?? fallback);
    if (value >= min && value <= max) return value;
    problems.push(`${name} is "${env[name]}". Give a number from ${min} to ${max}.`);
    return fallback;
  }

  function symbols(): string[] {
    const list = [...new Set((given('SYMBOLS') ?? 'BTC_JPY,ETH_JPY,XRP_JPY').split(',').map((each) => each.trim()))];
    if (list.every((symbol) => /^[A-Z]{2,10}(_[A-Z]{2,10})?$/.test(symbol)) && list.length <= 50) return list;
    problems.push(`SYMBOLS is "${env['SYMBOLS']}". Give up to 50, separated by commas, such as BTC_JPY,ETH_JPY.`);
    return [];
  }

  const exchangeUrl = url('EXCHANGE_WS_URL', ['ws:', 'wss:']);
  const settings: Settings = {
    exchangeUrl,
    exchange: given('EXCHANGE_NAME') ?? (exchangeUrl === undefined ? 'simulated' : new URL(exchangeUrl).hostname),
    subscribeIntervalMs: number('SUBSCRIBE_INTERVAL_MS', {
      // GMO Coin accepts one request per second.
      fallback: exchangeUrl === undefined ? 0 : 1100,
      min: 0,
      max: 60_000,
    }),
    symbols: symbols(),
    redisUrl: url('REDIS_URL', ['redis:', 'rediss:']),
    simulator: {
      seed: number('SIMULATOR_SEED', { fallback: 1, min: 0, max: 2 ** 32 - 1 }),
      messagesPerSecond: number('SIMULATOR_MESSAGES_PER_SECOND', { fallback: 100, min: 1, max: 10_000 }),
    },
  };
  if (problems.length > 0) throw new Error(problems.map((problem) => `[collector] ${problem}`).join('\n'));
  return settings;
}
