import fc from 'fast-check';

/**
 * The properties' generator. A change is judged by the same cases wherever it is tested, so that a red run is the
 * change's own; other cases are tried by themselves (`npm run test:properties`, every night), and a failure names the
 * seed that shows it again: `PROPERTY_SEED=-1631317034 npm test -- test/isolation/property`.
 */
const usual = 20_260_101;
const asked = process.env['PROPERTY_SEED'];

function seedOf(text: string): number {
  const seed = text === 'random' ? Date.now() ^ (Math.random() * 0x1_0000_0000) : Number(text);
  if (!Number.isSafeInteger(seed)) {
    throw new Error(`PROPERTY_SEED is "${text}"; it must be a whole number, or the word random`);
  }
  return seed;
}

fc.configureGlobal({ seed: asked === undefined ? usual : seedOf(asked) });

export default fc;
