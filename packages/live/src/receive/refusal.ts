/** Why a request is not taken. */
export class Refusal extends Error {
  readonly status: RefusalStatus;

  constructor(status: RefusalStatus, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** HTTP statuses, as OTLP and HTTP define them. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 421 | 429 | 503;

/** Codes of google.rpc.Status and of gRPC. */
export const grpcCodes: Readonly<Record<RefusalStatus, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 12, // UNIMPLEMENTED
  405: 12,
  408: 4, // DEADLINE_EXCEEDED
  413: 8, // RESOURCE_EXHAUSTED: senders do not repeat it without a delay that is given
  415: 12,
  421: 7,
  429: 14, // UNAVAILABLE: senders repeat it
  503: 14,
};
