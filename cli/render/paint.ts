import pc from 'picocolors';

/** Colours for one of the two streams; plain text where nobody would see them. */
export type Paint = ReturnType<typeof pc.createColors>;

export interface StreamFacts {
  isTerminal: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether a stream gets colours: a terminal does, a file or a pipe does not. `NO_COLOR` turns them off whatever its
 * value (no-color.org), `FORCE_COLOR` on.
 */
export function wantsColor({ isTerminal, env }: StreamFacts): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** The colours of a stream. */
export function paintFor(stream: StreamFacts): Paint {
  return pc.createColors(wantsColor(stream));
}
