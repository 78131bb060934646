/** A name as text, which callers without types may have forgotten: exporters cannot encode anything else. Never throws. */
export function nameText(name: unknown): string {
  switch (typeof name) {
    case 'string':
      return name;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(name);
    default:
      return 'unnamed';
  }
}
