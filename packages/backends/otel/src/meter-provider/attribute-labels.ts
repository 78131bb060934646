import { prometheusLabelName } from '@sightline/core/backend';

export interface LabelObserver {
  /** Called with labels that were not known before. */
  discovered(names: readonly string[], integerNames: readonly string[]): void;
  /** Called with a key that gets no label, because there are too many. */
  tooMany(key: string): void;
}

/**
 * Attributes of OpenTelemetry as labels. A key is its label's name where labels may be called so; other characters become `_`. Keys that
 * Prometheus would write alike share a label, and their values are joined by `;` (OpenTelemetry, "Prometheus and OpenMetrics
 * Compatibility", Metric Attributes). A list becomes its JSON.
 */
export class AttributeLabels {
  readonly #observer: LabelObserver;
  /** Label names by key. */
  readonly #names = new Map<string, string>();
  /** Label names as Prometheus writes them. */
  readonly #written = new Map<string, string>();
  /** Whether every key is the name of its label. An object with such keys needs no copy. */
  #areKeysNames = true;

  constructor(observer: LabelObserver) {
    this.#observer = observer;
  }

  /** The labels: the object itself if it is one of labels. `null`, which is counted as wrong, for one that cannot be read. */
  of(attributes: unknown): object {
    if (attributes === undefined || attributes === null) return none;
    try {
      return this.#areKeysNames && this.#areLabels(attributes) ? (attributes as object) : this.copyOf(attributes);
    } catch {
      return null as unknown as object;
    }
  }

  /** A copy that the caller may keep. Throws what a getter throws. */
  copyOf(attributes: unknown): object {
    if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return none;
    const labels: Record<string, unknown> = Object.create(null);
    const added: string[] = [];
    const integers: string[] = [];
    for (const key of Object.keys(attributes)) {
      const value = labelValueOf((attributes as Record<string, unknown>)[key]);
      if (value === undefined) continue;
      const name = this.#names.get(key) ?? this.#discover(key, added);
      if (name === undefined) continue;
      if (Number.isInteger(value) && added.includes(name)) integers.push(name);
      labels[name] = name in labels ? `${labels[name]};${value}` : value;
    }
    if (added.length > 0) this.#observer.discovered(added, integers);
    return labels;
  }

  #areLabels(attributes: unknown): boolean {
    if (typeof attributes !== 'object' || Array.isArray(attributes)) return false;
    for (const key in attributes as object) {
      if (!this.#names.has(key)) return false;
      const value = (attributes as Record<string, unknown>)[key];
      if (typeof value === 'object' && value !== null) return false;
    }
    return true;
  }

  #discover(key: string, added: string[]): string | undefined {
    if (this.#names.size >= MAX_KEYS) {
      this.#observer.tooMany(key.slice(0, 100));
      return undefined;
    }
    const wanted = labelNameOf(key);
    const written = prometheusLabelName(wanted);
    const name = this.#written.get(written) ?? wanted;
    this.#names.set(key, name);
    // What all objects inherit would be read as the value of a label that is lacking.
    if (name !== key || key in Object.prototype) this.#areKeysNames = false;
    if (!this.#written.has(written)) {
      this.#written.set(written, name);
      added.push(name);
    }
    return name;
  }
}

const none: object = Object.freeze(Object.create(null));

/** Of one metric. OpenTelemetry's limit for attributes of a span. */
const MAX_KEYS = 128;

/** `undefined` for an attribute that is lacking. What cannot be a label stays, so that it is counted as wrong. */
function labelValueOf(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? JSON.stringify(value) : value;
}

function labelNameOf(key: string): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*(\.[a-zA-Z_][a-zA-Z0-9_]*)*$/.test(key) && !key.startsWith('__')) {
    return key === 'le' || key === 'quantile' ? `${key}_` : key;
  }
  const name = key
    .replaceAll(/[^a-zA-Z0-9_.]+/g, '_')
    .replaceAll(/\.{2,}|\.(?=$|\d)|^\./g, '_')
    .replace(/^_{2,}/, '_');
  return /^[a-zA-Z_]/.test(name) ? name : `key_${name}`;
}
