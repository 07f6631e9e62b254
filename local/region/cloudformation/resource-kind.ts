import type { AwsClients } from '../../../adapters/aws/clients';

/** What a resource is made with. */
export interface Making {
  /** With the rights of whoever asked for the stack, as CloudFormation works without a service role. */
  clients: AwsClients;
  stackName: string;
  logicalId: string;
  /** As the template has them, without functions. */
  properties: Readonly<Record<string, unknown>>;
  /** Those of the stack, which CloudFormation hands on to every resource that can be tagged. */
  tags: Readonly<Record<string, string>>;
}

/** A resource that is there. */
export interface Made {
  /** What `Ref` gives. */
  physicalId: string;
  /** What `Fn::GetAtt` gives. */
  attributes: Record<string, string>;
}

/** A kind of resource that stacks of the region can hold. */
export interface ResourceKind {
  /** Begins to make it; where it takes time, {@link settled} waits for it. */
  create: (making: Making) => Promise<Made>;
  /** Waits until it works, and says its attributes then. */
  settled?: (making: Making, physicalId: string) => Promise<Record<string, string>>;
  /** Brings one that is there to other properties; without it, a change is refused. */
  update?: (making: Making, physicalId: string) => Promise<void>;
  /** Removes it, and returns when it is gone; one that is not there is no error. */
  remove: (making: Making, physicalId: string) => Promise<void>;
}
