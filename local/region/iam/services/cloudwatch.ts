import { onEach, type Needs } from '../needs';
import { tagsOf, text, texts } from '../parameters';

/**
 * CloudWatch: alarms by their names. Whoever reads alarms needs all of them: denials of DescribeAlarms name `alarm:*`
 * (aws-samples/amazon-cloudwatch-auto-alarms#1; that they do where the call gives names is assumed). Tags on a new alarm need
 * the permission to tag it (CloudWatch API reference, PutMetricAlarm).
 */
export const cloudwatchNeeds: Needs = (call) => {
  const { action, operation, parameters } = call;
  const alarm = (name: string) => call.arn(`alarm:${name}`);
  const tagged = text(parameters, 'ResourceARN');
  if (tagged !== undefined) return [{ action, resource: tagged }];
  if (operation === 'DescribeAlarms') return [{ action, resource: alarm('*') }];
  if (operation !== 'PutMetricAlarm') return onEach(call, texts(parameters, 'AlarmNames').map(alarm));
  const resource = alarm(text(parameters, 'AlarmName') ?? '');
  const tags = Object.keys(tagsOf(parameters)).length > 0;
  return [{ action, resource }, ...(tags ? [{ action: 'cloudwatch:TagResource', resource }] : [])];
};
