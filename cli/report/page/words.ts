/** `2026-11-29 10:14 UTC`: the same wherever it is read. */
export function shownTime(at: number | string): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What became of something, as a mark and a word, so that it needs no colour. */
export function outcomeMark(status: string): { mark: string; className: string; word: string } {
  const word = status.toLowerCase().replaceAll('_', ' ');
  switch (status) {
    case 'SUCCEEDED':
      return { mark: '✓', className: 'good', word };
    case 'RUNNING':
    case 'IN_PROGRESS':
    case 'PENDING':
    case 'PENDING_REDRIVE':
      return { mark: '▸', className: '', word: word === 'in progress' ? 'running' : word };
    case 'CAUGHT':
      return { mark: '!', className: 'warning', word: 'failed, went on' };
    case 'ABORTED':
    case 'STOPPED':
      return { mark: '−', className: 'warning', word };
    default:
      return { mark: '✗', className: 'failure', word };
  }
}
