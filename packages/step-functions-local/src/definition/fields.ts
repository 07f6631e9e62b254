/**
 * The fields of each type of state where QueryLanguage is JSONata.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */

const common = ['Type', 'Comment', 'QueryLanguage'];
const transition = ['Next', 'End'];
const output = ['Output', 'Assign'];
const errors = ['Retry', 'Catch'];

export const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  Pass: [...common, ...transition, ...output],
  Task: [
    ...common,
    ...transition,
    ...output,
    ...errors,
    'Resource',
    'Arguments',
    'Credentials',
    'TimeoutSeconds',
    'HeartbeatSeconds',
  ],
  Choice: [...common, ...output, 'Choices', 'Default'],
  Wait: [...common, ...transition, ...output, 'Seconds', 'Timestamp'],
  Succeed: [...common, 'Output'],
  Fail: [...common, 'Error', 'Cause'],
  Parallel: [...common, ...transition, ...output, ...errors, 'Branches', 'Arguments'],
  Map: [
    ...common,
    ...transition,
    ...output,
    ...errors,
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

export const machineFields = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage'];
export const branchFields = ['Comment', 'StartAt', 'States'];
export const processorFields = [...branchFields, 'ProcessorConfig'];
export const choiceRuleFields = ['Comment', 'Condition', 'Next', ...output];
export const catcherFields = ['Comment', 'ErrorEquals', 'Next', ...output];
export const retrierFields = [
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];

/** Fields that only JSONPath states have. */
export const jsonpathFields = new Set([
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
export const notInTheRegion = new Set(['ItemReader', 'ResultWriter']);
