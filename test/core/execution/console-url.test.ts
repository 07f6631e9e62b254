import { consoleUrl } from '../../../core/execution/console-url';

test.each([
  ['eu-central-1', 'https://eu-central-1.console.aws.amazon.com/'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
])('in %s the console is at %s', (region, console) => {
  const url = consoleUrl(region, 'arn:e');
  expect(url).toBe(`${console}states/home?region=${region}#/v2/executions/details/arn:e`);
});
