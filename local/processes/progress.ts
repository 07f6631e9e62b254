/**
 * Told in sentences what is going on. A passing one is soon followed by another of its kind, such as a count that goes
 * up: where lines stay, most of them need not be written.
 */
export type Progress = (message: string, isPassing?: boolean) => void;

/** How often a passing message may be written where lines stay, in milliseconds. */
const passingIntervalMs = 30_000;

/** Leaves out passing messages that come too soon after another one: for a log, a pipe, CI. */
export function unhurried(say: (message: string) => void, now: () => number = Date.now): Progress {
  let last = 0;
  return (message, isPassing = false) => {
    if (isPassing && now() - last < passingIntervalMs) return;
    last = now();
    say(message);
  };
}

/** Writes passing messages over each other on a terminal; elsewhere few of them. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY || process.env['CI'] !== undefined) {
    return unhurried((message) => {
      stream.write(`${message}\n`);
    });
  }
  const clearLine = '\r\u001b[2K';
  return (message, isPassing = false) => {
    stream.write(`${clearLine}${isPassing ? message.slice(0, stream.columns - 1) : `${message}\n`}`);
  };
}
