import { printed, reportOf } from './report.mjs';
import { collectorLines } from './sections/collector-lines.mjs';
import { collectorOutputs } from './sections/collector-outputs.mjs';
import { collectorPage } from './sections/collector-page.mjs';
import { domainMetrics } from './sections/domain-metrics.mjs';
import { hostMetrics } from './sections/host-metrics.mjs';
import { lineLayouts } from './sections/line-layouts.mjs';
import { logDestinations } from './sections/log-destinations.mjs';
import { logLines } from './sections/log-lines.mjs';
import { runMetrics } from './sections/run-metrics.mjs';
import { spanKinds } from './sections/span-kinds.mjs';
import { traceHeaders } from './sections/trace-headers.mjs';
import { traceSettings } from './sections/trace-settings.mjs';

/** In the order of the requirements. */
const sections = [
  collectorLines,
  collectorPage,
  collectorOutputs,
  domainMetrics,
  hostMetrics,
  runMetrics,
  spanKinds,
  traceHeaders,
  traceSettings,
  logLines,
  lineLayouts,
  logDestinations,
];

/**
 * Checks all sections against the packages that are installed in `project`, several services at a time, and prints a line for each item.
 * @param {string} project  which also has the files of services/
 * @returns {Promise<{ passed: number, failed: number, notes: number }>}
 */
export async function walkRequirements(project) {
  const reports = await Promise.all(
    sections.map(async (section) => {
      const report = reportOf();
      try {
        await section(project, report);
      } catch (error) {
        // Items that were not reached must not count as passed.
        await report.item('1-3', `${section.name} is walked to its end`, () => Promise.reject(error));
      }
      return report.results;
    }),
  );
  return printed(reports.flat());
}
