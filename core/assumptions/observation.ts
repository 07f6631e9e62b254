import { z } from 'zod';
import { assumptions, isAssumption, type AssumptionId } from './assumption-table';

/**
 * - `verified`: what was seen is what is assumed.
 * - `refuted`: what was seen contradicts it.
 * - `not-observed`: a step came to where it could be seen, and it did not show.
 */
const verdicts = ['verified', 'refuted', 'not-observed'] as const;
export type Verdict = (typeof verdicts)[number];

/** What a step has seen of an assumption. Holds neither secrets nor anything of a person. */
export interface Observation {
  readonly id: AssumptionId;
  readonly verdict: Verdict;
  /** What was seen, for people. */
  readonly value?: string;
  /** The host that answered, where it is none of AWS: whatever it says proves nothing about AWS. */
  readonly elsewhere?: string;
}

const observationSchema = z.object({
  id: z.custom<AssumptionId>((id) => typeof id === 'string' && isAssumption(id)),
  verdict: z.enum(verdicts),
  value: z.string().optional(),
  elsewhere: z.string().optional(),
});

/** What of a list are observations that this release knows; another release may have had others. */
export function observationsOf(list: unknown): Observation[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown): Observation[] => {
    const { data } = observationSchema.safeParse(each);
    return data === undefined ? [] : [data as Observation];
  });
}

/** How much a verdict counts beside another on the same assumption: one that is refuted anywhere does not hold. */
const weight: Readonly<Record<Verdict, number>> = { 'not-observed': 0, verified: 1, refuted: 2 };

/** One for each assumption, in the order of the table. Of equal verdicts the later counts. */
export function mergeObservations(observations: readonly Observation[]): Observation[] {
  const merged = new Map<AssumptionId, Observation>();
  for (const each of observations) {
    const before = merged.get(each.id);
    if (before === undefined || weight[each.verdict] >= weight[before.verdict]) merged.set(each.id, each);
  }
  return (Object.keys(assumptions) as AssumptionId[]).flatMap((id) => merged.get(id) ?? []);
}

/** Those that do not hold on AWS. */
export function refutedOnAws(observations: readonly Observation[]): Observation[] {
  return observations.filter(({ verdict, elsewhere }) => verdict === 'refuted' && elsewhere === undefined);
}

/** An observation as a sentence, for mails, warnings and reports. */
export function observationText({ id, verdict, value, elsewhere }: Observation): string {
  const seen = value === undefined ? '' : ` Seen: ${value}.`;
  const where = elsewhere === undefined ? '' : ` (answered by ${elsewhere}, which is not AWS)`;
  return `${id}: ${verdict.replace('-', ' ')}${where}. ${assumptions[id].sentence}${seen}`;
}

/**
 * What all observations of an execution say, in lines: how many hold, and each that does not.
 *
 * @returns nothing where there are none
 */
export function assumptionLines(observations: readonly Observation[]): string[] {
  if (observations.length === 0) return [];
  const count = (verdict: Verdict): number => observations.filter((each) => each.verdict === verdict).length;
  const others = [...new Set(observations.flatMap(({ elsewhere }) => elsewhere ?? []))];
  const sums = `${count('verified')} verified, ${count('refuted')} refuted, ${count('not-observed')} not observed`;
  const about =
    others.length === 0
      ? `assumptions about AWS: ${sums}`
      : `assumptions about AWS, asked of ${others.join(', ')}, which is not AWS and proves nothing of it: ${sums}`;
  return [
    about,
    ...observations
      .filter(({ verdict }) => verdict === 'refuted')
      .map((each) => `- ${observationText(each)}`),
  ];
}
