import { isRecord } from '@sightline/base';
import type { TrieLevel } from '../store/label-trie.js';
import { labelText } from './label-text.js';

/**
 * Reads an object of labels and returns the row of its series, or -1 if there is no series yet, a label is missing or of a wrong
 * type, or the object cannot be read. Never throws.
 */
export type LabelReader = (labels: unknown) => number;

export interface ReadLabel {
  readonly name: string;
  /** The value of a label that a child collector fixes. It is not read from the object. */
  readonly fixed?: string | undefined;
  /** Whether it may be absent. Absent labels are read as '', as is `null` of callers without types. */
  readonly isOptional?: boolean | undefined;
}

/**
 * Makes the reader for one instrument. It generates code, because `labels[names[i]]` in code shared by instruments with different
 * labels costs 27 instead of 16 ns per call. If code generation is disallowed, a loop does the same.
 */
export function labelReader(
  root: TrieLevel,
  labels: readonly ReadLabel[],
  generate: boolean = canGenerate,
): LabelReader {
  return generate ? generatedReader(root, labels) : loopReader(root, labels);
}

/**
 * The recording function of one instrument: finds the row, then records. Also generated: each instrument has its own code, so the
 * engine inlines the reader, which saves a fifth of a call.
 */
export function recorder<Value>(
  find: LabelReader,
  record: (row: number, labels: unknown, value: Value) => void,
  generate: boolean = canGenerate,
): (labels: unknown, value: Value) => void {
  if (!generate) return (labels, value) => record(find(labels), labels, value);
  return new Function('find', 'record', 'return (labels, value) => record(find(labels), labels, value)')(find, record);
}

const canGenerate: boolean = (() => {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
})();

function generatedReader(root: TrieLevel, labels: readonly ReadLabel[]): LabelReader {
  const steps = labels.map(({ name, fixed, isOptional }) => {
    const absent = isOptional === true ? `value == null ? '' : ` : '';
    const read =
      fixed === undefined
        ? `value = labels[${JSON.stringify(name)}]; if (typeof value !== 'string') value = ${absent}text(value);`
        : `value = ${JSON.stringify(fixed)};`;
    return `${read} level = level.get(value); if (level === undefined) return -1;`;
  });
  const path = steps.length === 0 ? `level = level.get('') ?? -1;` : steps.join(' ');
  const unreadable = isAbsentable(labels) ? '!isLabels(labels)' : 'labels == null';
  // A getter or proxy may throw. The try block costs nothing measurable.
  const body = `return labels => { if (${unreadable}) return -1; try { let value, level = root; ${path} return level; } catch { return -1; } }`;
  return new Function('root', 'text', 'isLabels', body)(root, labelText, isLabels) as LabelReader;
}

function loopReader(root: TrieLevel, labels: readonly ReadLabel[]): LabelReader {
  const canBeAbsent = isAbsentable(labels);
  return (given) => {
    if (given === null || given === undefined || (canBeAbsent && !isLabels(given))) return -1;
    try {
      let node: TrieLevel | number | undefined = root;
      if (labels.length === 0) node = root.get('');
      for (const { name, fixed, isOptional } of labels) {
        const raw = (given as Record<string, unknown>)[name];
        const value = fixed ?? ((raw === undefined || raw === null) && isOptional === true ? '' : labelText(raw));
        if (typeof node !== 'object' || value === undefined) return -1;
        node = node.get(value);
      }
      return typeof node === 'number' ? node : -1;
    } catch {
      return -1;
    }
  };
}

/** Whether all labels are optional. A string passed by position would then be read as an object without labels. */
function isAbsentable(labels: readonly ReadLabel[]): boolean {
  return labels.every(({ fixed, isOptional }) => fixed !== undefined || isOptional === true);
}

/** An object that may have labels. Not an array, which has values by position. */
export function isLabels(given: unknown): given is object {
  try {
    return isRecord(given);
  } catch {
    return true; // a revoked proxy: no label can be read
  }
}
