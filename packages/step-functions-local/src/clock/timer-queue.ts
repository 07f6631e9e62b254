/** One call that is to be made at a time. */
export interface Timer {
  readonly at: number;
  readonly sequence: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A binary heap of timers: the earliest first, and of those that are due together the one scheduled first. */
export class TimerQueue {
  private heap: Timer[] = [];
  private sequence = 0;
  private cancelledCount = 0;

  add(at: number, callback: () => void): Timer {
    const timer: Timer = { at, sequence: this.sequence++, callback, cancelled: false };
    this.heap.push(timer);
    this.siftUp(this.heap.length - 1);
    return timer;
  }

  /** Cancelled timers stay in the heap until they surface, or until they are the larger half of it. */
  cancel(timer: Timer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    this.cancelledCount++;
    if (this.cancelledCount > 64 && this.cancelledCount > this.heap.length / 2) this.compact();
  }

  /** The earliest timer that is not cancelled; it stays in the queue. */
  peek(): Timer | undefined {
    for (;;) {
      const first = this.heap[0];
      if (first?.cancelled !== true) return first;
      this.removeFirst();
      this.cancelledCount--;
    }
  }

  /** Takes the earliest timer out of the queue. */
  pop(): Timer | undefined {
    const first = this.peek();
    if (first !== undefined) {
      this.removeFirst();
      // A cancel that comes after the timer fired must not count.
      first.cancelled = true;
    }
    return first;
  }

  clear(): void {
    this.heap = [];
    this.cancelledCount = 0;
  }

  private compact(): void {
    this.heap = this.heap.filter((timer) => !timer.cancelled);
    this.heap.sort((a, b) => (earlier(a, b) ? -1 : 1));
    this.cancelledCount = 0;
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.siftDown(0);
  }

  private siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  private siftDown(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.heap.length) return;
      const right = left + 1;
      const child = right < this.heap.length && earlier(this.at(right), this.at(left)) ? right : left;
      if (!this.swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  private swapIfEarlier(child: number, parent: number): boolean {
    const a = this.at(child);
    const b = this.at(parent);
    if (!earlier(a, b)) return false;
    this.heap[child] = b;
    this.heap[parent] = a;
    return true;
  }

  private at(index: number): Timer {
    return this.heap[index] as Timer;
  }
}

function earlier(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
