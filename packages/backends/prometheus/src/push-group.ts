/**
 * The path of a Pushgateway group: `job/nightly/instance/a`. A value that a path segment cannot hold (with `/`, or empty) is
 * written in base64: `path@base64/L3Zhci90bXA` (https://github.com/prometheus/pushgateway#url). Throws for what the gateway refuses.
 */
export function groupPath(jobName: string, groupings: Readonly<Record<string, string>>): string {
  const labels = Object.entries(groupings);
  for (const [name] of labels) {
    if (name === 'job') {
      throw new TypeError('[backend-prometheus] pushGateway.groupings has "job": pass it as jobName.');
    }
    if (!/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
      throw new TypeError(
        `[backend-prometheus] pushGateway.groupings has "${name}", which is not a label name: use [a-zA-Z_][a-zA-Z0-9_]*.`,
      );
    }
  }
  return [['job', jobName] as const, ...labels].map(([name, value]) => segments(name, value)).join('/');
}

function segments(name: string, value: string): string {
  // As path segments "." and ".." would be resolved.
  if (value !== '' && !value.includes('/') && !/^\.{1,2}$/.test(value)) return `${name}/${encodeURIComponent(value)}`;
  return `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`;
}
