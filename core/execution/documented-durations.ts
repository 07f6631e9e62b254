/** How long a part of a provisioning takes on AWS, in seconds: as a rule, and in the worst case that is documented. */
export interface Duration {
  readonly typical: number;
  readonly worst: number;
  /** Where that is written. */
  readonly source: string;
}

/** Which of a {@link Duration}'s figures is meant. */
export type Case = 'typical' | 'worst';

/** Something that goes on by itself after a step has ended, and that a later step asks for. */
export interface Awaited extends Duration {
  /** The steps with whose end it begins, the last of them; the awaiting step's own first call where none is named. */
  readonly since: readonly string[];
}

const minutes = (count: number): number => count * 60;

/** A call of a function: its cold start of 0.3 to 1 s and some calls to AWS. */
export const call: Duration = {
  typical: 2,
  worst: 5,
  source: 'bench:login measures the cold start; calls assumed',
};

/** The steps that a build does, from its place in the queue to its end. */
export const builds: Readonly<Record<string, Duration>> = {
  'Create cluster': {
    typical: minutes(20),
    worst: minutes(40),
    source:
      'https://docs.aws.amazon.com/eks/latest/userguide/create-cluster.html, eksctl, node group and add-ons after it',
  },
  'Install Kubeflow': {
    typical: minutes(15),
    worst: minutes(40),
    source: 'assumed: the images of 70 pods are pulled; the bound of the build is longer',
  },
};

/** What is waited for, by the step that waits. */
export const awaited: Readonly<Record<string, Awaited>> = {
  'Await certificates': {
    since: ['Create validation records'],
    typical: minutes(3),
    worst: minutes(30),
    source: 'https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html',
  },
  'Ensure custom domain': {
    since: ['Ensure parent record'],
    typical: 60,
    worst: minutes(5),
    source:
      'the parent must resolve; https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html',
  },
  'Await custom domain': {
    since: ['Ensure custom domain'],
    typical: minutes(15),
    worst: minutes(60),
    source:
      'https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html',
  },
  'Await ingress': {
    since: ['Install Kubeflow'],
    typical: minutes(2),
    worst: minutes(5),
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (state provisioning)',
  },
  'Await DNS in sync': {
    since: ['Alias Kubeflow domain'],
    typical: 60,
    worst: minutes(2),
    source:
      'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring.html (within 60 seconds)',
  },
  'Verify endpoint': {
    since: ['Alias Kubeflow domain', 'Alias Cognito domain'],
    typical: 90,
    worst: minutes(5),
    source: 'healthy targets (5 checks of 15 s) and the TTL that resolvers keep',
  },
  'Set concurrency': {
    since: [],
    typical: minutes(2),
    worst: minutes(3),
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html (a minute or two)',
  },
};
