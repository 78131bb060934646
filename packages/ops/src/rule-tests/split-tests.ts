import { Document, isMap, isSeq, parseDocument, visit, YAMLSeq } from 'yaml';
import { type SelectedSeries, selectedSeries } from '../promql/selected-series.js';

/** A file of rules and one of the tests that are about them. */
export interface TestBatch {
  readonly rules: string;
  readonly tests: string;
}

/**
 * Tests apart by the groups of rules that can make a difference to them. `promtool` evaluates every rule that it is given, for every minute
 * of every test: with 15 objectives, nine of ten evaluations are of rules that no check of the test looks at.
 * @param rules content of the file of rules
 * @param tests content of the file of tests
 * @param ruleFile what the tests must name as their only file of rules
 * @returns `undefined` if the files are of another form than the generated ones
 */
export function splitTests(rules: string, tests: string, ruleFile: string): TestBatch[] | undefined {
  // A template that queries sees all series.
  if (/\{\{[^}]*\bquery\b/.test(rules)) return undefined;
  const [ruleDocument, testDocument] = [parseDocument(rules), parseDocument(tests)];
  if ([ruleDocument, testDocument].some(({ errors }) => errors.length > 0)) return undefined;
  if ([ruleDocument, testDocument].some(hasAliases)) return undefined;
  const groupNodes = ruleDocument.get('groups');
  const testNodes = testDocument.get('tests');
  if (!isSeq(groupNodes) || !isSeq(testNodes) || !isMap(testDocument.contents)) return undefined;
  const groups = (ruleDocument.toJS() as { groups: Group[] }).groups;
  const { tests: given, ...common } = testDocument.toJS() as { tests: Test[]; rule_files?: unknown };
  if (JSON.stringify(common.rule_files) !== JSON.stringify([ruleFile])) return undefined;
  const index = new RuleIndex(groups);
  const batches = new Map<string, { groups: number[]; tests: number[] }>();
  given.forEach((test, i) => {
    const needed = index.neededBy(test);
    const key = needed.join();
    const batch = batches.get(key) ?? { groups: needed, tests: [] };
    batch.tests.push(i);
    batches.set(key, batch);
  });
  return [...batches.values()].flatMap((batch) => {
    const own = documentOf({}, 'groups', groupNodes, batch.groups);
    return Array.from({ length: Math.ceil(batch.tests.length / MAX_TESTS) }, (_, i) => ({
      rules: own,
      tests: documentOf(common, 'tests', testNodes, batch.tests.slice(i * MAX_TESTS, (i + 1) * MAX_TESTS)),
    }));
  });
}

/** So that no processor waits for another that has one long batch. Starting `promtool` takes as long as a tenth of a test. */
const MAX_TESTS = 16;

/** The anchor of an alias may stand in another part. */
function hasAliases(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** The same nodes, so that every scalar stays as it was written. */
function documentOf(common: object, name: string, { items }: YAMLSeq, chosen: readonly number[]): string {
  const document = new Document(common);
  const list = new YAMLSeq();
  list.items = chosen.map((i) => items[i]);
  document.set(name, list);
  return document.toString({ lineWidth: 0 });
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Test {
  readonly alert_rule_test?: ReadonlyArray<{ readonly alertname: string }>;
  readonly promql_expr_test?: ReadonlyArray<{ readonly expr: string }>;
}

class RuleIndex {
  readonly #groups: ReadonlyArray<{ readonly rules: readonly Rule[]; readonly selected: readonly SelectedSeries[] }>;

  constructor(groups: readonly Group[]) {
    this.#groups = groups.map(({ rules }) => ({ rules, selected: rules.flatMap(({ expr }) => selectedSeries(expr)) }));
  }

  /** Numbers of the groups that make what the test checks, and what those need in turn; all that may be asked for by no name. */
  neededBy({ alert_rule_test: alerts = [], promql_expr_test: values = [] }: Test): number[] {
    const needed = new Set<number>();
    const wanted: SelectedSeries[] = [
      ...alerts.map(({ alertname }) => ({ metric: 'ALERTS', labels: new Map([['alertname', alertname]]) })),
      ...values.flatMap(({ expr }) => selectedSeries(expr)),
    ];
    for (const selector of wanted) {
      this.#groups.forEach(({ rules, selected }, i) => {
        if (needed.has(i) || !rules.some((rule) => canMake(rule, selector))) return;
        needed.add(i);
        wanted.push(...selected); // the loop goes on with them
      });
    }
    return [...needed].sort((a, b) => a - b);
  }
}

/** Whether series of the rule may be among the selected ones. */
function canMake({ record, alert, labels: own = {} }: Rule, { metric, labels }: SelectedSeries): boolean {
  const name = record ?? 'ALERTS';
  if (metric !== undefined && metric !== name && !(alert !== undefined && metric === 'ALERTS_FOR_STATE')) return false;
  return [...labels].every(([label, value]) => {
    const made = label === 'alertname' ? alert : own[label];
    // A template's value is not known, nor is a label that comes from the expression.
    return made === undefined || made.includes('{{') || made === value;
  });
}
