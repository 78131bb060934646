/**
 * @typedef {object} Result
 * @property {'ok' | 'FAIL' | 'note'} outcome
 * @property {string} section   of the requirements, such as 1.1
 * @property {string} sentence  the requirement
 * @property {string} [detail]  why it fails, or why it is not checked
 */

/**
 * @typedef {object} Report
 * @property {Result[]} results
 * @property {(section: string, sentence: string, check: () => unknown) => Promise<void>} item
 *   passes unless `check` throws or rejects
 * @property {(section: string, sentence: string, reason: string) => void} note
 *   a requirement that no program can check, or an intended difference
 */

/** Collects the results of a section. @returns {Report} */
export function reportOf() {
  /** @type {Result[]} */
  const results = [];
  return {
    results,
    async item(section, sentence, check) {
      try {
        await check();
        results.push({ outcome: 'ok', section, sentence });
      } catch (error) {
        results.push({ outcome: 'FAIL', section, sentence, detail: detailOf(error) });
      }
    },
    note(section, sentence, reason) {
      results.push({ outcome: 'note', section, sentence, detail: reason });
    },
  };
}

/** Prints a line for each result, failures with their reason, and the counts. */
export function printed(/** @type {readonly Result[]} */ results) {
  for (const { outcome, section, sentence, detail } of results) {
    const indented = detail?.split('\n').slice(0, MAX_DETAIL_LINES).join('\n      ');
    console.log(`${outcome.padEnd(4)}  ${section} ${sentence}${indented === undefined ? '' : `\n      ${indented}`}`);
  }
  const count = (/** @type {Result['outcome']} */ wanted) => results.filter(({ outcome }) => outcome === wanted).length;
  const counts = { passed: count('ok'), failed: count('FAIL'), notes: count('note') };
  console.log(`requirements: ${counts.passed} hold, ${counts.failed} do not, ${counts.notes} notes`);
  return counts;
}

const MAX_DETAIL_LINES = 40;

function detailOf(/** @type {unknown} */ error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
