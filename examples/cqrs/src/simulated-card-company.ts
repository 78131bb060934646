import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@sightline/sdk';
import type { CardCompany } from './domain/payment.js';

const LIMIT_CENTS = 50_000;

/** Declines amounts above 500 euros. */
export function simulatedCardCompany({ delayMs, log }: { readonly delayMs: number; readonly log: Log }): CardCompany {
  return {
    async charge({ order, amountCents }) {
      log.info({ order }, 'Asking the card company');
      await delay(delayMs);
      return amountCents > LIMIT_CENTS ? undefined : `receipt-${order}`;
    },
    async refund() {
      await delay(delayMs);
    },
  };
}
