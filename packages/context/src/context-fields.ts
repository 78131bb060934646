/**
 * The fields that a context may carry. A service declares its own in addition:
 *
 * ```ts
 * declare module '@sightline/context' {
 *   interface ContextFields {
 *     tenant_id?: string | undefined;
 *   }
 * }
 * ```
 */
export interface ContextFields {
  /** The receiver's id of one request or message. */
  request_id?: string | undefined;
  /** Shared by everything that follows from one external cause, across services. Generated if none is given. */
  correlation_id?: string | undefined;
  user_id?: string | undefined;
  /** One run of a batch job or model. */
  run_id?: string | undefined;
}

/** The value of a field: immutable, and flat in a log line. */
export type ContextValue = string | number | boolean;

/** The fields for `runWithContext`. A field declared with a type other than `ContextValue` is not accepted. */
export type GivenFields = {
  readonly [Field in keyof ContextFields]: Extract<ContextFields[Field], ContextValue | undefined>;
};

/** A frozen set of fields. It is the same object for a whole run, so a `WeakMap` can hold derived values. */
export type Context = Omit<GivenFields, 'correlation_id'> & { readonly correlation_id: string };
