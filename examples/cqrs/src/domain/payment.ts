import type { Charge } from './contracts.js';
import { Refusal } from './refusal.js';
import type { ServiceDomain } from './service-domain.js';

export interface CardCompany {
  /** Resolves with a receipt, or with `undefined` if the card is declined. The same order is charged once. */
  charge(charge: Charge): Promise<string | undefined>;
  refund(charge: Charge): Promise<void>;
}

/** Charges and refunds cards. */
export function payment(card: CardCompany): ServiceDomain {
  const charged = new Map<string, Charge>();
  return {
    commands: {
      async ChargePayment({ order, amountCents }) {
        const receipt = await card.charge({ order, amountCents });
        if (receipt === undefined) {
          throw new Refusal('PaymentDeclined', `The card was declined for ${(amountCents / 100).toFixed(2)} EUR.`);
        }
        return { events: [{ type: 'PaymentCharged', order, amountCents, receipt }], answer: { receipt } };
      },
      async RefundPayment({ order }) {
        const charge = charged.get(order);
        if (charge === undefined) return {};
        await card.refund(charge);
        return { events: [{ type: 'PaymentRefunded', ...charge }] };
      },
    },
    apply(event) {
      if (event.type === 'PaymentCharged') {
        charged.set(event.order, { order: event.order, amountCents: event.amountCents });
      } else if (event.type === 'PaymentRefunded') charged.delete(event.order);
    },
  };
}
