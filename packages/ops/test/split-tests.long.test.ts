import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ruleTestFiles } from '../src/rule-tests/rule-test-files.js';
import { splitTests } from '../src/rule-tests/split-tests.js';
import { ruleSets } from '../src/rules/rule-sets.js';
import { rulesFile } from '../src/rules/rules-file.js';
import { ruleVariations } from './rule-variations.js';

test.each(Object.entries(ruleVariations))(
  'every test of %s is run once, with every rule that it is about',
  (_name, facts) => {
    const all = rulesFile(facts).text;
    for (const { text } of ruleTestFiles(facts)) {
      const whole = parse(text) as { tests: object[] };
      const batches = (splitTests(all, text, 'rules.yml') ?? []).map((batch) => ({
        groups: (parse(batch.rules) as { groups: Array<{ name: string }> }).groups.map(({ name }) => name),
        ...(parse(batch.tests) as { tests: Array<{ alert_rule_test?: Array<{ alertname: string }> }> }),
      }));
      const texts = (tests: readonly object[]) => tests.map((each) => JSON.stringify(each)).sort();
      expect(texts(batches.flatMap(({ tests }) => tests))).toEqual(texts(whole.tests));
      for (const { groups, tests } of batches) {
        const names = new Set(tests.flatMap((each) => each.alert_rule_test ?? []).map(({ alertname }) => alertname));
        const needed = ruleSets(facts).filter(({ group }) => group.alerts.some(({ name }) => names.has(name)));
        expect(groups).toEqual(expect.arrayContaining(needed.map(({ group }) => group.name)));
      }
    }
  },
);
