// Signed checkpoints of the audit log, read and checked where they are shown: a server that has changed its log can't
// be asked whether it has. Formats: C2SP `signed-note`, RFC 9162 section 2.1.4.2; the server's side is `control.merkle`.

/** What the log was at one moment. */
export interface Checkpoint {
    origin: string;
    size: number;
    /** In hexadecimal. */
    root: string;
    at: string;
}

export interface LogKey {
    name: string;
    hash: Uint8Array<ArrayBuffer>;
    raw: Uint8Array<ArrayBuffer>;
}

/** Whether the key has signed; `unknown` = this browser can't check Ed25519. */
export type Signature = "right" | "wrong" | "unknown";

const DASH = "\u2014 ";
const HASH_BYTES = 4;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const ED25519 = 1;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
        return undefined;
    }
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    // Several texts stand for the same bytes; one of them is the right one.
    return btoa(String.fromCharCode(...bytes)) === base64 ? bytes : undefined;
}

function hexOf(bytes: Uint8Array): string {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
    if (!/^(?:[0-9a-f]{2})*$/.test(hex)) {
        throw new Error("The server's proof is not written in hexadecimal.");
    }
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        all.set(part, at);
        at += part.length;
    }
    return all;
}

/** Reads `NAME+HASH+KEY`; the hash finds what was mistyped. */
export async function readKey(text: string): Promise<LogKey> {
    const [name = "", hash = "", ...rest] = text.trim().split("+");
    const typed = bytesOf(rest.join("+"));
    if (name === "" || typed === undefined || typed.length !== KEY_BYTES + 1 || typed[0] !== ED25519) {
        throw new Error("This is no key of a log: it looks like sekisho.audit+1a2b3c4d+AS…");
    }
    const right = (await sha256(joined(new TextEncoder().encode(`${name}\n`), typed))).slice(0, HASH_BYTES);
    if (hexOf(right) !== hash) {
        throw new Error("The key was mistyped or cut: its check digits do not match.");
    }
    return { name, hash: right, raw: typed.slice(1) };
}

/** A note as it was signed, whether it was copied from a page, a file, or a line of an export. */
export function tidyNote(pasted: string): string {
    let text = pasted.replace(/\r\n?/g, "\n").trim();
    if (text.startsWith("{")) {
        try {
            const line: unknown = JSON.parse(text);
            text = String((line as { checkpoint?: unknown }).checkpoint ?? "").trim();
        } catch {
            // What is no JSON is judged as it stands, and found to be no checkpoint.
        }
    }
    return `${text}\n`;
}

/** Reads a note without looking at its signature. */
export function readNote(note: string): Checkpoint {
    const end = note.lastIndexOf(`\n\n${DASH}`);
    const lines = note.slice(0, end + 1).split("\n");
    const [origin = "", size = "", root = "", time = ""] = lines;
    const bytes = bytesOf(root);
    const millis = /^timestamp (\d{1,15})$/.exec(time)?.[1];
    if (end < 0 || lines.length !== 5 || !/^(?:0|[1-9]\d{0,14})$/.test(size) || bytes?.length !== KEY_BYTES || millis === undefined) {
        throw new Error("This is no signed checkpoint. Copy it whole: from the name of the log to the line that begins with a dash.");
    }
    return { origin, size: Number(size), root: hexOf(bytes), at: new Date(Number(millis)).toISOString() };
}

/** Whether a note is signed with a key. */
export async function signatureOf(note: string, key: LogKey): Promise<Signature> {
    const end = note.lastIndexOf(`\n\n${DASH}`);
    const text = new TextEncoder().encode(note.slice(0, end + 1));
    const lines = note.slice(end + 2).trimEnd().split("\n").filter((line) => line.startsWith(`${DASH}${key.name} `));
    let known: CryptoKey;
    try {
        known = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
    } catch {
        return "unknown";
    }
    for (const line of lines) {
        const bytes = bytesOf(line.slice(DASH.length + key.name.length + 1));
        if (bytes?.length === HASH_BYTES + SIGNATURE_BYTES && hexOf(bytes.slice(0, HASH_BYTES)) === hexOf(key.hash)
            && await crypto.subtle.verify({ name: "Ed25519" }, known, bytes.slice(HASH_BYTES), text)) {
            return "right";
        }
    }
    return "wrong";
}

async function node(left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return sha256(joined(Uint8Array.of(1), left, right));
}

/** Whether the second tree begins with the first one. Source: RFC 9162 section 2.1.4.2. */
export async function isConsistent(first: Pick<Checkpoint, "size" | "root">, second: Pick<Checkpoint, "size" | "root">, path: string[]): Promise<boolean> {
    if (first.size < 1 || first.size > second.size) {
        return false;
    }
    if (first.size === second.size) {
        return path.length === 0 && first.root === second.root;
    }
    const steps = path.map(fromHex);
    // A tree of a power of two is a node of the later one, which the proof leaves out.
    if (Number.isInteger(Math.log2(first.size))) {
        steps.unshift(fromHex(first.root));
    }
    const [start, ...rest] = steps;
    if (start === undefined) {
        return false;
    }
    let at = first.size - 1;
    let last = second.size - 1;
    while (at % 2 === 1) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
    }
    let older = start;
    let newer = start;
    for (const step of rest) {
        if (last === 0) {
            return false;
        }
        if (at % 2 === 1 || at === last) {
            older = await node(step, older);
            newer = await node(step, newer);
            while (at % 2 === 0 && at !== 0) {
                at = Math.floor(at / 2);
                last = Math.floor(last / 2);
            }
        } else {
            newer = await node(newer, step);
        }
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
    }
    return last === 0 && hexOf(older) === first.root && hexOf(newer) === second.root;
}

/** What came of comparing an older checkpoint with today's. */
export type Comparison =
    | { kind: "contained"; older: Checkpoint; newer: Checkpoint; signature: Signature }
    /** Signed by somebody else: of another server, changed, or this server has another key than it had. */
    | { kind: "foreign"; older: Checkpoint }
    /** Today's own checkpoint is not signed with the key: the page was lied to, or the key was replaced. */
    | { kind: "unsigned"; newer: Checkpoint }
    /** Today's log has fewer records than were signed then. */
    | { kind: "shorter"; older: Checkpoint; newer: Checkpoint }
    /** Its beginning is another. */
    | { kind: "different"; older: Checkpoint; newer: Checkpoint };

/** Checks that today's log begins with what an older checkpoint says; the server gives the proof only. */
export async function compare(
    olderNote: string, newerNote: string, keyText: string, prove: (first: number, second: number) => Promise<string[]>,
): Promise<Comparison> {
    const key = await readKey(keyText);
    const older = readNote(olderNote);
    const newer = readNote(newerNote);
    const signature = await signatureOf(olderNote, key);
    if (signature === "wrong" || older.origin !== key.name) {
        return { kind: "foreign", older };
    }
    if ((await signatureOf(newerNote, key)) === "wrong" || newer.origin !== key.name) {
        return { kind: "unsigned", newer };
    }
    if (older.size > newer.size) {
        return { kind: "shorter", older, newer };
    }
    const path = older.size === newer.size || older.size === 0 ? [] : await prove(older.size, newer.size);
    const same = older.size === 0 || await isConsistent(older, newer, path);
    return same ? { kind: "contained", older, newer, signature } : { kind: "different", older, newer };
}
