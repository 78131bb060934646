/**
 * The embedded metric format as CloudWatch publishes it: the rules of its specification and JSON schema, with the
 * limits of the API reference for dimension values, and nothing in `_aws` that the specification does not name.
 */
const printable = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^(?!:)(?=.*[!-~])[ -~]*$',
});

export const emfSchema = {
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      additionalProperties: false,
      properties: {
        Timestamp: { type: 'integer', minimum: 0 },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^:][0-9A-Za-z.\\-_/#: ]*$' },
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: { type: 'array', minItems: 0, maxItems: 30, uniqueItems: true, items: printable(255) },
              },
              Metrics: {
                type: 'array',
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: {
                    Name: printable(255),
                    Unit: {
                      type: 'string',
                      pattern:
                        '^(Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Percent|Count|Bytes\\/Second|Kilobytes\\/Second|Megabytes\\/Second|Gigabytes\\/Second|Terabytes\\/Second|Bits\\/Second|Kilobits\\/Second|Megabits\\/Second|Gigabits\\/Second|Terabits\\/Second|Count\\/Second|None)$',
                    },
                    StorageResolution: { enum: [1, 60] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;

export const dimensionValueSchema = { ...printable(1024), pattern: '^(?=.*[!-~])[ -~]*$' };

/** A number or at most 100 of them, each within CloudWatch's range. */
export const metricValueSchema = {
  anyOf: [
    { type: 'number', minimum: -(2 ** 360), maximum: 2 ** 360 },
    { type: 'array', minItems: 1, maxItems: 100, items: { type: 'number', minimum: -(2 ** 360), maximum: 2 ** 360 } },
  ],
};
