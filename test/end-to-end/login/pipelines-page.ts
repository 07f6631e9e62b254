import type { WayIn } from '../../support/way-in';
import { arrivalOf, ask, json } from './ask';

const artifact = '/pipeline/artifacts/get?source=minio&bucket=mlpipeline&key=a%2Fb&namespace=team-a';
const secret = encodeURIComponent(
  JSON.stringify({ Params: { secretName: 'db', endpoint: 'http://elsewhere.example' } }),
);
const elsewhere = encodeURIComponent('http://seaweedfs.kubeflow:8888/buckets/');

/** What the page of Pipelines is asked to fetch, in Envoy itself: the filter's logic has its own test. */
export function pipelinesPageIsBounded(wayIn: () => WayIn): void {
  test('an artifact is asked for without a Secret and its address, and all else as it was', async () => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    const arrived = async (path: string): Promise<string> =>
      arrivalOf(await ask(wayIn(), visitor, path)).path;
    expect(await arrived(`${artifact}&providerInfo=${secret}`)).toBe(artifact);
    expect(await arrived(`/pipeline/%61rtifacts/get?providerInfo=${secret}`)).not.toContain('secretName');
    expect(await arrived(artifact)).toBe(artifact);
    expect(await arrived('/pipeline/apis/v2beta1/runs?namespace=team-a')).toBe(
      '/pipeline/apis/v2beta1/runs?namespace=team-a',
    );
  });

  test.each([
    `/pipeline/apis/v1beta1/_proxy/${elsewhere}`,
    `/pipeline/apis/v1beta1/%5Fproxy/${elsewhere}`,
    `/pipeline/x/../apis/v1beta1/_proxy/${elsewhere}`,
    artifact.replace('team-a', 'a@seaweedfs.kubeflow:8888'),
  ])('an address that a visitor names is not fetched: %s', async (path) => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    // The authorizer's own router leads a path with two slashes to the one without (oauth2-proxy 7.15, pkg/upstream/proxy.go).
    const page = await visitor.visit(`${wayIn().url}${path}`, { headers: json });
    expect(page.status).toBe(403);
  });

  test('a TensorBoard is, by the address with one slash to which its first one leads', async () => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    const viewer = `viewer-${'0a'.repeat(20)}`;
    const address = `http://${viewer}-service.team-a.svc.cluster.local:80/tensorboard/${viewer}/`;
    const page = await visitor.visit(
      `${wayIn().url}/pipeline/apis/v1beta1/_proxy/${encodeURIComponent(address)}`,
      { headers: json },
    );
    expect(arrivalOf(page).path).toBe(`/pipeline/apis/v1beta1/_proxy/${address.replace('//', '/')}`);
  });

  test('nor one in the referer', async () => {
    const { visitor } = await wayIn().logIn('ACME\\alice');
    const referer = `${wayIn().url}/pipeline/apis/v1beta1/_proxy/${elsewhere}`;
    expect((await ask(wayIn(), visitor, '/pipeline/buckets/', { referer })).status).toBe(403);
  });
}
