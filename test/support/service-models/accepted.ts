import type { Misfit } from './recorded-requests';

/** What a service takes although its model has it otherwise. */
interface Accepted {
  /** `<service>:<operation>`. */
  operation: RegExp;
  where: string;
  /** What is said of it. */
  what: RegExp;
  source: string;
}

const accepted: readonly Accepted[] = [
  {
    operation: /^cognito-idp:\w+UserPoolDomain$/,
    where: '.Domain',
    what: /^'[a-z0-9-]+(?:\.[a-z0-9-]+)+' is not as /,
    source:
      'Cognito API reference, CreateUserPoolDomain: a domain of one\'s own is a whole name, "auth.example.com"',
  },
  {
    operation: /^eks:\w+Addon$/,
    where: '.resolveConflicts',
    what: /^'(?:overwrite|none|preserve)' is none of /,
    source:
      'eksctl sends it in the case of its configuration; eksctl-io/eksctl issue 5880 shows EKS taking it',
  },
  {
    operation: /^sqs:ReceiveMessage$/,
    where: '.AttributeNames[]',
    what: /^'SentTimestamp' is none of /,
    source: 'SQS API reference, ReceiveMessage, AttributeNames; Karpenter asks for it (pkg/providers/sqs)',
  },
];

/** Whether a service is known to take what does not fit its model. */
export function isAccepted(misfit: Misfit): boolean {
  return accepted.some(
    ({ operation, where, what }) =>
      operation.test(misfit.operation) && where === misfit.where && what.test(misfit.what),
  );
}
