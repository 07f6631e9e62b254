import {
  Choice,
  Condition,
  Fail,
  Map,
  Parallel,
  Pass,
  ProvideItems,
  Succeed,
  Wait,
  WaitTime,
  type CatchProps,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { detailTypes } from '../core/naming';
import { deployment, eventState, jsonata, taskState, type WorkflowResources } from './states';

/** A cluster's API server and Cognito's quotas are shared: more at a time would only wait for each other. */
const deploymentsAtATime = 5;

/** Text of an error that is kept in the results: a Lambda's cause carries a whole stack trace. */
const causeLength = 1000;

/**
 * The warnings as one text, for a rule that puts it between quotes into a mail: EventBridge escapes nothing there (its user guide,
 * "Amazon EventBridge input transformation"), so that a quote or a line's end in it would leave the mail unsent.
 */
const notice = String.raw`$replace($replace($join($append([], $summary.warnings), "; "), /[\\"]/, "'"), /\s+/, " ")`;

/**
 * Brings every registered deployment, or the one named in the input, back in line: access of all users, DNS against
 * the ingress, SAML metadata, and the address as somebody outside sees it. What fails for one is kept as its result and stops neither its other checks nor other
 * deployments; the run then ends as failed and says which.
 *
 * Input: `{}`, `{"deployment": name}` or, from the rule on requests, `{"deployment": name, "requested": true}`: of many
 * such requests at a time one runs, after a minute. Why there are Catches here and none in the other workflows:
 * docs/adr/0021-resync-collects-failures.md.
 */
export function resync(scope: Construct, resources: WorkflowResources): IChainable {
  const listDeployments = taskState(scope, resources, 'List deployments', {
    file: 'list-deployments',
    arguments: { name: jsonata('$exists($states.input.deployment) ? $states.input.deployment : null') },
  });
  const eachDeployment = Map.jsonata(scope, 'For each deployment', {
    items: ProvideItems.jsonata(jsonata('$states.input.deployments')),
    maxConcurrency: deploymentsAtATime,
    assign: { failures: jsonata('[$states.result[status = "failed"], $states.input.unreadable]') },
    outputs: { checked: jsonata('$count($states.result)') },
  }).itemProcessor(checkDeployment(scope, resources));
  const outcome = new Choice(scope, 'Did all succeed?')
    .when(Condition.jsonata(jsonata('$count($failures) = 0')), Succeed.jsonata(scope, 'All in line'))
    .otherwise(
      Fail.jsonata(scope, 'Some need attention', {
        error: 'ResyncIncomplete',
        cause: jsonata(
          '$join([$failures.(deployment & ": " & reason)], "; ") & ". Mend what is named, then start resync again for these deployments."',
        ),
      }),
    );
  listDeployments.next(eachDeployment).next(outcome);
  return gatherRequests(scope, resources, listDeployments);
}

/** Requests by event come in storms: one a minute from each process that cannot reach a cluster. */
function gatherRequests(scope: Construct, resources: WorkflowResources, go: IChainable): IChainable {
  const gather = taskState(scope, resources, 'Gather requests', {
    file: 'gather-resyncs',
    arguments: {
      name: jsonata('$states.input.deployment'),
      executionArn: jsonata('$states.context.Execution.Id'),
    },
    assign: { gathered: '$result' },
    output: '{"deployment": $states.input.deployment}',
  });
  const wait = Wait.jsonata(scope, 'Wait for more requests', {
    time: WaitTime.seconds(jsonata('$gathered.waitSeconds')),
  });
  const covered = new Choice(scope, 'Is another resync to come?')
    .when(
      Condition.jsonata(jsonata('$gathered.coveredBy != null')),
      Succeed.jsonata(scope, 'Covered by another', {
        outputs: { coveredBy: jsonata('$gathered.coveredBy') },
      }),
    )
    .otherwise(wait.next(go));
  return new Choice(scope, 'Was it requested?')
    .when(Condition.jsonata(jsonata('$exists($states.input.requested)')), gather.next(covered))
    .otherwise(go);
}

/** The four checks of one deployment, then the record of what they found. */
function checkDeployment(scope: Construct, resources: WorkflowResources): IChainable {
  const take = Pass.jsonata(scope, 'Take deployment', {
    assign: { target: jsonata('$states.input'), deployment: jsonata('$states.input.deployment') },
  });
  const checks = Parallel.jsonata(scope, 'Check deployment', {
    assign: {
      access: jsonata('$states.result[0]'),
      dns: jsonata('$states.result[1]'),
      saml: jsonata('$states.result[2]'),
      endpoint: jsonata('$states.result[3]'),
    },
    outputs: {},
  })
    .branch(accessBranch(scope, resources))
    .branch(dnsBranch(scope, resources))
    .branch(samlBranch(scope, resources))
    .branch(endpointBranch(scope, resources));
  const record = taskState(scope, resources, 'Record resync', {
    file: 'record-resync',
    arguments: {
      deployment,
      executionArn: jsonata('$states.context.Execution.Id'),
      watchedVersion: jsonata('$target.watchedVersion'),
      results: {
        access: jsonata('$access'),
        dns: jsonata('$dns'),
        saml: jsonata('$saml'),
        endpoint: jsonata('$endpoint'),
      },
    },
    assign: { summary: '$result' },
  });
  const publish = eventState(scope, 'Publish resync', {
    detailType: detailTypes.resynced,
    detail: {
      deployment: jsonata('$summary.deployment'),
      status: jsonata('$summary.status'),
      reason: jsonata('$summary.reason'),
      warnings: jsonata('$summary.warnings'),
      notice: jsonata(notice),
      // For the rule that notifies: what a pattern makes of an empty list is not said anywhere.
      attention: jsonata('$count($summary.warnings) > 0'),
      access: jsonata('$access'),
      dns: jsonata('$dns'),
      saml: jsonata('$saml'),
      endpoint: jsonata('$endpoint'),
    },
    output: {
      deployment: jsonata('$summary.deployment'),
      status: jsonata('$summary.status'),
      reason: jsonata('$summary.reason'),
    },
  });
  const notRecorded = Pass.jsonata(scope, 'Result not recorded');
  for (const state of [record, publish]) {
    state.addCatch(notRecorded, {
      outputs: {
        deployment: jsonata('$deployment.name'),
        status: 'failed',
        reason: jsonata('$states.errorOutput.Error & " while the result was recorded"'),
      },
    });
  }
  return take.next(checks).next(record).next(publish);
}

function accessBranch(scope: Construct, resources: WorkflowResources): IChainable {
  const reconcile = taskState(scope, resources, 'Reconcile access', {
    file: 'reconcile-access',
    arguments: { deployment, userPoolId: jsonata('$target.userPoolId') },
    output: '{"status": "done", "findings": $result}',
  });
  return collectFailure(scope, 'Access not reconciled', [reconcile], reconcile);
}

/** The load balancer that the ingress has now, and the records as they should then be. */
function dnsBranch(scope: Construct, resources: WorkflowResources): IChainable {
  // The task of provision's "Await ingress", without its wait: a load balancer that is missing is a failure here.
  const readIngress = taskState(scope, resources, 'Read ingress', {
    file: 'await-ingress',
    arguments: { deployment, cluster: jsonata('$target.cluster') },
    assign: { ingress: '$result' },
  });
  const toLoadBalancer = { zoneId: jsonata('$ingress.hostedZoneId'), dnsName: jsonata('$ingress.hostname') };
  const repair = taskState(scope, resources, 'Check DNS records', {
    file: 'ensure-records',
    arguments: {
      deployment,
      hostedZoneId: jsonata('$target.hostedZoneId'),
      records: [
        { name: jsonata('$target.kubeflowDomain'), type: 'A', alias: toLoadBalancer },
        { name: jsonata('$target.authBaseDomain'), type: 'A', alias: toLoadBalancer },
      ],
      onlyIfOurs: true,
    },
    output: '{"status": "done", "findings": $result}',
  });
  return collectFailure(scope, 'DNS not checked', [readIngress, repair], readIngress.next(repair));
}

function samlBranch(scope: Construct, resources: WorkflowResources): IChainable {
  const check = taskState(scope, resources, 'Check SAML metadata', {
    file: 'check-saml',
    arguments: {
      deployment,
      userPoolId: jsonata('$target.userPoolId'),
      identityProvider: jsonata('$target.identityProvider'),
    },
    output: '{"status": "done", "findings": $result}',
  });
  return collectFailure(scope, 'SAML metadata not checked', [check], check);
}

/** The task of provision's "Verify endpoint", without its wait: the record counts how often in a row it fails. */
function endpointBranch(scope: Construct, resources: WorkflowResources): IChainable {
  const verify = taskState(scope, resources, 'Verify address', {
    file: 'verify-endpoint',
    arguments: {
      deployment,
      url: jsonata('"https://" & $target.kubeflowDomain'),
      cognitoDomain: jsonata('$target.cognitoDomain'),
      clientId: jsonata('$target.clientId'),
    },
    output: '{"status": "done", "findings": $result}',
  });
  return collectFailure(scope, 'Address not verified', [verify], verify);
}

/** Turns the failure of any of the states into the branch's result. */
function collectFailure(
  scope: Construct,
  name: string,
  states: readonly { addCatch: (handler: IChainable, props: CatchProps) => unknown }[],
  branch: IChainable,
): IChainable {
  const collected = Pass.jsonata(scope, name);
  for (const state of states) {
    state.addCatch(collected, {
      outputs: {
        status: 'failed',
        error: jsonata('$states.errorOutput.Error'),
        cause: jsonata(`$substring($states.errorOutput.Cause, 0, ${causeLength.toString()})`),
      },
    });
  }
  return branch;
}
