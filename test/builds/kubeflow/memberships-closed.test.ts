import { withoutMemberships } from '../../../builds/kubeflow/overlay/memberships-closed';
import { passFilter } from '../../support/gateway-filter';

const statusOf = (path: string): string =>
  passFilter(withoutMemberships, [[':path', path]]).refused ?? 'passed';

test.each([
  '/api/workgroup/get-all-namespaces',
  '/api/workgroup/get-all-namespaces?x=1',
  '/api/workgroup/get-all-namespaces/',
  '/API/Workgroup/Get-All-Namespaces',
  '/api/workgroup/get%2Dall%2dnamespaces',
  '//api/workgroup//get-all-namespaces',
  '/api/namespaces',
  '/api/namespaces#x',
  '/api/workgroup/get-contributors/team-a',
  '/api/workgroup/Get-Contributors/team-a/',
])('any user cannot ask who is in which namespace: %s', (path) => {
  expect(statusOf(path)).toBe('403');
});

test.each([
  '/',
  '/api/workgroup/env-info',
  '/api/workgroup/exists',
  '/api/workgroup/add-contributor/team-a',
  '/api/dashboard-links',
  '/api/activities/team-a',
  '/jupyter/api/namespaces',
  '/jupyter/api/namespaces/team-a/notebooks',
  '/pipeline/apis/v2beta1/runs?namespace=team-a',
])('what a user needs goes on: %s', (path) => {
  expect(statusOf(path)).toBe('passed');
});
