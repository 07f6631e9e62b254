import { chartValues } from '../../../builds/cluster/load-balancer-controller';
import { configurationWith, found } from '../support';

test("the controller's image is the chart's, or its copy in the configured registry", () => {
  expect(chartValues(configurationWith(), found)).not.toHaveProperty('image');
  expect(chartValues(configurationWith({ image_registry: 'registry.example/mirror' }), found)).toMatchObject({
    image: { repository: 'registry.example/mirror/public.ecr.aws/eks/aws-load-balancer-controller' },
  });
});

test.each(['https://registry.example', 'registry.example/', 'localhost', 'registry.example/Mirror'])(
  '%s is no registry',
  (registry) => {
    expect(() => configurationWith({ image_registry: registry })).toThrow('image_registry');
  },
);
