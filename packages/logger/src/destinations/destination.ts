/** Where lines go, as the logger sees it. A pino stream is one, too. */
export interface Destination {
  /** Takes one line with its line feed. Never throws: what cannot be written is counted. */
  write(line: string): void;
  /** pino's contract: calls back when everything written before has arrived. */
  flush?(callback?: (error?: Error) => void): void;
  /** Writes what is held back, before the process ends. */
  flushSync?(): void;
  /** Flushes and releases what is held. */
  shutdown?(): Promise<void>;
}
