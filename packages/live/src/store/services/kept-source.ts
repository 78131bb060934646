import type { LiveSource } from '../../model/intake.js';
import type { KeptService } from './kept-service.js';

/** One process that sends, as far as its resource says. */
export class KeptSource implements LiveSource {
  readonly owner: KeptService;
  readonly instance: string | undefined;
  lastMs: number;
  pid: number | undefined;
  /** Of the language that it is written in, such as `nodejs`. */
  runtime: { readonly name: string; readonly version: string } | undefined;

  constructor(owner: KeptService, instance: string | undefined, nowMs: number) {
    this.owner = owner;
    this.instance = instance;
    this.lastMs = nowMs;
  }

  get service(): string {
    return this.owner.name;
  }
}
