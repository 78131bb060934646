/** Names of fields that have a new value for nearly every event. As labels each value would be a series. */
const idName =
  /^id$|(^|[._-])(uuid|guid|email|ip|token|url|path|timestamp|message)$|^(user|run|request|trace|span|session|correlation|causation|customer|order|account|message|aggregate|event|command|query|saga|transaction|payment|invoice|device|client|ticket|job|task)[._-]?id$/i;

/** Whether a label of this name probably has a new value for nearly every event, such as `user_id` or `orderId`. */
export function isIdLabel(name: string): boolean {
  return idName.test(name) || /[a-z](Uuid|Email|UserId|RequestId|SessionId|TraceId)$/.test(name);
}
