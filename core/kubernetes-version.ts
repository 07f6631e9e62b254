/** The number that counts in a version of Kubernetes: 35 for `1.35` and for `1.35.9`. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
