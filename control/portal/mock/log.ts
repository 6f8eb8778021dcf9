import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

function sha256(...parts: Buffer[]): Buffer {
    const hash = createHash("sha256");
    parts.forEach((part) => hash.update(part));
    return hash.digest();
}

/** The largest power of two below. */
function split(entries: number): number {
    let power = 1;
    while (power * 2 < entries) {
        power *= 2;
    }
    return power;
}

/** A log with a Merkle tree and a key, as RFC 9162 section 2.1 and C2SP `signed-note` have it; for tests and development only. */
export class MockLog {
    readonly key: string;
    private readonly name = "sekisho.audit";
    private readonly leaves: Buffer[] = [];
    private readonly keyHash: Buffer;
    private readonly signer: KeyObject;

    constructor(records: number, private readonly salt = "") {
        const { publicKey, privateKey } = generateKeyPairSync("ed25519");
        this.signer = privateKey;
        const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
        const typed = Buffer.concat([Buffer.of(1), raw]);
        this.keyHash = sha256(Buffer.from(`${this.name}\n`), typed).subarray(0, 4);
        this.key = `${this.name}+${this.keyHash.toString("hex")}+${typed.toString("base64")}`;
        this.grow(records);
    }

    get size(): number {
        return this.leaves.length;
    }

    grow(records: number): void {
        for (let i = 0; i < records; i++) {
            this.leaves.push(sha256(Buffer.of(0), Buffer.from(`${this.salt}record ${this.leaves.length}`)));
        }
    }

    /** What somebody with the database could do: another record in the place of one. */
    tamper(index: number): void {
        this.leaves[index] = sha256(Buffer.of(0), Buffer.from("something else"));
    }

    cut(size: number): void {
        this.leaves.length = size;
    }

    root(size = this.size): Buffer {
        return size === 0 ? sha256() : this.subtree(0, size);
    }

    private subtree(low: number, high: number): Buffer {
        if (high - low === 1) {
            return this.leaves[low] as Buffer;
        }
        const middle = low + split(high - low);
        return sha256(Buffer.of(1), this.subtree(low, middle), this.subtree(middle, high));
    }

    consistency(first: number, second: number): string[] {
        const path: Buffer[] = [];
        this.prove(first, 0, second, true, path);
        return path.map((one) => one.toString("hex"));
    }

    private prove(first: number, low: number, high: number, known: boolean, path: Buffer[]): void {
        if (first === high) {
            if (!known) {
                path.push(this.subtree(low, high));
            }
            return;
        }
        const middle = low + split(high - low);
        if (first <= middle) {
            this.prove(first, low, middle, known, path);
            path.push(this.subtree(middle, high));
        } else {
            this.prove(first, middle, high, false, path);
            path.push(this.subtree(low, middle));
        }
    }

    note(size = this.size, at = Date.now()): string {
        const text = `${this.name}\n${size}\n${this.root(size).toString("base64")}\ntimestamp ${at}\n`;
        const signature = Buffer.concat([this.keyHash, sign(null, Buffer.from(text), this.signer)]).toString("base64");
        return `${text}\n\u2014 ${this.name} ${signature}\n`;
    }

    checkpoint(size = this.size, at = Date.now()): { size: number; at: string; note: string } {
        return { size, at: new Date(at).toISOString(), note: this.note(size, at) };
    }
}
