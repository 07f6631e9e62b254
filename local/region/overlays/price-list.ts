import { largeHour, sizes, typeHour } from '../../../core/prices/price-table';
import type { ServiceHandler } from '../gateway/gateway';

interface Filter {
  Field: string;
  Value: string;
}

/** Prices of types by the hour, US dollars; a machine of metal costs what the largest of its family does. */
function pricesOf(metal: boolean): Record<string, number> {
  const families = Object.entries(largeHour);
  if (metal)
    return Object.fromEntries(
      families.map(([family, large]) => [`${family}.metal`, large * (sizes['24xlarge'] ?? 0)]),
    );
  const inProportion = families.flatMap(([family, large]) =>
    Object.entries(sizes).map(([size, units]): [string, number] => [`${family}.${size}`, large * units]),
  );
  return { ...Object.fromEntries(inProportion), ...typeHour };
}

/**
 * The Price List's GetProducts for machines on demand, which moto has not: the prices that a plan reckons with, in every region
 * those of one. What there is no price of here, Karpenter takes from its own release.
 */
export const priceList: ServiceHandler = ({ operation }, http) => {
  if (operation !== 'GetProducts') return Promise.resolve(undefined);
  const { Filters: filters = [] } = JSON.parse(http.body.toString('utf8')) as { Filters?: Filter[] };
  const family = filters.find(({ Field }) => Field === 'productFamily')?.Value ?? '';
  const products = Object.entries(pricesOf(family.includes('bare metal'))).map(([instanceType, price]) => ({
    product: { productFamily: family, attributes: { instanceType } },
    terms: {
      OnDemand: { term: { priceDimensions: { hour: { pricePerUnit: { USD: price.toFixed(10) } } } } },
    },
  }));
  return Promise.resolve({
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({
      FormatVersion: 'aws_v1',
      PriceList: products.map((product) => JSON.stringify(product)),
    }),
  });
};
