/** Members of a line that are neither dimension nor metric. */
const reserved: ReadonlySet<string> = new Set(['_aws', 'level', 'time', 'msg', 'window_seconds']);

const mostDimensions = 30;

/**
 * Labels as CloudWatch takes them (API reference, Dimension): at most 30; names of 1 to 255 and values of 1 to 1024 printable
 * ASCII characters with at least one that is no space; no name that begins with `:`. Other characters are
 * percent-encoded, empty values left out, and a name that the line itself uses gets `_` appended.
 */
export function emfDimensions(labels: Iterable<readonly [string, string]>): ReadonlyMap<string, string> {
  const dimensions = new Map<string, string>();
  for (const [label, text] of labels) {
    if (dimensions.size === mostDimensions) break;
    const value = printable(text).slice(0, 1024);
    if (value === '') continue;
    dimensions.set(freeName(printable(label).replace(/^:/, '%3A').slice(0, 250), dimensions), value);
  }
  return dimensions;
}

/** `name`, with as many `_` appended as make it differ from the members of the line and from `taken`. */
export function freeName(name: string, taken: { has(name: string): boolean }): string {
  let free = name;
  while (reserved.has(free) || taken.has(free)) free += '_';
  return free;
}

function printable(text: string): string {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text)) return text;
  const encoded = text
    .replaceAll(/\p{Surrogate}/gu, '\ufffd') // half of a character, for which encodeURIComponent throws
    .replaceAll(/[^ -~]/gu, encodeURIComponent);
  return encoded.trim() === '' ? encoded.replaceAll(' ', '%20') : encoded;
}
