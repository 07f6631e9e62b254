import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { ExecutionRecord } from 'step-functions-local';
import type { Workflow } from '../../../core/naming';
import { minimalConfiguration } from '../../support/minimal-configuration';
import type { MotoInTest } from '../../support/moto';
import { makeSamlMetadata } from '../../support/saml-metadata';
import { AccountInMoto, type Prepared } from '../account-in-moto';
import { allStates, definitionOf, taskOf } from '../definition';
import { loadTask } from '../dry-run';
import { accountState } from './account-state';
import type { StateProfile } from './kinds';
import { struckClients, type Call } from './struck-clients';

/** What a workflow does in an account where nothing is in its way. */
export interface Undisturbed {
  readonly profiles: ReadonlyMap<string, StateProfile>;
  /** The account afterwards, as {@link accountState} has it. */
  readonly state: readonly string[];
  readonly output: unknown;
}

/** An account in which a workflow can begin, and what it then begins with. */
export interface Scene {
  readonly prepared: Prepared;
  readonly input: unknown;
}

/** The account of the trials. */
export class Stage {
  readonly account: AccountInMoto;
  private inline = '';
  private readonly undisturbed = new Map<Workflow, Promise<Undisturbed>>();
  /** An account that is provisioned, and in which nothing is wrong. */
  private standing: Prepared | undefined;

  constructor(private readonly moto: () => MotoInTest) {
    this.account = new AccountInMoto(moto);
  }

  get endpoint(): string {
    return this.moto().endpoint;
  }

  get clients(): MotoInTest['lookingClients'] {
    return this.moto().lookingClients;
  }

  async open(): Promise<void> {
    this.inline = await makeSamlMetadata();
  }

  /** The account is emptied. */
  forget(): void {
    this.standing = undefined;
  }

  /**
   * Makes an account in which a workflow begins: an empty one for provision, else one with a deployment; for resync one
   * whose address somebody has removed, for plan with a configuration that has changed.
   */
  async begin(workflow: Workflow): Promise<Scene> {
    const { standing } = this;
    this.standing = undefined;
    if (workflow === 'provision') {
      const prepared = await this.account.begin();
      return { prepared, input: this.configuration(prepared) };
    }
    const prepared = standing ?? (await this.provisioned());
    if (workflow === 'plan')
      return {
        prepared,
        input: { ...this.configuration(prepared), nodegroup_desired_size: 3, nodegroup_max_size: 5 },
      };
    if (workflow === 'destroy') return { prepared, input: { deployment: minimalConfiguration.eks_name } };
    await this.removeAddress(prepared);
    return { prepared, input: { deployment: minimalConfiguration.eks_name, requested: true } };
  }

  /** The next trial may begin in the account as it is: it has the deployment that an undisturbed provisioning makes. */
  stands(workflow: Workflow, { prepared }: Scene): void {
    if (workflow !== 'destroy') this.standing = prepared;
  }

  /** What a workflow does in an account where nothing is in its way. */
  whatIs(workflow: Workflow): Promise<Undisturbed> {
    const known = this.undisturbed.get(workflow) ?? this.watch(workflow);
    this.undisturbed.set(workflow, known);
    return known;
  }

  private async watch(workflow: Workflow): Promise<Undisturbed> {
    const scene = await this.begin(workflow);
    const calls = new Map<string, Call[]>();
    this.account.around = async ({ stateName, service }, work) => {
      if (service !== 'lambda') return work();
      const made = calls.get(stateName) ?? [];
      // Of what is polled the first attempt.
      const isFirst = !calls.has(stateName);
      calls.set(stateName, made);
      const clients = struckClients(this.endpoint, 'calls', (call, send) => {
        if (isFirst) made.push(call);
        return send();
      });
      return work({ clients }).finally(() => {
        clients.destroy();
      });
    };
    const ended = await this.account.run(workflow, scene.input);
    this.account.around = (_, work) => work();
    if (ended.status !== 'SUCCEEDED')
      throw new Error(`undisturbed, ${workflow} ended as ${outcomeOf(ended)}`);
    const profiles = await Promise.all(
      allStates(definitionOf(workflow)).map(async ([name, state]): Promise<[string, StateProfile]> => {
        const file = taskOf(state)?.file;
        const asksForLock = file !== undefined && (await loadTask(file)).spec.lock !== undefined;
        const work = workOf(state, file);
        return [
          name,
          { name, work, calls: calls.get(name) ?? [], asksForLock, ...(file !== undefined && { file }) },
        ];
      }),
    );
    this.stands(workflow, scene);
    return {
      profiles: new Map(profiles),
      state: await accountState(this.account, this.clients, scene.prepared),
      output: outputOf(ended),
    };
  }

  private async provisioned(): Promise<Prepared> {
    const prepared = await this.account.begin();
    const ended = await this.account.provision(this.configuration(prepared));
    if (ended.status !== 'SUCCEEDED') throw new Error(`undisturbed, it ended as ${outcomeOf(ended)}`);
    return prepared;
  }

  private configuration({ networks: [network], keys: [key] }: Prepared): Record<string, unknown> {
    return {
      ...minimalConfiguration,
      vpc_id: network?.vpcId,
      kms_key_arn: key,
      saml_metadata: { inline: this.inline },
      notification_email: 'ml@acme.example',
      lambda_concurrency_enabled: true,
      lambda_profile_concurrency: 2,
      tags: { team: 'ml' },
    };
  }

  /** Something for a resync to mend. */
  private async removeAddress({ zoneId: HostedZoneId }: Prepared): Promise<void> {
    const route53 = this.clients.get(Route53Client);
    const { ResourceRecordSets: records = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId }),
    );
    const Changes = records
      .filter(({ Name = '', Type }) => Type === 'A' && Name.startsWith('kubeflow.'))
      .map((ResourceRecordSet) => ({ Action: 'DELETE' as const, ResourceRecordSet }));
    await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  }
}

function workOf(
  state: { readonly Type: string; readonly Resource?: unknown },
  file: string | undefined,
): StateProfile['work'] {
  if (file !== undefined) return 'function';
  if (state.Type !== 'Task') return 'control';
  return String(state.Resource).includes(':codebuild:') ? 'build' : 'event';
}

/** The output, without what differs from one execution to the next. */
export function outputOf({ output }: ExecutionRecord): unknown {
  return output === undefined ? undefined : JSON.parse(output);
}

/** How an execution ended, in words. */
export function outcomeOf({ status, failure }: ExecutionRecord): string {
  return [status, failure?.error, failure?.cause?.slice(0, 1500)]
    .filter((part) => part !== undefined)
    .join(' ');
}
