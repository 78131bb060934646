import type { Log } from '@sightline/sdk';

export interface CapturedLog extends Log {
  readonly messages: readonly string[];
  /** The `reason` of each line that had one. */
  readonly reasons: readonly string[];
}

export function capturedLog(): CapturedLog {
  const messages: string[] = [];
  const reasons: string[] = [];
  const write = (fields: object, message: string): void => {
    messages.push(message);
    if ('reason' in fields) reasons.push(String(fields.reason));
  };
  return { info: write, warn: write, error: write, messages, reasons };
}
