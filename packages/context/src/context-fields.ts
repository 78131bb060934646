/**
 * The fields that a context may carry. A service declares its own beside them:
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
  /** One request or message as its receiver names it. */
  request_id?: string | undefined;
  /** Everything that one outside cause led to, across services. Made where none was given. */
  correlation_id?: string | undefined;
  user_id?: string | undefined;
  /** One run of a batch job or model. */
  run_id?: string | undefined;
}

/** What a field may hold: values that can neither be changed later nor make a log line unbounded in depth. */
export type ContextValue = string | number | boolean;

/** What `runWithContext` takes. A field declared with another type than `ContextValue` cannot be given. */
export type GivenFields = {
  readonly [Field in keyof ContextFields]: Extract<ContextFields[Field], ContextValue | undefined>;
};

/** A frozen set of fields. The same object for a whole run, so that what is derived from it can be kept in a `WeakMap`. */
export type Context = Omit<GivenFields, 'correlation_id'> & { readonly correlation_id: string };
