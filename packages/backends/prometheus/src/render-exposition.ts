import { type FamilySnapshot, prometheusFamilyName, prometheusSampleName } from '@sightline/core/backend';
import { ExpositionBytes } from './exposition-bytes.js';
import type { ExpositionFormat } from './exposition-format.js';
import type { ExpositionOptions } from './exposition-options.js';
import { externalFault } from './external-fault.js';
import { writeSamples } from './sample-lines.js';

/**
 * The exposition in UTF-8, in chunks of about 64 kB, rendered on demand. Chunks end between series.
 * OpenMetrics 1.0: https://prometheus.io/docs/specs/om/open_metrics_spec/; text 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/.
 */
export function* expositionChunks(
  families: readonly FamilySnapshot[],
  options: ExpositionOptions,
): Generator<Buffer, void, void> {
  const bytes = new ExpositionBytes();
  for (const family of families) {
    yield* family.origin === 'external' ? externalChunks(bytes, family, options) : familyChunks(bytes, family, options);
  }
  if (options.format === 'openmetrics') bytes.addText('# EOF\n');
  bytes.keep();
  if (bytes.length > 0) yield bytes.take();
}

function* familyChunks(
  bytes: ExpositionBytes,
  family: FamilySnapshot,
  options: ExpositionOptions,
): Generator<Buffer, void, void> {
  bytes.addText(metadataLines(family, options.format));
  yield* writeSamples(bytes, family, { ...options, name: writtenName(family, options.format) });
  bytes.keep();
}

/** A wrong family of an included source is left out; the others are written. */
function* externalChunks(
  bytes: ExpositionBytes,
  family: FamilySnapshot,
  options: ExpositionOptions,
): Generator<Buffer, void, void> {
  try {
    const fault = externalFault(family);
    if (fault === undefined) yield* familyChunks(bytes, family, options);
    else options.onLeftOut?.(family.name, fault);
  } catch {
    bytes.drop();
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

/** The name of the family's plain samples. In 0.0.4 an external counter without `_total` keeps its name. */
function writtenName(family: FamilySnapshot, format: ExpositionFormat): string {
  const isExternalCounter = family.kind === 'counter' && family.origin === 'external';
  return isExternalCounter && format === 'text' ? family.name : prometheusSampleName(family);
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
