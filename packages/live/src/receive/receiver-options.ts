import { DeclarationError, isLoopback as isLoopbackHost, valueText } from '@sightline/base';
import type { ListenAddress } from '@sightline/base/server';
import type { LossRow } from '../model/answers.js';
import type { LiveIntake } from '../model/intake.js';
import type { RequestBudget } from './request-budget.js';

/** Where OTLP is received, and who may send. */
export interface ReceiverOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: `127.0.0.1`. Any that is not of this machine needs a `key`. */
  readonly host?: string | undefined;
  readonly intake: LiveIntake;
  /** What senders give as `x-otlp-api-key` or `Authorization: Bearer`. */
  readonly key?: string | undefined;
  /** Host names by which senders reach this machine, besides those of the loopback interface. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Shared by several receivers, it bounds all of them together. */
  readonly budget?: RequestBudget | undefined;
  /** Default: 8 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Of a compressed request. Default: 32 MiB. */
  readonly maxInflatedBytes?: number | undefined;
  /** A request that takes longer to arrive is ended. Default: 30 s. */
  readonly requestTimeoutMs?: number | undefined;
}

/** A running receiver. */
export interface OtlpReceiver {
  readonly address: ListenAddress;
  /** Requests that were refused, by reason. */
  losses(): readonly LossRow[];
  /** Accepts no new request, lets running ones end, and after `timeoutMs` cuts them. */
  shutdown(options: { readonly timeoutMs: number }): Promise<void>;
}

export interface CheckedOptions {
  readonly host: string;
  readonly isLoopback: boolean;
  readonly maxBodyBytes: number;
  readonly maxInflatedBytes: number;
  readonly requestTimeoutMs: number;
}

/** Defaults, and the rule that what is open to a network asks for a key. Throws for options that are none. */
export function checkedOptions(options: ReceiverOptions, flag: string): CheckedOptions {
  const { port, host = '127.0.0.1', key } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new DeclarationError(
      `[live] The port for OTLP must be a whole number from 0 to 65535, but got ${valueText(port)}. Set ${flag}.`,
    );
  }
  if (key !== undefined && (typeof key !== 'string' || key.length < MIN_KEY)) {
    throw new DeclarationError(
      `[live] The key for OTLP must be a string of at least ${MIN_KEY} characters. Set --otlp-key.`,
    );
  }
  const isLoopback = isLoopbackHost(host);
  if (!isLoopback && key === undefined) {
    throw new DeclarationError(
      `[live] OTLP on host ${valueText(host)} would be open to everybody who reaches it. Set --otlp-key, which senders give as the header x-otlp-api-key, or receive on 127.0.0.1.`,
    );
  }
  return {
    host,
    isLoopback,
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? 8 * 1024 * 1024),
    maxInflatedBytes: positive('maxInflatedBytes', options.maxInflatedBytes ?? 32 * 1024 * 1024),
    requestTimeoutMs: positive('requestTimeoutMs', options.requestTimeoutMs ?? 30_000),
  };
}

const MIN_KEY = 16;

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new DeclarationError(`[live] ${name} must be a whole number above 0, but got ${valueText(value)}.`);
}
