import type { Log } from '@sightline/base';

/**
 * Passes on what the components of an observability report. While they are shut down their warnings are joined in one line: a
 * missing collector is one fact that spans, metrics and log records would each report.
 */
export class EndLog implements Log {
  readonly #target: Log;
  #ending: Array<readonly [fields: object, message: string]> | undefined;

  constructor(target: Log) {
    this.#target = target;
  }

  info(fields: object, message: string): void {
    this.#target.info(fields, message);
  }

  warn(fields: object, message: string): void {
    if (this.#ending === undefined) this.#target.warn(fields, message);
    else this.#ending.push([fields, message]);
  }

  error(fields: object, message: string): void {
    this.#target.error(fields, message);
  }

  /** Keeps warnings from now on until `finish`. */
  begin(): void {
    this.#ending ??= [];
  }

  /** Writes what was kept; later warnings are written at once. */
  finish(): void {
    const [first, ...others] = this.#ending ?? [];
    this.#ending = undefined;
    if (first === undefined) return;
    if (others.length === 0) return this.#target.warn(...first);
    const messages = [first, ...others].map(([, message]) => message);
    this.#target.warn({ problems: messages }, messages.join(' Also, '));
  }
}
