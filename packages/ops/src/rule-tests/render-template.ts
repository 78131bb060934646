/** What Prometheus makes of the template of an annotation: of the few forms that our rules use. Throws for any other. */
export function renderTemplate(
  template: string,
  { value, labels }: { readonly value: number; readonly labels: Readonly<Record<string, string>> },
): string {
  const conditional = /\{\{ if \$labels\.(\w+) \}\}(.*?)\{\{ else \}\}(.*?)\{\{ end \}\}/g;
  const chosen = template.replaceAll(conditional, (_all, name: string, yes: string, no: string) =>
    (labels[name] ?? '') === '' ? no : yes,
  );
  return chosen.replaceAll(/\{\{ (.*?) \}\}/g, (_all, action: string) => {
    const label = /^\$labels\.(\w+)$/.exec(action)?.[1];
    if (label !== undefined) return labels[label] ?? '';
    const literal = /^"(\{+)"$/.exec(action)?.[1];
    if (literal !== undefined) return literal;
    const humanize = humanizers[/^\$value \| (\w+)$/.exec(action)?.[1] ?? ''];
    if (humanize === undefined) throw new Error(`[ops] No test can render the template {{ ${action} }}.`);
    return humanize(value);
  });
}

/** Prometheus' template functions (template/template.go). */
const humanizers: Readonly<Record<string, (value: number) => string>> = {
  humanizePercentage: (value) => `${fourDigits(value * 100)}%`,
  humanize(value) {
    if (value === 0 || !Number.isFinite(value)) return fourDigits(value);
    const isLarge = Math.abs(value) >= 1;
    let scaled = value;
    let prefix = '';
    for (const next of isLarge ? 'kMGTPEZY' : 'munpfazy') {
      if (isLarge ? Math.abs(scaled) < 1000 : Math.abs(scaled) >= 1) break;
      prefix = next;
      scaled = isLarge ? scaled / 1000 : scaled * 1000;
    }
    return `${fourDigits(scaled)}${prefix}`;
  },
  humanizeDuration(value) {
    const seconds = Math.trunc(Math.abs(value));
    if (seconds < 60) return `${fourDigits(value)}s`;
    const sign = value < 0 ? '-' : '';
    const parts = [
      [Math.trunc(seconds / 86_400), 'd'],
      [Math.trunc(seconds / 3600) % 24, 'h'],
      [Math.trunc(seconds / 60) % 60, 'm'],
      [seconds % 60, 's'],
    ] as const;
    const first = parts.findIndex(([amount]) => amount !== 0);
    return (
      sign +
      parts
        .slice(first)
        .map(([amount, unit]) => `${amount}${unit}`)
        .join(' ')
    );
  },
};

/** Go's `%.4g`. */
function fourDigits(value: number): string {
  const text = value.toPrecision(4);
  const [digits = '', exponent] = text.split('e');
  const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return exponent === undefined ? short : `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
}
