import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../local/cache';

test.each([
  ['is below ~/.cache', {}, join(homedir(), '.cache', 'kubeflow-eks')],
  ['is below XDG_CACHE_HOME', { XDG_CACHE_HOME: '/var/cache/me' }, '/var/cache/me/kubeflow-eks'],
  [
    'ignores a relative XDG_CACHE_HOME',
    { XDG_CACHE_HOME: 'cache' },
    join(homedir(), '.cache', 'kubeflow-eks'),
  ],
  ['is what KUBEFLOW_EKS_CACHE names', { KUBEFLOW_EKS_CACHE: '/c', XDG_CACHE_HOME: '/x' }, '/c'],
])('the cache %s', (_, environment, path) => {
  expect(cacheFolder(environment)).toBe(path);
});
