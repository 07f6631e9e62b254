import type { HttpParts } from '../../../local/region/gateway/aws-request';
import { priceList } from '../../../local/region/overlays/price-list';

async function productsOf(productFamily: string): Promise<Record<string, string>> {
  const http: HttpParts = {
    method: 'POST',
    url: '/',
    headers: {},
    body: Buffer.from(JSON.stringify({ Filters: [{ Field: 'productFamily', Value: productFamily }] })),
  };
  const answer = await priceList({ service: 'pricing', operation: 'GetProducts' } as never, http);
  const { PriceList: list } = JSON.parse(String(answer?.body)) as { PriceList: string[] };
  const products = list.map(
    (product) =>
      JSON.parse(product) as {
        product: { attributes: { instanceType: string } };
        terms: {
          OnDemand: Record<string, { priceDimensions: Record<string, { pricePerUnit: { USD: string } }> }>;
        };
      },
  );
  return Object.fromEntries(
    products.map(({ product, terms }) => [
      product.attributes.instanceType,
      Object.values(Object.values(terms.OnDemand)[0]?.priceDimensions ?? {})[0]?.pricePerUnit.USD ?? '',
    ]),
  );
}

test('machines have the prices of a plan, those of metal in a list of their own', async () => {
  const shared = await productsOf('Compute Instance');
  expect([Number(shared['m6i.2xlarge']), Number(shared['g5.xlarge'])]).toEqual([0.384, 1.006]);
  expect(Object.keys(shared).filter((type) => type.endsWith('.metal'))).toEqual([]);
  // As https://aws.amazon.com/ec2/pricing/on-demand/ has it.
  expect(Number((await productsOf('Compute Instance (bare metal)'))['m5.metal'])).toBe(4.608);
  expect(await priceList({ operation: 'GetAttributeValues' } as never, {} as never)).toBeUndefined();
});
