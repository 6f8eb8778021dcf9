import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** What is known of one thing that the server has. */
export interface Query<T> {
    data: T | undefined;
    error: unknown;
    loading: boolean;
}

/** A question and what is known of its answer. */
export interface Entry {
    readonly key: string;
    readonly state: Signal<Query<unknown>>;
    load: () => Promise<unknown>;
    users: number;
    run: number;
}

/** Enough to go back without waiting, few enough to forget. */
const KEPT = 60;
const NOTHING: Query<unknown> = { data: undefined, error: undefined, loading: true };
/** What was drawn last is last. */
const entries = new Map<string, Entry>();

/** What is known under a key, to be drawn; {@link hold} follows when it is on the screen. */
export function entryOf(key: string, load: () => Promise<unknown>): Entry {
    const entry = entries.get(key) ?? { key, state: signal(NOTHING), load, users: 0, run: 0 };
    entry.load = load;
    entries.delete(key);
    entries.set(key, entry);
    forgetOld();
    return entry;
}

/** Forgets an answer, also one that is under way. Who has drawn it and does not hold it yet keeps the question. */
function forget(entry: Entry): void {
    entry.run++;
    entry.state.value = NOTHING;
}

function forgetOld(): void {
    for (const [key, entry] of entries) {
        if (entries.size <= KEPT) {
            return;
        }
        if (entry.users === 0) {
            entries.delete(key);
        }
    }
}

async function refresh(entry: Entry): Promise<void> {
    const run = ++entry.run;
    entry.state.value = { ...entry.state.peek(), loading: true };
    let next: Query<unknown>;
    try {
        next = { data: await entry.load(), error: undefined, loading: false };
    } catch (error) {
        next = { data: entry.state.peek().data, error, loading: false };
    }
    // Only the newest question may answer.
    if (run === entry.run) {
        entry.state.value = next;
    }
}

/** Asks the server and keeps asking when the key is invalidated, until the function that it returns is called. */
export function hold(entry: Entry): () => void {
    if (!entries.has(entry.key)) {
        entries.set(entry.key, entry);
    }
    entry.users++;
    void refresh(entry);
    return () => {
        entry.users--;
    };
}

/** Asks under a key that nothing on the screen shows. */
export function watch<T>(key: string, load: () => Promise<T>): () => void {
    return hold(entryOf(key, load));
}

/** What is known now. */
export function peek(key: string): Query<unknown> | undefined {
    return entries.get(key)?.state.peek();
}

/** Shows what is known at once and asks the server; asks again whenever the key is invalidated. */
export function useQuery<T>(key: string, load: () => Promise<T>): Query<T> {
    const entry = entryOf(key, load);
    useEffect(() => hold(entry), [entry]);
    return (entry.state as ReadonlySignal<Query<T>>).value;
}

/** Asks again for everything whose key begins so: at once when it is on the screen, else when it comes back. */
export async function invalidate(...prefixes: string[]): Promise<void> {
    const asked: Promise<void>[] = [];
    for (const [key, entry] of [...entries]) {
        if (prefixes.some((prefix) => key === prefix || key.startsWith(`${prefix}/`) || key.startsWith(`${prefix}?`))) {
            if (entry.users > 0) {
                asked.push(refresh(entry));
            } else {
                forget(entry);
            }
        }
    }
    await Promise.all(asked);
}

/** Changes what is known of one thing, when something is: what an event carries is shown before the server is asked. */
export function amend<T>(key: string, change: (known: T) => T): void {
    const entry = entries.get(key);
    const before = entry?.state.peek();
    if (entry !== undefined && before?.data !== undefined) {
        entry.state.value = { ...before, data: change(before.data as T) };
    }
}

export function invalidateAll(): void {
    for (const entry of entries.values()) {
        if (entry.users > 0) {
            void refresh(entry);
        }
    }
}

/** Nothing of one person may be shown to the next. */
export function forgetAll(): void {
    entries.forEach(forget);
    entries.clear();
}

/**
 * Shows a change before the server has said yes: applies it to what is known, does the work, and takes the change back
 * when the work fails.
 */
export async function optimistic<T>(key: string, change: (known: T) => T, work: () => Promise<unknown>): Promise<void> {
    const entry = entries.get(key);
    const before = entry?.state.peek();
    if (entry !== undefined && before?.data !== undefined) {
        entry.run++;
        entry.state.value = { ...before, data: change(before.data as T) };
    }
    try {
        await work();
    } catch (error) {
        if (entry !== undefined && before !== undefined) {
            entry.state.value = before;
        }
        throw error;
    }
    if (entry !== undefined) {
        await refresh(entry);
    }
}
