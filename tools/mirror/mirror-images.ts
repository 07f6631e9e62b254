/** `npm run mirror:images -- CHECKOUT`: the container images of an installation, one a line. */
import { parseArgs } from 'node:util';
import { run } from '../../builds/support/command';
import { loadBalancerController } from '../../core/versions';
import { controllerImage } from '../../builds/load-balancer/load-balancer-controller';
import { devicePluginImage } from '../../builds/cluster/device-plugin';
import { mirroredName } from '../../builds/kubernetes/image-mirror';
import { imagesOf } from '../../builds/kubernetes/images';
import { runMain } from '../../builds/support/run-main';
import { renderDistribution } from '../upstream/render-all';
import { sampleInput } from '../upstream/sample';
import { checkoutHelp, checkoutOptions, checkoutTools, oneCheckout } from '../upstream/tools';

const help = `usage: npm run mirror:images -- CHECKOUT [options]

Prints the container images of every component, of the load balancer controller and of NVIDIA's
device plugin, each once.

${checkoutHelp}
  --registry REGISTRY  print beside each image its name in that registry
`;

runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...checkoutOptions, registry: { type: 'string' } },
  });
  const { registry, help: asked } = values;
  const checkout = oneCheckout(help, positionals, asked);
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const { components } = await renderDistribution(
    sampleInput(),
    await checkoutTools(checkout, values, { run, say }),
  );
  for (const { title, failure } of components) {
    if (failure === undefined) continue;
    say(`${title} could not be rendered, its images are not listed: ${failure}`);
    process.exitCode = 1;
  }
  const images = [
    ...imagesOf(components.flatMap(({ objects }) => objects)),
    // The chart's version is the program's.
    `${controllerImage}:v${loadBalancerController.version}`,
    devicePluginImage,
  ];
  for (const image of images)
    process.stdout.write(
      registry === undefined ? `${image}\n` : `${image} ${mirroredName(image, registry)}\n`,
    );
});
