// Address blocks as the server reckons with them (`policy.Cidr`), for previews: 10.0.1.5/24 lies in the network 10.0.1.0/24.

export interface Block {
    v4: boolean;
    /** As a number of 32 or 128 bits, without those of hosts. */
    network: bigint;
    prefix: number;
    text: string;
}

function groups(text: string): bigint | undefined {
    let canonical: string;
    try {
        canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
    } catch {
        return undefined;
    }
    const [head = "", tail] = canonical.split("::");
    const left = head === "" ? [] : head.split(":");
    const right = tail === undefined || tail === "" ? [] : tail.split(":");
    const middle = Array<string>(8 - left.length - right.length).fill("0");
    return [...left, ...middle, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function number(text: string): bigint | undefined {
    if (text.includes(":")) {
        return groups(text);
    }
    const bytes = text.split(".").map(Number);
    return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && bytes.every((byte) => byte < 256) ? bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) : undefined;
}

function textOf(network: bigint, v4: boolean): string {
    const size = v4 ? 8n : 16n;
    const parts = Array.from({ length: v4 ? 4 : 8 }, (_, index) => (network >> (size * BigInt((v4 ? 3 : 7) - index))) & ((1n << size) - 1n));
    return v4 ? parts.join(".") : new URL(`http://[${parts.map((part) => part.toString(16)).join(":")}]/`).hostname.slice(1, -1);
}

/** The block that an address with a prefix length lies in; undefined while it is still being typed. */
export function block(text: string): Block | undefined {
    const [address = "", length] = text.trim().split("/");
    const v4 = !address.includes(":");
    const bits = number(address);
    const most = v4 ? 32 : 128;
    const prefix = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
    if (bits === undefined || !(prefix <= most)) {
        return undefined;
    }
    const free = BigInt(most - prefix);
    const network = (bits >> free) << free;
    return { v4, network, prefix, text: `${textOf(network, v4)}/${prefix}` };
}

/** Whether the other one lies in the first one and is smaller. */
export function holds(outer: Block, inner: Block): boolean {
    const free = BigInt((outer.v4 ? 32 : 128) - outer.prefix);
    return outer.v4 === inner.v4 && outer.prefix < inner.prefix && inner.network >> free === outer.network >> free;
}
