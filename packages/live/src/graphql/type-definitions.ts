/** The schema, in the notation of GraphQL. */
export const typeDefinitions = `
"""Any JSON value."""
scalar JSON

type Query {
  """The topics with their counts and rates."""
  topics: [Topic!]!
  """Newest first; with \`after\` (the id of a message, or a cursor) what came since, oldest first."""
  messages(topic: String, type: String, after: ID, limit: Int = 100): [Message!]!
  """A message that is still kept."""
  message(id: ID!): Message
  """The services that have sent something."""
  services: [Service!]!
}

type Subscription {
  """
  The messages of a topic, from now on or after the id of the last one received. More than \`maxPerSecond\` are dropped,
  the oldest first, and counted in \`dropped\`.
  """
  pubsubStream(topic: String!, type: String, after: ID, maxPerSecond: Int = 500): Message!
}

type Message {
  """Unique, ascending within a topic."""
  id: ID!
  topic: String!
  type: String!
  """Without secrets. If \`isCut\`, a string with its beginning, or a value with parts left out."""
  payload: JSON
  isCut: Boolean!
  """ISO 8601, UTC."""
  timestamp: String!
  """Unix time."""
  timestampMs: Float!
  """The service, or the part of it, that published the message."""
  source: String!
  traceId: String
  spanId: String
  correlationId: String
  causationId: String
  messageId: String
  """
  Of a subscription: how many matching messages before this one were lost to it; null if that is not known. Of \`messages\` with
  \`after\`, for the first one: how many came before it and are not here.
  """
  dropped: Int
}

type Topic {
  topic: String!
  published: Float!
  kept: Int!
  overwritten: Float!
  """Over the last 10 seconds."""
  perSecond: Float!
  perSecondOfMinute: Float!
  subscribers: Int!
  types: [TypeStatistics!]!
}

type TypeStatistics {
  type: String!
  published: Float!
  perSecond: Float!
  lastMs: Float!
}

type Service {
  name: String!
  version: String
  """\`telemetry.sdk.language\`"""
  language: String
  instances: Int!
  restarts: Int!
  firstMs: Float!
  lastMs: Float!
  spans: Float!
  logLines: Float!
  metrics: Float!
  messages: Float!
}
`;
