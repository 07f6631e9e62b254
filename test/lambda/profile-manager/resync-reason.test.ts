import { resyncReason } from '../../../lambda/profile-manager/handler';

const synced = (report: { profiles?: string[]; pending?: object[] }) =>
  ({ kind: 'synced', report: { profiles: [], pending: [], ...report } }) as unknown as Parameters<
    typeof resyncReason
  >[0];
const artifacts = { roleArn: 'arn:aws:iam::111122223333:role/x', tags: {} };

test.each<[string, Parameters<typeof resyncReason>[0], object | undefined, string | undefined]>([
  ['that changed nothing', synced({}), artifacts, undefined],
  ['that made a Profile, with artifacts in the cluster', synced({ profiles: ['a'] }), undefined, undefined],
  [
    'that made a Profile, with artifacts in S3',
    synced({ profiles: ['a'] }),
    artifacts,
    'a new profile has no role for its artifacts yet',
  ],
  [
    'whose Profile is not ready',
    synced({ profiles: ['a'], pending: [{}] }),
    undefined,
    'a new profile was not ready',
  ],
])('a login %s asks for a re-sync where something is left to do', (_, outcome, of, reason) => {
  expect(resyncReason(outcome, { artifacts: of })).toBe(reason);
});
