import { signal } from "@preact/signals";
import { readNote } from "../format/checkpoint";

/** A checkpoint of the audit log that somebody has kept in this browser, where the server can't change it. No secret. */
export interface Kept {
    note: string;
    /** The log's key as it was then. */
    key: string;
    at: string;
}

const NAME = "sekisho-checkpoint";

function read(): Kept | undefined {
    const text = typeof localStorage === "undefined" ? null : localStorage.getItem(NAME);
    if (text === null) {
        return undefined;
    }
    try {
        const found = JSON.parse(text) as Partial<Kept>;
        const { note = "", key = "", at = "" } = found;
        readNote(note);
        return { note, key, at };
    } catch (error) {
        console.warn("the checkpoint that this browser kept can't be read and is left alone", error);
        return undefined;
    }
}

export const kept = signal<Kept | undefined>(read());

export function keep(note: string, key: string): void {
    const next = { note, key, at: new Date().toISOString() };
    localStorage.setItem(NAME, JSON.stringify(next));
    kept.value = next;
}

export function forget(): void {
    localStorage.removeItem(NAME);
    kept.value = undefined;
}
