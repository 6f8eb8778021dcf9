// How long the portal takes to show the first rows of its long lists, on a server that is filled: for bench/rest --portal.
// SEKISHO_URL says where it is, SEKISHO_COOKIE is a login session. Times run from the navigation to the first row on the
// page, by the clock of the browser; the first of each with nothing in its cache.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PATHS = ["/resources", "/resources?sort=-address", "/resources?kind=requestable", "/resources?q=amber", "/resources?rows=500", "/devices", "/devices?sort=-seen", "/grants"];
const ROUNDS = 9;
const url = process.env.SEKISHO_URL;
const profile = await mkdtemp(join(tmpdir(), "portal-rows-"));
const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, ignoreHTTPSErrors: true,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
await context.addCookies([{ name: "__Host-sekisho", value: process.env.SEKISHO_COOKIE, url, secure: true, httpOnly: true, sameSite: "Strict" }]);
await context.addInitScript(() => {
    const look = () => document.querySelector("main tbody tr") !== null && (window.firstRow ??= performance.now());
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
});
const page = context.pages()[0] ?? (await context.newPage());

async function time(path) {
    await page.goto(url + path);
    await page.waitForFunction(() => window.firstRow !== undefined, undefined, { timeout: 60_000 });
    return page.evaluate(() => window.firstRow);
}

console.log("| page | first time, ms | median of the next, ms | longest, ms |");
console.log("| --- | --- | --- | --- |");
for (const path of PATHS) {
    const first = await time(path);
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
        times.push(await time(path));
    }
    times.sort((a, b) => a - b);
    console.log(`| \`${path}\` | ${first.toFixed(0)} | ${times[Math.floor(ROUNDS / 2)].toFixed(0)} | ${times[ROUNDS - 1].toFixed(0)} |`);
}
await context.close();
await rm(profile, { recursive: true, force: true });
