import { nodeTooOld } from '../../../local/region/node-version';

test.each(['20.20.2', '22.20.0', '18.0.0'])(
  'Node.js %s is too old for the local region, which says so',
  (version) => {
    expect(nodeTooOld(version)).toContain(`needs Node.js 22.21 or newer, and this is ${version}`);
  },
);

test.each(['22.21.0', '22.21.1', '24.0.0', process.versions.node])('Node.js %s runs it', (version) => {
  expect(nodeTooOld(version)).toBeUndefined();
});
