import type { Log } from '@sightline/base';

/** Keeps reports until there is a logger, and passes them on. */
export class DeferredLog implements Log {
  #target: Log | undefined;
  #kept: Array<readonly ['info' | 'warn' | 'error', object, string]> = [];
  #left = 0;

  info(fields: object, message: string): void {
    this.#write('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#write('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#write('error', fields, message);
  }

  attach(target: Log): void {
    this.#target = target;
    for (const [level, fields, message] of this.#kept.splice(0)) target[level](fields, message);
    if (this.#left > 0) target.warn({}, `[sdk] ${this.#left} further messages came before the logger was ready.`);
    this.#left = 0;
  }

  #write(level: 'info' | 'warn' | 'error', fields: object, message: string): void {
    if (this.#target !== undefined) this.#target[level](fields, message);
    else if (this.#kept.length < MAX_KEPT) this.#kept.push([level, fields, message]);
    else this.#left++;
  }
}

const MAX_KEPT = 200;
