import fc from 'fast-check';

// The same cases at every run, so that a red run is the change's own; PROPERTY_SEED chooses others.
const asked = process.env['PROPERTY_SEED'];
const seed = asked === 'random' ? Date.now() : Number(asked ?? 20_260_101);
if (!Number.isSafeInteger(seed))
  throw new Error(`PROPERTY_SEED is "${asked ?? ''}", expected a whole number or "random"`);
fc.configureGlobal({ seed });

export default fc;
