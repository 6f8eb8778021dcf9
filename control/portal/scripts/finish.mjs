// Ends the build when the first page would need too much code: counts what index.html loads and what that imports at once.
// Then writes the compressed forms that the server sends to whoever takes them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const BUDGET_BYTES = 150_000;
const dist = new URL("../dist/", import.meta.url);
const read = (path) => readFileSync(new URL(path.replace(/^\//, ""), dist), "utf8");

const html = read("index.html");
if (/<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|<style/i.test(html)) {
    throw new Error("index.html has inline code, which the content security policy forbids");
}
const wanted = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map((found) => found[1]);
const seen = new Set();
let total = 0;
while (wanted.length > 0) {
    const path = wanted.pop();
    if (seen.has(path)) {
        continue;
    }
    seen.add(path);
    const text = read(path);
    total += gzipSync(text, { level: 9 }).length;
    for (const [, found] of text.matchAll(/(?:^|[;}\s])import(?:[\w{}\s,*$]*from)?\s*"\.\/([^"]+\.js)"/g)) {
        wanted.push(`/assets/${found}`);
    }
}
console.log(`portal: ${(total / 1000).toFixed(1)} kB of code (gzip) for the first page, budget ${BUDGET_BYTES / 1000} kB`);
if (total > BUDGET_BYTES) {
    throw new Error("the first page needs more code than its budget");
}

for (const name of readdirSync(dist, { recursive: true })) {
    if (/\.(js|css|html|svg|webmanifest)$/.test(name)) {
        const bytes = readFileSync(new URL(name, dist));
        const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
        writeFileSync(new URL(`${name}.br`, dist), brotli);
        writeFileSync(new URL(`${name}.gz`, dist), gzipSync(bytes, { level: 9 }));
    }
}
