/** Makes a string of a name: callers without types may pass none, and exporters can encode nothing else. Never throws. */
export function nameString(name: unknown): string {
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
