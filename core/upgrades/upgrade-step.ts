/** Something that is otherwise from a version on. */
export interface UpgradePoint {
  /**
   * - `removed`: a kind, a component or a setting is no longer there.
   * - `storage`: what is stored changes its form or place.
   * - `by hand`: something must be done that neither upstream's manifests nor this software does.
   * - `changed`: something behaves otherwise.
   */
  readonly kind: 'removed' | 'storage' | 'by hand' | 'changed';
  /** What is otherwise, as a sentence. */
  readonly what: string;
  /** What to do about it, and when, as a sentence; nothing where this software does it, or nobody has to. */
  readonly todo?: string;
  /** Where that is written. */
  readonly source: string;
}

/** From a version to the next one. */
export interface UpgradeStep {
  readonly from: string;
  readonly to: string;
  readonly points: readonly UpgradePoint[];
}
