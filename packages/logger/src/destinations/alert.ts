import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { type Clock, suppressedTracingKey, withDeadline } from '@sightline/base';
import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import { levelList, levelValueOf } from '../levels/level-names.js';
import type { Destination } from './destination.js';

export const alertFields = {
  /**
   * Called with each line, or an http(s) address that gets it as `{"text": "…"}`, as chat services take it. What it throws, rejects with,
   * answers with 300 and above (a redirect is not followed: the address and the headers are secrets) or does not settle in `timeoutMs` is
   * counted (`log_dropped_total{reason="alert"}`), never logged or thrown.
   */
  alert: { type: 'any', as: {} as string | URL | ((line: string) => unknown), required: true },
  /** Least level of its lines. Default: `critical`. */
  level: {
    type: 'any',
    as: '' as string,
    isRight: (level: string): boolean => levelValueOf(level) !== undefined,
    advice: `give ${levelList}` as string,
    default: 'critical',
  },
  /** At most so many in a minute; others are counted, and the next one says how many. Default: 10. */
  maxPerMinute: { type: 'count', default: 10 },
  /** For a webhook: further request headers. */
  headers: { type: 'strings', default: {} },
  /** The longest time that a call or a request takes, in milliseconds. Default: 5000. */
  timeoutMs: { type: 'milliseconds', default: 5000 },
} as const;

/** A callback or webhook for lines that a person should see at once. */
export interface AlertOption extends OptionsOf<typeof alertFields> {}

/** Never blocks and never throws. Lines are cut to 8000 characters, and at most ten are under way. */
export function alertDestination(
  option: ResolvedOf<typeof alertFields>,
  clock: Clock,
  dropped: (count: number) => void,
): Destination {
  const { alert, maxPerMinute, headers, timeoutMs } = option;
  const send = typeof alert === 'function' ? alert : webhook(alert, headers, timeoutMs);
  const underWay = new Set<Promise<void>>();
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let sent = 0;
  let suppressed = 0;

  function mayBeSent(): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs - windowStartMs >= 60_000) {
      windowStartMs = nowMs;
      sent = 0;
    }
    return sent < maxPerMinute && underWay.size < MAX_UNDER_WAY;
  }

  return {
    write(line) {
      if (!mayBeSent()) {
        suppressed++;
        dropped(1);
        return;
      }
      sent++;
      const text = line.trimEnd();
      const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
      const shown = suppressed > 0 ? `${cut} (and ${suppressed} more before)` : cut;
      suppressed = 0;
      const sending = Promise.resolve()
        .then(() => withDeadline(Promise.resolve(send(shown)), timeoutMs, 'An alert', clock))
        .then(
          () => {},
          () => dropped(1),
        )
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    flush(callback) {
      void Promise.all(underWay).then(() => callback?.());
    },
    async shutdown() {
      await Promise.all(underWay);
    },
  };
}

const MAX_UNDER_WAY = 10;
const MAX_CHARACTERS = 8000;

function webhook(
  address: string | URL,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): (text: string) => Promise<void> {
  const url = URL.canParse(String(address)) ? new URL(String(address)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // Not shown: the address of a webhook is its secret.
    throw new Error('[logger] alert is no http or https address. Give one, or a function that gets the line.');
  }
  return async (text) => {
    const response = await withoutTracing(() =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ text }),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );
    await response.body?.cancel();
    if (response.status >= 300) throw new Error(`answered ${response.status}`);
  };
}

/** A span would show the address, and the service behind it would get the ids of ours. */
function withoutTracing<T>(fn: () => T): T {
  return context.with(untraced, fn);
}

const untraced = ROOT_CONTEXT.setValue(suppressedTracingKey, true);
