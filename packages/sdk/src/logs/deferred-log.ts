import type { Log } from '@sightline/base';

/** Keeps what is said before there is a logger, and passes on to it from then on. */
export class DeferredLog implements Log {
  #target: Log | undefined;
  #said: Array<readonly ['info' | 'warn' | 'error', object, string]> = [];
  #left = 0;

  info(fields: object, message: string): void {
    this.#say('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.#say('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.#say('error', fields, message);
  }

  attach(target: Log): void {
    this.#target = target;
    for (const [level, fields, message] of this.#said.splice(0)) target[level](fields, message);
    if (this.#left > 0) target.warn({}, `[sdk] ${this.#left} further messages came before the logger was ready.`);
    this.#left = 0;
  }

  #say(level: 'info' | 'warn' | 'error', fields: object, message: string): void {
    if (this.#target !== undefined) this.#target[level](fields, message);
    else if (this.#said.length < MAX_KEPT) this.#said.push([level, fields, message]);
    else this.#left++;
  }
}

const MAX_KEPT = 200;
