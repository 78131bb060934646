/** A service refuses for a business reason. It would refuse again, so do not retry. */
export class Refusal extends Error {
  /** @param reason such as `PaymentDeclined`: few distinct values, because metrics and spans name it */
  constructor(reason: string, message: string) {
    super(message);
    this.name = reason;
  }
}
