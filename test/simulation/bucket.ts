import { hash } from 'node:crypto';

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  key: string;
  versionId: string;
  etag: string;
  body: string;
  metadata: Record<string, string>;
  /** Milliseconds since 1970. */
  time: number;
  sequencer: string;
  isMarker: boolean;
  /** Who wrote it: the name of the caller. */
  writer: string;
}

/** What a write may ask for ("Conditional writes", S3 User Guide). */
export interface Condition {
  ifMatch?: string;
  ifNoneMatch?: string;
}

/** S3's answer: 412 for a condition that does not hold, 404 for If-Match where there is nothing. */
export type Written = { status: 200; version: ObjectVersion } | { status: 404 | 412 };

/** One bucket of S3, strongly consistent, with versions or without. */
export class Bucket {
  /** The versions of each key, oldest first. */
  private readonly objects = new Map<string, ObjectVersion[]>();
  private readonly sorted: string[] = [];
  private count = 0;
  /** Told of every version that is written, delete markers not. */
  onCreated: (version: ObjectVersion) => void = () => undefined;
  /** Told of whatever happens to the object of a key: stands in for asking again and again. */
  readonly watchers = new Map<string, Set<() => void>>();

  constructor(
    readonly name: string,
    readonly isVersioned: boolean,
    private readonly now: () => number,
  ) {}

  /** The object as it is seen without a version id. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.objects.get(key)?.at(-1);
    return newest?.isMarker ? undefined : newest;
  }

  /** Newest first, with delete markers. */
  versions(key: string): readonly ObjectVersion[] {
    return [...(this.objects.get(key) ?? [])].reverse();
  }

  version(key: string, versionId: string): ObjectVersion | undefined {
    return this.objects.get(key)?.find((one) => one.versionId === versionId && !one.isMarker);
  }

  /** Keys that have a current object, in S3's order. */
  keys(prefix: string, most = Number.POSITIVE_INFINITY): string[] {
    const found: string[] = [];
    for (let at = this.place(prefix); at < this.sorted.length && found.length < most; at++) {
      const key = this.sorted[at] as string;
      if (!key.startsWith(prefix)) break;
      if (this.current(key)) found.push(key);
    }
    return found;
  }

  /** Keys that have any version. */
  allKeys(prefix: string): string[] {
    return this.sorted.filter((key) => key.startsWith(prefix));
  }

  put(
    key: string,
    body: string,
    writer: string,
    { ifMatch, ifNoneMatch }: Condition = {},
    metadata: Record<string, string> = {},
  ): Written {
    const there = this.current(key);
    if (ifNoneMatch !== undefined && there) return { status: 412 };
    if (ifMatch !== undefined && !there) return { status: 404 };
    if (ifMatch !== undefined && there?.etag !== ifMatch) return { status: 412 };
    const version = this.add(key, { body, metadata, writer, isMarker: false });
    this.onCreated(version);
    this.tell(key);
    return { status: 200, version };
  }

  /** Removes a version for good, or hides the object. False when If-Match does not hold. */
  delete(key: string, writer: string, { versionId, ifMatch }: { versionId?: string; ifMatch?: string } = {}): boolean {
    const there = this.current(key);
    if (ifMatch !== undefined && ifMatch !== '*' && there?.etag !== ifMatch) return false;
    if (versionId) this.keep(key, (one) => one.versionId !== versionId);
    else if (this.isVersioned) this.add(key, { body: '', metadata: {}, writer, isMarker: true });
    else this.keep(key, () => false);
    this.tell(key);
    return true;
  }

  private tell(key: string): void {
    for (const watch of this.watchers.get(key) ?? []) watch();
  }

  private add(key: string, draft: Pick<ObjectVersion, 'body' | 'metadata' | 'writer' | 'isMarker'>): ObjectVersion {
    const before = this.objects.get(key);
    if (!before) this.sorted.splice(this.place(key), 0, key);
    const count = (++this.count).toString(16).padStart(6, '0');
    const version = {
      ...draft,
      key,
      versionId: this.isVersioned ? `v${count}` : 'null',
      etag: `"${hash('md5', draft.body)}"`,
      time: this.now(),
      sequencer: `00${Math.floor(this.now()).toString(16).padStart(12, '0')}${count}`.toUpperCase(),
    };
    if (before && this.isVersioned) before.push(version);
    else this.objects.set(key, [version]);
    return version;
  }

  private keep(key: string, isKept: (version: ObjectVersion) => boolean): void {
    const left = (this.objects.get(key) ?? []).filter(isKept);
    if (left.length > 0) this.objects.set(key, left);
    else if (this.objects.delete(key)) this.sorted.splice(this.place(key), 1);
  }

  /** Where a key is, or would be, in the order. */
  private place(key: string): number {
    let [from, to] = [0, this.sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.sorted[middle] as string) < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
