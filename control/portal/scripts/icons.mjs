// Draws the PNG icons of the installable portal out of the mark, without any picture library: `npm run icons`.
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const ACCENT = [61, 75, 209];
const WHITE = [255, 255, 255];
const SAMPLES = 4;

/** Distance to a rounded line between two points. */
function toLine(x, y, [x1, y1, x2, y2]) {
    const dx = x2 - x1;
    const dy = y2 - y1;
    const t = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

const LINES = [[4.8, 7.2, 19.2, 7.2], [6.5, 10.6, 17.5, 10.6], [8, 7.2, 8, 18], [16, 7.2, 16, 18]];

/** The mark on a field of 24 x 24: colour and cover of a point. */
function sample(x, y, radius, scale) {
    const qx = Math.max(Math.abs(x - 12) - 12 + radius, 0);
    const qy = Math.max(Math.abs(y - 12) - 12 + radius, 0);
    if (radius > 0 && Math.hypot(qx, qy) > radius) {
        return undefined;
    }
    const mx = (x - 12) / scale + 12;
    const my = (y - 12) / scale + 12;
    return LINES.some((line) => toLine(mx, my, line) <= 1) ? WHITE : ACCENT;
}

function draw(size, radius, scale) {
    const rows = Buffer.alloc(size * (size * 4 + 1));
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            const sum = [0, 0, 0, 0];
            for (let i = 0; i < SAMPLES * SAMPLES; i++) {
                const px = ((x + ((i % SAMPLES) + 0.5) / SAMPLES) / size) * 24;
                const py = ((y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) / size) * 24;
                const colour = sample(px, py, radius, scale);
                if (colour) {
                    colour.forEach((part, index) => (sum[index] += part));
                    sum[3]++;
                }
            }
            const at = y * (size * 4 + 1) + 1 + x * 4;
            for (let part = 0; part < 3; part++) {
                rows[at + part] = sum[3] === 0 ? 0 : Math.round(sum[part] / sum[3]);
            }
            rows[at + 3] = Math.round((sum[3] / (SAMPLES * SAMPLES)) * 255);
        }
    }
    return png(size, rows);
}

const CRC = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) {
        c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    }
    return c >>> 0;
});

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type), data]);
    let crc = 0xffffffff;
    for (const byte of body) {
        crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
    }
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
    return out;
}

function png(size, rows) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(size, 0);
    head.writeUInt32BE(size, 4);
    head.set([8, 6, 0, 0, 0], 8);
    return Buffer.concat([
        Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
        chunk("IHDR", head),
        chunk("IDAT", deflateSync(rows, { level: 9 })),
        chunk("IEND", Buffer.alloc(0)),
    ]);
}

const folder = new URL("../public/", import.meta.url);
writeFileSync(new URL("icon-192.png", folder), draw(192, 5.4, 1));
writeFileSync(new URL("icon-512.png", folder), draw(512, 5.4, 1));
// Launchers cut this one into their own shape, so it fills the square and the mark stays in the middle.
writeFileSync(new URL("icon-maskable-512.png", folder), draw(512, 0, 0.78));
