/** Members of a line that are neither dimensions nor metrics. */
const reserved: ReadonlySet<string> = new Set(['_aws', 'level', 'time', 'msg', 'window_seconds']);

const maxDimensions = 30;

/**
 * Labels as CloudWatch accepts them (API reference, Dimension): at most 30; names of 1 to 255 and values of 1 to 1024 printable ASCII
 * characters, not only spaces; no name begins with `:`. Other characters are percent-encoded, empty values are omitted, and a name
 * that the line itself uses gets `_` appended.
 */
export function emfDimensions(labels: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  const dimensions = new Map<string, string>();
  for (const [label, text] of labels) {
    if (dimensions.size === maxDimensions) break;
    const value = printable(text).slice(0, 1024);
    if (value === '') continue;
    dimensions.set(freeName(printable(label).replace(/^:/, '%3A').slice(0, 250), dimensions), value);
  }
  return dimensions;
}

/** Appends `_` to `name` until it differs from the members of the line and from `taken`. */
export function freeName(name: string, taken: { has(name: string): boolean }): string {
  let free = name;
  while (reserved.has(free) || taken.has(free)) free += '_';
  return free;
}

function printable(text: string): string {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text)) return text;
  const encoded = text
    .replaceAll(/\p{Surrogate}/gu, '\ufffd') // encodeURIComponent throws for a lone surrogate
    .replaceAll(/[^ -~]/gu, encodeURIComponent);
  return encoded.trim() === '' ? encoded.replaceAll(' ', '%20') : encoded;
}
