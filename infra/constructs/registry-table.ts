import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { stackNames } from '../../core/naming';

/** Attribute that ends a run's record, in seconds since the epoch. Locks and registrations have none. */
export const expiryAttribute = 'expiresAt';

/**
 * Locks, registrations and run records of every deployment (`core/naming.ts`, `adapters/aws/registry.ts`). It outlives
 * the stack: it is what `destroy` knows a deployment by.
 *
 * It is to be made after all else (infra/stack.ts): a table with deletion protection cannot be rolled back, so
 * that a first deployment that failed after it could not be repeated (docs/adr/0060-options-and-first-deployment.md).
 */
export function registryTable(scope: Construct): Table {
  return new Table(scope, 'registry', {
    tableName: stackNames.table,
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: expiryAttribute,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
