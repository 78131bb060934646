/** A service says no, for a reason that the business knows. It will say so again, so there is no use in trying again. */
export class Refusal extends Error {
  /** @param reason such as `PaymentDeclined`: few distinct values, because metrics and spans name it */
  constructor(reason: string, message: string) {
    super(message);
    this.name = reason;
  }
}
