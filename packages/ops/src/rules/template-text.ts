/** `text` for a label or annotation of an alert, which Prometheus executes as a Go template: it stays as it is. */
export function templateText(text: string): string {
  return text.replaceAll(/\{+/g, (braces) => `{{ "${braces}" }}`);
}
