/**
 * The fields of each type of state where QueryLanguage is JSONata.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const TRANSITION = ['Next', 'End'];
const OUTPUT = ['Output', 'Assign'];
const ERRORS = ['Retry', 'Catch'];

export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pass: [...COMMON, ...TRANSITION, ...OUTPUT],
  Task: [
    ...COMMON,
    ...TRANSITION,
    ...OUTPUT,
    ...ERRORS,
    'Resource',
    'Arguments',
    'Credentials',
    'TimeoutSeconds',
    'HeartbeatSeconds',
  ],
  Choice: [...COMMON, ...OUTPUT, 'Choices', 'Default'],
  Wait: [...COMMON, ...TRANSITION, ...OUTPUT, 'Seconds', 'Timestamp'],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
  Parallel: [...COMMON, ...TRANSITION, ...OUTPUT, ...ERRORS, 'Branches', 'Arguments'],
  Map: [
    ...COMMON,
    ...TRANSITION,
    ...OUTPUT,
    ...ERRORS,
    'ItemProcessor',
    'Iterator',
    'Items',
    'ItemSelector',
    'ItemBatcher',
    'MaxConcurrency',
    'ToleratedFailurePercentage',
    'ToleratedFailureCount',
    'Label',
  ],
};

export const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage'];
export const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];
export const PROCESSOR_FIELDS = [...BRANCH_FIELDS, 'ProcessorConfig'];
export const CHOICE_RULE_FIELDS = ['Comment', 'Condition', 'Next', ...OUTPUT];
export const CATCHER_FIELDS = ['Comment', 'ErrorEquals', 'Next', ...OUTPUT];
export const RETRIER_FIELDS = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];

/** Fields that only JSONPath states have. */
export const JSONPATH_FIELDS = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'ErrorPath',
  'CausePath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCountPath',
  'Variable',
  'And',
  'Or',
  'Not',
]);

/** Fields of AWS that read from or write to S3, which the region's interpreter does not. */
export const NOT_IN_THE_REGION = new Set(['ItemReader', 'ResultWriter']);
