import { type FamilySnapshot, prometheusFamilyName, prometheusSampleName } from '@sightline/core/backend';
import type { ExpositionFormat } from './exposition-format.js';
import { foreignFault } from './foreign-fault.js';
import { PageBytes } from './page-bytes.js';
import type { PageOptions } from './page-options.js';
import { writeSamples } from './sample-lines.js';

/**
 * The page in UTF-8, in pieces of about 64 kB: lines are made when a piece is asked for. Pieces end between series.
 * OpenMetrics 1.0: https://prometheus.io/docs/specs/om/open_metrics_spec/; text 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/.
 */
export function* pagePieces(families: readonly FamilySnapshot[], options: PageOptions): Generator<Buffer, void, void> {
  const page = new PageBytes();
  for (const family of families) {
    yield* family.origin === 'foreign' ? foreignPieces(page, family, options) : familyPieces(page, family, options);
  }
  if (options.format === 'openmetrics') page.addText('# EOF\n');
  page.keep();
  if (page.length > 0) yield page.take();
}

function* familyPieces(page: PageBytes, family: FamilySnapshot, options: PageOptions): Generator<Buffer, void, void> {
  page.addText(metadataLines(family, options.format));
  yield* writeSamples(page, family, { ...options, name: writtenName(family, options.format) });
  page.keep();
}

/** Whatever a source hands in, it spoils no more than its own family. */
function* foreignPieces(page: PageBytes, family: FamilySnapshot, options: PageOptions): Generator<Buffer, void, void> {
  try {
    const fault = foreignFault(family);
    if (fault === undefined) yield* familyPieces(page, family, options);
    else options.onLeftOut?.(family.name, fault);
  } catch {
    page.drop();
    options.onLeftOut?.(String(family.name), 'malformed');
  }
}

function metadataLines(family: FamilySnapshot, format: ExpositionFormat): string {
  const { help, kind, unit } = family;
  if (format === 'text') {
    const name = writtenName(family, format);
    const helpLine = help === '' ? '' : `# HELP ${name} ${escapeHelp(help)}\n`;
    return `${helpLine}# TYPE ${name} ${kind === 'info' ? 'gauge' : kind}\n`;
  }
  const name = prometheusFamilyName(family);
  const hasUnit = unit !== undefined && unit !== '' && kind !== 'info' && name.endsWith(`_${unit}`);
  const unitLine = hasUnit ? `# UNIT ${name} ${unit}\n` : '';
  const helpLine = help === '' ? '' : `# HELP ${name} ${escapeHelp(help).replaceAll('"', '\\"')}\n`;
  return `# TYPE ${name} ${kind}\n${unitLine}${helpLine}`;
}

/** The name of the family's plain samples. In 0.0.4 a foreign counter without `_total` keeps the name that its users know. */
function writtenName(family: FamilySnapshot, format: ExpositionFormat): string {
  const isForeignCounter = family.kind === 'counter' && family.origin === 'foreign';
  return isForeignCounter && format === 'text' ? family.name : prometheusSampleName(family);
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
