import type { Log } from '@sightline/core';

/** Keeps what is said before there is a logger, and passes on to it from then on. */
export class DeferredLog implements Log {
  #target: Log | undefined;
  #said: Array<readonly ['info' | 'warn' | 'error', object, string]> = [];

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
  }

  #say(level: 'info' | 'warn' | 'error', fields: object, message: string): void {
    if (this.#target === undefined) this.#said.push([level, fields, message]);
    else this.#target[level](fields, message);
  }
}
