import { isDeepStrictEqual } from 'node:util';
import { randomUUID } from 'node:crypto';

/** An object of the Kubernetes API, as JSON. */
export interface StoredObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** One change of the store: what stands under a key from then on. */
interface Entry {
  readonly at: number;
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly object: StoredObject;
}

/** Who owns a field: `<field manager>/<Apply or Update>`, by the field's path. */
type Owners = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Objects with a history of all their versions, as etcd keeps them, and with an owner of each field, as server-side apply
 * does (https://kubernetes.io/docs/reference/using-api/server-side-apply/). Keys sort as the API server lists.
 */
export class ObjectsInMemory {
  private readonly current = new Map<string, StoredObject>();
  private readonly owners = new Map<string, Owners>();
  private readonly history: Entry[] = [];
  private readonly watchers = new Set<(entry: Entry) => void>();
  private version = 1;

  constructor(private readonly now: () => number) {}

  get(key: string): StoredObject | undefined {
    return this.current.get(key);
  }

  /** The objects whose key begins so, in the order of their keys, as they are or as they were at a version. */
  list(prefix: string, version?: number): StoredObject[] {
    const objects = version === undefined || version >= this.version ? this.current : this.asOf(version);
    return [...objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .flatMap((key) => objects.get(key) ?? []);
  }

  latestVersion(): number {
    return this.version;
  }

  /** The version that was the latest at a time, in milliseconds since the epoch. */
  versionAt(time: number): number {
    return this.history.findLast(({ at }) => at <= time)?.version ?? 1;
  }

  /** Makes an object; all its fields are the manager's. */
  create(key: string, object: StoredObject, manager: string): StoredObject {
    this.owners.set(key, new Map([...leavesOf(object)].map(([path]) => [path, new Set([manager])])));
    return this.write('ADDED', key, { ...object, metadata: { ...object.metadata, uid: randomUUID() } });
  }

  /** Puts another content in the place of an object's; the fields that differ are the manager's from then on. */
  update(key: string, was: StoredObject, is: StoredObject, manager: string): StoredObject {
    const before = leavesOf(was);
    const known = this.owners.get(key) ?? new Map<string, ReadonlySet<string>>();
    const owners = new Map<string, ReadonlySet<string>>();
    for (const [path, value] of leavesOf(is)) {
      const same = before.has(path) && isDeepStrictEqual(before.get(path), value);
      owners.set(path, same ? (known.get(path) ?? new Set()) : new Set([manager]));
    }
    this.owners.set(key, owners);
    return isDeepStrictEqual(was, is) ? was : this.write('MODIFIED', key, is);
  }

  /**
   * Server-side apply by force: what is applied becomes so and the manager's; what the manager alone owned by an earlier
   * apply, and does not apply now, goes.
   */
  apply(key: string, was: StoredObject, applied: StoredObject, manager: string): StoredObject {
    const wanted = leavesOf(applied);
    const before = leavesOf(was);
    const owners = new Map(this.owners.get(key));
    let is = was;
    for (const [path, of] of this.owners.get(key) ?? []) {
      if (wanted.has(path) || !of.has(manager)) continue;
      const others = new Set([...of].filter((one) => one !== manager));
      if (others.size > 0) owners.set(path, others);
      else {
        owners.delete(path);
        is = without(is, pathOf(path));
      }
    }
    for (const [path, value] of wanted) {
      const same = before.has(path) && isDeepStrictEqual(before.get(path), value);
      owners.set(path, new Set([...(same ? (owners.get(path) ?? []) : []), manager]));
      if (!same) is = withValue(is, pathOf(path), value);
    }
    this.owners.set(key, owners);
    return isDeepStrictEqual(was, is) ? was : this.write('MODIFIED', key, is);
  }

  delete(key: string): void {
    const object = this.current.get(key);
    if (object === undefined) return;
    this.current.delete(key);
    this.owners.delete(key);
    this.log('DELETED', key, object);
  }

  /** Calls back with every change under a prefix after a version, those of the past first. @returns ends it */
  watch(
    prefix: string,
    since: number,
    onChange: (type: Entry['type'], object: StoredObject) => void,
  ): () => void {
    const tell = ({ key, type, object }: Entry): void => {
      if (key.startsWith(prefix)) onChange(type, object);
    };
    for (const entry of this.history) if (entry.version > since) tell(entry);
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }

  private asOf(version: number): Map<string, StoredObject> {
    const objects = new Map<string, StoredObject>();
    for (const { key, object, type } of this.history.filter((entry) => entry.version <= version)) {
      if (type === 'DELETED') objects.delete(key);
      else objects.set(key, object);
    }
    return objects;
  }

  private write(type: 'ADDED' | 'MODIFIED', key: string, object: StoredObject): StoredObject {
    const resourceVersion = (this.version + 1).toString();
    const written = { ...object, metadata: { ...object.metadata, resourceVersion } };
    this.current.set(key, written);
    this.log(type, key, written);
    return written;
  }

  private log(type: Entry['type'], key: string, object: StoredObject): void {
    this.version += 1;
    const entry = { at: this.now(), version: this.version, type, key, object };
    this.history.push(entry);
    for (const tell of this.watchers) tell(entry);
  }
}

/** What identifies an object, and what the server sets, is nobody's field. */
const nobodys =
  /^\["(?:apiVersion|kind)"|^\["metadata","(?:name|namespace|uid|resourceVersion|creationTimestamp)"/;

/** The values of an object by path; a list is one value, as the lists of these kinds are atomic. */
function leavesOf(object: object): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (value: unknown, path: readonly string[]): void => {
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isMap && Object.keys(value).length > 0)
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    else leaves.set(JSON.stringify(path), value);
  };
  visit(object, []);
  for (const path of leaves.keys()) if (nobodys.test(path)) leaves.delete(path);
  return leaves;
}

const pathOf = (text: string): string[] => JSON.parse(text) as string[];

function withValue<T extends object>(object: T, [key = '', ...rest]: readonly string[], value: unknown): T {
  const inner = (object as Record<string, unknown>)[key];
  const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  return { ...object, [key]: rest.length === 0 ? value : withValue(isMap ? inner : {}, rest, value) };
}

function without<T extends object>(object: T, [key = '', ...rest]: readonly string[]): T {
  const { [key]: inner, ...others } = object as Record<string, unknown>;
  if (rest.length === 0 || typeof inner !== 'object' || inner === null) return others as T;
  const left = without(inner, rest);
  return (Object.keys(left).length === 0 ? others : { ...object, [key]: left }) as T;
}
