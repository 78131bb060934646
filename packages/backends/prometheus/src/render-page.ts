import { type FamilySnapshot, prometheusFamilyName, prometheusSampleName } from '@sightline/core';
import type { ExpositionFormat } from './exposition-format.js';
import { foreignFault } from './foreign-fault.js';
import { labelTexts } from './label-text.js';
import type { PageOptions } from './page-options.js';
import { sampleLines } from './sample-lines.js';

/**
 * The page as text, in pieces of about 16 kB: lines are made when a piece is asked for. Pieces end between lines.
 * OpenMetrics 1.0: https://prometheus.io/docs/specs/om/open_metrics_spec/; text 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/.
 */
export function* pagePieces(families: readonly FamilySnapshot[], options: PageOptions): Generator<string, void, void> {
  let piece = '';
  for (const family of families) {
    const texts = family.origin === 'foreign' ? foreignTexts(family, options) : familyTexts(family, options);
    for (const text of texts) {
      piece += text;
      // One string for a page of 12 MB takes seven times as long to build and to encode: 218 instead of 31 ms.
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
  }
  if (options.format === 'openmetrics') piece += '# EOF\n';
  if (piece !== '') yield piece;
}

/** Characters after which a piece of a page is handed over. */
export const pieceLength = 16_384;

function* familyTexts(family: FamilySnapshot, options: PageOptions): Generator<string, void, void> {
  yield metadataLines(family, options.format);
  yield* sampleLines(family, { ...options, name: writtenName(family, options.format), labels: labelTexts(family) });
}

/** Whatever a source hands in, it spoils no more than its own family. */
function* foreignTexts(family: FamilySnapshot, options: PageOptions): Generator<string, void, void> {
  try {
    const fault = foreignFault(family);
    if (fault === undefined) yield* familyTexts(family, options);
    else options.onLeftOut?.(family.name, fault);
  } catch {
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
