import { alwaysOn } from './always.js';
import type { Sampler } from './sampler.js';

const MAX_NAMES = 1000;
const MAX_NAME_LENGTH = 256;

export interface NameRule {
  /** The span's name; `*` stands for any characters and `?` for one: `GET /health*`. */
  name: string;
  sampler: Sampler;
}

export interface NameRulesOptions {
  /** The first matching rule decides. */
  rules: readonly NameRule[];
  /** For names that no rule matches. Default `alwaysOn`. */
  otherwise?: Sampler | undefined;
}

/**
 * Samples by the name of the span. Put `parentBased` around it, so that the rules are about traces by the name of their first
 * span; alone, they are about every span.
 */
export function nameRules({ rules, otherwise = alwaysOn }: NameRulesOptions): Sampler {
  for (const { name, sampler } of rules) {
    if (typeof name !== 'string' || typeof sampler?.shouldSample !== 'function') {
      throw new TypeError(
        '[tracing] A sampling rule must be { name, sampler }, such as { name: "GET /health", sampler: alwaysOff }.',
      );
    }
  }
  const known = new Map<string, Sampler>();
  const samplerOf = (spanName: string): Sampler => {
    let sampler = known.get(spanName);
    if (sampler === undefined) {
      sampler = rules.find(({ name }) => matchesGlob(name, spanName))?.sampler ?? otherwise;
      // Names are few, unless they contain ids.
      if (known.size < MAX_NAMES && spanName.length <= MAX_NAME_LENGTH) known.set(spanName, sampler);
    }
    return sampler;
  };
  return {
    shouldSample: (context, traceId, spanName, ...span) =>
      samplerOf(spanName).shouldSample(context, traceId, spanName, ...span),
    toString: () =>
      `NameRules{${rules.map(({ name, sampler }) => `${name}=${sampler}, `).join('')}otherwise=${otherwise}}`,
    readsAttributes: [...rules.map(({ sampler }) => sampler), otherwise].some(
      (sampler) => sampler.readsAttributes !== false,
    ),
  };
}

/** Without a regular expression, whose time could grow with the square of a name from outside. */
export function matchesGlob(glob: string, text: string): boolean {
  let g = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (g < glob.length && glob[g] === '*') {
      star = g++;
      resume = t;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === text[t])) {
      g++;
      t++;
    } else if (star !== -1) {
      g = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}
