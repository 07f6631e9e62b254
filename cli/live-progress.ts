import { unhurried, type Progress } from '../local/processes/progress';
import type { Host } from './host';

/** What is going on, as lines; a passing one is drawn over on a terminal, and left out elsewhere where many come. */
export interface LiveProgress {
  tell: Progress;
  /** Leaves the last line standing. */
  done(): void;
}

export function liveProgress(host: Host): LiveProgress {
  const line = (message: string): void => {
    host.err(`${message}\n`);
  };
  if (!host.isTerminal) return { tell: unhurried(line, () => host.now()), done: () => undefined };
  return {
    tell: (message, isPassing = false) => {
      if (isPassing) void host.redraw(host.paint.err.dim(message));
      else {
        host.settle();
        line(message);
      }
    },
    done: () => {
      host.settle();
    },
  };
}
