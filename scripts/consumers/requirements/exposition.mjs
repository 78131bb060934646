import assert from 'node:assert/strict';

/**
 * @typedef {object} Family
 * @property {string} type
 * @property {string} help
 * @property {Sample[]} samples
 */

/** @typedef {{ name: string, labels: Record<string, string>, value: number }} Sample */

/** The families of an exposition in Prometheus' text format 0.0.4. @returns {Map<string, Family>} */
export function familiesOf(/** @type {string} */ page) {
  /** @type {Map<string, Family>} */
  const families = new Map();
  const familyOf = (/** @type {string} */ name) => {
    const found = families.get(name) ?? { type: 'untyped', help: '', samples: [] };
    families.set(name, found);
    return found;
  };
  for (const line of page.split('\n').filter((each) => each !== '')) {
    const [, keyword, described, rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (described !== undefined) {
      if (keyword === 'HELP') familyOf(described).help = rest;
      else familyOf(described).type = rest;
      continue;
    }
    const [, name, labels = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    assert.ok(name !== undefined && value !== undefined, `no line of the format: ${line}`);
    const plain = name.replace(/_(bucket|sum|count)$/, '');
    const owner = !families.has(name) && families.get(plain)?.type === 'histogram' ? plain : name;
    familyOf(owner).samples.push({ name, labels: labelsOf(labels), value: numberOf(value) });
  }
  return families;
}

/** @returns {Record<string, string>} */
function labelsOf(/** @type {string} */ text) {
  const pairs = text.matchAll(/([\w]+)="((?:[^"\\]|\\.)*)"/g);
  // A bound may be written as 1 or 1.0.
  return Object.fromEntries(
    [...pairs].map(([, name, value]) => [name, name === 'le' ? String(numberOf(value)) : value]),
  );
}

function numberOf(text = '') {
  return Number(text.replace('Inf', 'Infinity'));
}

/** Fetches the exposition of a service. */
export async function pageAt(/** @type {string} */ url) {
  const response = await fetch(url, { headers: { accept: 'text/plain' } });
  assert.equal(response.status, 200);
  return familiesOf(await response.text());
}

/**
 * Asserts that there is a metric of this type with exactly these labels, in any order.
 * @param {Map<string, Family>} families
 * @param {string} name
 * @param {string} type
 * @param {readonly string[]} labelNames
 */
export function assertFamily(families, name, type, labelNames = []) {
  const family = families.get(name);
  assert.ok(family, `there is no ${name}, but ${[...families.keys()].join(' ')}`);
  assert.equal(family.type, type, name);
  assert.notEqual(family.help, '', `${name} has a help text`);
  assert.ok(family.samples.length > 0, `${name} has a series`);
  for (const { labels } of family.samples) {
    const { le: _le, ...own } = labels;
    assert.deepEqual(Object.keys(own).sort(), [...labelNames].sort(), `labels of ${name}`);
  }
}

/** The upper bounds of a histogram, without infinity. */
export function boundsOf(/** @type {Map<string, Family>} */ families, /** @type {string} */ name) {
  const samples = families.get(name)?.samples ?? [];
  const bounds = samples.filter((each) => each.name === `${name}_bucket`).map(({ labels }) => Number(labels['le']));
  return [...new Set(bounds)].filter(Number.isFinite);
}

/** The value of the one series with these labels. */
export function sampleValue(
  /** @type {Map<string, Family>} */ families,
  /** @type {string} */ sampleName,
  /** @type {Record<string, string>} */ labels = {},
) {
  const samples = [...families.values()].flatMap((each) => each.samples).filter(({ name }) => name === sampleName);
  const found = samples.filter((each) => Object.entries(labels).every(([name, value]) => each.labels[name] === value));
  assert.equal(found.length, 1, `${sampleName} ${JSON.stringify(labels)}: ${JSON.stringify(samples)}`);
  return found[0]?.value;
}
