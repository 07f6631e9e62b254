import { askedKeys } from '../../../core/report/asked-keys';

test('every key with its place, in the order of the input', () => {
  expect(
    askedKeys({
      eks_name: 'acme',
      nodegroup_min_size: 2,
      subnets: { private: ['subnet-1', 'subnet-2'], public: [] },
      access: {},
      tags: { cost: null },
    }),
  ).toEqual([
    { key: 'eks_name', value: 'acme' },
    { key: 'nodegroup_min_size', value: '2' },
    { key: 'subnets.private', value: 'subnet-1, subnet-2' },
    { key: 'subnets.public', value: '' },
    { key: 'access', value: '{}' },
    { key: 'tags.cost', value: 'null' },
  ]);
});

test('what is very long is counted', () => {
  const [key] = askedKeys({ saml_metadata: { inline: '<'.repeat(5000) } });
  expect(key?.key).toBe('saml_metadata.inline');
  expect(key?.value).toMatch(/^<{60}… \(5000 characters\)$/);
});

test.each([null, 'text', 7])('%s asks for nothing', (input) => {
  expect(askedKeys(input)).toEqual([]);
});
