import type { Span, Timeline, TimelineRow } from '../../../core/report/timeline';
import { formatElapsed } from '../../render/steps';
import { Html } from './html';
import { outcomeMark } from './words';

const rowHeight = 23;
const width = 1080;
const margin = { left: 262, right: 86, top: 30, bottom: 8 };

/** Widths of the ticks' distances, in milliseconds: such as people count in. */
const distances = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map(
  (seconds) => seconds * 1000,
);
const mostTicks = 9;

/** A bar that is narrower than this part of the whole is not seen. */
const narrowest = 0.0022;

/** A phase this wide, as a part of the whole, has room for its name. */
const roomForName = 0.085;

type Drawn = Span & { row: string; title: string; fill: string; ink: string };

/**
 * The timeline as SVG: a line for each step and build. Rendered here, so that the page needs no script for it; its colours
 * are those of the page, light or dark. Kinds differ by texture, too: work is solid, waiting is hatched, what failed is
 * crossed.
 */
export async function timelineChart({ rows, length }: Timeline): Promise<Html> {
  const [Plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<html><body></body></html>') as unknown as { document: SvgDocument };
  const keyed = rows.map((row, index) => ({ ...row, key: String(index) }));
  const spans = keyed.flatMap((row) =>
    row.spans.map((span, index): Drawn => drawn(row, row.key, span, index, length)),
  );
  const ticks = ticksOf(length);
  const inMinutes = (ms: number): string => tickLabel(ms, ticks[1] ?? 1000);
  const chart: unknown = Plot.plot({
    document: document as never,
    width,
    height: margin.top + margin.bottom + rows.length * rowHeight,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    style: { fontFamily: 'inherit', fontSize: '12px', background: 'none' } as never,
    ariaLabel: 'Timeline of the execution; the table below it has the same in numbers',
    x: { domain: [0, Math.max(length, 1)], axis: null },
    y: { domain: keyed.map(({ key }) => key), axis: null, padding: 0.34 },
    marks: [
      Plot.gridX(ticks, { stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.axisX(ticks, {
        anchor: 'top',
        tickFormat: inMinutes,
        tickSize: 0,
        label: null,
        color: 'var(--quiet)',
      }),
      Plot.text(keyed, {
        y: 'key',
        text: ({ depth, label, status }: TimelineRow) =>
          `${'\u2003'.repeat(depth)}${outcomeMark(status).mark}\u2002${shortened(label, 36 - depth * 2)}`,
        title: 'label',
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: -margin.left + 2,
        fill: ({ kind }: TimelineRow) => (kind === 'build' ? 'var(--quiet)' : 'var(--ink)'),
      }),
      Plot.ruleY(
        keyed.filter(({ kind }) => kind === 'group'),
        { y: 'key', x1: 'from', x2: 'to', stroke: 'var(--wait)', strokeWidth: 2 },
      ),
      Plot.barX(spans, {
        y: 'row',
        x1: 'from',
        x2: ({ from, to }: Drawn) => Math.max(to, Math.min(from + length * narrowest, length)),
        fill: 'fill',
        title: 'title',
        rx: 1.5,
        stroke: ({ kind }: Drawn) =>
          kind === 'wait' ? 'var(--wait)' : kind === 'failed' ? 'var(--bad)' : 'none',
        strokeWidth: 0.75,
      }),
      Plot.text(
        spans.filter(({ kind, from, to }) => kind === 'phase' && to - from > length * roomForName),
        {
          y: 'row',
          x: ({ from, to }: Drawn) => (from + to) / 2,
          text: 'label',
          fill: 'ink',
          stroke: 'none',
          fontSize: 9.5,
          fontWeight: 600,
          pointerEvents: 'none',
        },
      ),
      Plot.text(keyed, {
        y: 'key',
        text: ({ from, to }: TimelineRow) => formatElapsed(to - from),
        frameAnchor: 'right',
        textAnchor: 'end',
        dx: margin.right - 4,
        fill: 'var(--quiet)',
        fontVariant: 'tabular-nums',
      }),
    ],
  });
  const textures = document.createElementNS('http://www.w3.org/2000/svg', 'defs');
  textures.innerHTML = texturesSvg;
  const svg = chart as SvgElement;
  svg.prepend(textures);
  return new Html(svg.outerHTML);
}

/** What is needed of a document and of its elements: this program has no types of browsers. */
interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

interface SvgElement {
  innerHTML: string;
  readonly outerHTML: string;
  prepend(child: unknown): void;
}

/** Hatched for waiting, crossed for failure. */
export const texturesSvg =
  '<pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="5" height="5" fill="var(--card)"/><rect width="1.6" height="5" fill="var(--wait)"/></pattern>' +
  '<pattern id="crossed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="6" height="6" fill="var(--bad)"/><path d="M0 3H6M3 0V6" stroke="var(--card)" stroke-width="1.1"/></pattern>';

const fills: Record<Span['kind'], string> = {
  work: 'var(--work)',
  failed: 'url(#crossed)',
  wait: 'url(#hatched)',
  phase: 'var(--work)',
};

function drawn(row: TimelineRow, key: string, span: Span, index: number, length: number): Drawn {
  const { kind, from, to, label } = span;
  const words = {
    work: 'work',
    failed: `failed: ${label ?? ''}`,
    wait: label === undefined ? 'waiting' : `waiting after ${label}`,
    phase: `phase ${label ?? ''}`,
  }[kind];
  return {
    ...span,
    to: Math.min(to, length),
    row: key,
    title: `${row.label}: ${words}, ${formatElapsed(to - from)}${span.open ? ' so far' : ''}`,
    // Phases beside each other differ in lightness.
    ...(kind === 'phase' && index % 2 === 1
      ? { fill: 'var(--work-2)', ink: 'var(--on-work-2)' }
      : { fill: fills[kind], ink: 'var(--on-work)' }),
  };
}

function ticksOf(length: number): number[] {
  const distance = distances.find((candidate) => length / candidate <= mostTicks) ?? distances.at(-1) ?? 1000;
  return Array.from({ length: Math.floor(length / distance) + 1 }, (_, index) => index * distance);
}

/** `20 s` where ticks are closer than a minute, else `5 min`, `1 h 30`. */
function tickLabel(ms: number, distance: number): string {
  if (ms === 0) return '0';
  if (distance < 60_000) {
    const seconds = Math.round(ms / 1000);
    return seconds < 60
      ? `${seconds} s`
      : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
  const minutes = Math.round(ms / 60_000);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
}

function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
