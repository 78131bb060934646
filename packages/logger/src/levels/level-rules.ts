import type { Clock, Timer } from '@sightline/base';
import { levelList, levelValueOf } from './level-names.js';

/** Which level the loggers of a name have: rules by dotted prefix, the longest wins, and changes on top of them. */
export class LevelRules {
  readonly #rules = new Map<string, number>();
  readonly #changes = new Map<string, { readonly level: number; readonly timer: Timer | undefined }>();
  readonly #clock: Clock;
  readonly #onChange: () => void;

  constructor(rules: Readonly<Record<string, string>>, clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    for (const [name, level] of Object.entries(rules)) this.#rules.set(name, checkedLevel(level, `levels["${name}"]`));
  }

  /** The level that a rule gives to loggers of this name, if one does. */
  ruleFor(name: string | undefined): number | undefined {
    return longestPrefix(this.#rules, name)?.level;
  }

  /** The level that `setLevel` gave to loggers of this name; beats rules, even longer ones. */
  changeFor(name: string | undefined): number | undefined {
    return longestPrefix(this.#changes, name)?.level;
  }

  /** Gives all loggers of the name and below another level; `name` '' means all. With `forMs` it ends by itself. */
  change(name: string, level: string, { forMs }: { forMs?: number | undefined } = {}): void {
    const value = checkedLevel(level, 'The level of setLevel');
    if (forMs !== undefined && !(forMs > 0 && forMs <= longestTimer)) {
      throw new Error(`[logger] forMs of setLevel is ${String(forMs)}. Give milliseconds from 1 to ${longestTimer}.`);
    }
    this.#changes.get(name)?.timer?.cancel();
    const timer = forMs === undefined ? undefined : this.#clock.setTimer(() => this.reset(name), forMs);
    timer?.unref();
    this.#changes.set(name, { level: value, timer });
    this.#onChange();
  }

  /** Takes a change back. */
  reset(name: string): void {
    this.#changes.get(name)?.timer?.cancel();
    if (this.#changes.delete(name)) this.#onChange();
  }

  close(): void {
    for (const { timer } of this.#changes.values()) timer?.cancel();
  }
}

const longestTimer = 2_147_483_647;

/** Throws for what is no level. */
export function checkedLevel(level: unknown, subject: string): number {
  const value = levelValueOf(level);
  if (value !== undefined) return value;
  throw new Error(`[logger] ${subject} is ${JSON.stringify(level) ?? String(level)}. Give ${levelList}.`);
}

function longestPrefix<T>(map: ReadonlyMap<string, T>, name = ''): { level: number } | undefined {
  if (map.size === 0) return undefined;
  for (let prefix = name; ; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    const found = map.get(prefix);
    if (found !== undefined) return typeof found === 'number' ? { level: found } : (found as { level: number });
    if (prefix === '') return undefined;
  }
}
