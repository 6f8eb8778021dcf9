import { createHmac } from "node:crypto";

/** The code of RFC 6238 for a Base32 key at a time. */
export function totp(secret: string, millis = Date.now()): string {
    const bits = [...secret.replace(/=+$/, "")].map((char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(millis / 30_000)));
    const mac = createHmac("sha1", key).update(counter).digest();
    const at = (mac[19] ?? 0) & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
