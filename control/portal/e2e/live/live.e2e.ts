import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { browser, type Session, settled, visit } from "../browser";
import { Person } from "../real/person";

const alice = new Person("alice", process.env.SEKISHO_E2E_PASSWORD ?? "");
const LAPTOP = process.env.SEKISHO_E2E_LAPTOP ?? "";
const APPROVED = "http://198.18.0.2:8000/";
const REPORTED = "http://198.18.0.3:8000/";

let at: Session;
let page: Page;

beforeAll(async () => {
    at = await browser();
    page = at.page;
});

afterAll(async () => {
    await at.close();
});

afterEach(() => {
    expect(at.complaints).toEqual([]);
    expect(at.outside).toEqual([]);
});

interface Fetched {
    exitCode: number;
    /** What the server said: `200 1`, status and number of connections that were made. */
    out: string;
    /** When the first packet was about to leave, as a time of day in milliseconds. */
    triedAt: number;
    log: string;
}

const DAY_MILLIS = 86_400_000;

/** `curl` on alice's laptop, through the tunnel of a stock WireGuard client. */
class Fetch {
    readonly end: Promise<Fetched>;
    over = false;

    constructor(url: string, seconds: number) {
        const words = ["netns", "exec", LAPTOP, "curl", "-gsS", "-v", "--trace-time", "--max-time", String(seconds), "-o", "/dev/null", "-w", "%{http_code} %{num_connects}", url];
        const process_ = spawn("ip", words, { env: { ...process.env, TZ: "UTC" }, stdio: ["ignore", "pipe", "pipe"] });
        let out = "";
        let log = "";
        process_.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
        process_.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
        this.end = new Promise((resolve, reject) => {
            process_.on("error", reject);
            process_.on("close", (exitCode) => {
                this.over = true;
                const [, hours, minutes, seconds_ = "", micros = ""] = /^(\d\d):(\d\d):(\d\d)\.(\d{6}) .*Trying /m.exec(log) ?? [];
                const triedAt = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds_)) * 1000 + Number(micros) / 1000;
                resolve({ exitCode: exitCode ?? -1, out, triedAt, log });
            });
        });
    }
}

/** Notes in the page when the first question is on the screen; resolves to that time of day in milliseconds. */
async function watchForCard(): Promise<() => Promise<number>> {
    await page.evaluate(() => {
        const seen = (): boolean => document.querySelector(".approval.ask") !== null;
        const scope = window as unknown as { cardAt?: number };
        delete scope.cardAt;
        const observer = new MutationObserver(() => {
            if (seen() && scope.cardAt === undefined) {
                observer.disconnect();
                requestAnimationFrame(() => (scope.cardAt = Date.now()));
            }
        });
        observer.observe(document.body, { childList: true, subtree: true });
    });
    return async () => {
        const at = await page.waitForFunction(() => (window as unknown as { cardAt?: number }).cardAt, undefined, { timeout: 30_000 });
        return Number(await at.jsonValue()) % DAY_MILLIS;
    };
}

test("alice comes in and opens the page of approvals", async () => {
    await alice.enterPassword(page);
    await alice.enrollApp(page);
    await page.locator(".shell").waitFor();
    await visit(page, "/approvals");
    await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    await page.locator(".live-dot:not(.off)").first().waitFor();
});

test("a held request appears in the open page, the number and a code approve it, and it goes on in the same connection", async () => {
    await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
    const cardAt = await watchForCard();
    const fetch = new Fetch(APPROVED, 60);
    const card = page.getByRole("region", { name: "Approval of web" });
    await card.waitFor({ timeout: 30_000 });
    const shownAt = await cardAt();
    expect(fetch.over).toBe(false);
    await card.getByText("198.18.0.2:8000 tcp").waitFor();
    await card.getByText("alice/laptop").waitFor();

    const notice = await page.getByText(/web waits for you\. Choose \d\d where/).innerText();
    const number = /Choose (\d\d)/.exec(notice)?.[1] ?? "";
    const choices = (await card.locator(".numbers label").allInnerTexts()).map((text) => text.trim());
    expect(choices).toContain(number);
    const code = await alice.code(page);
    await card.getByText(choices.find((one) => one !== number) ?? "", { exact: true }).click();
    await card.getByLabel("Code from your authenticator app").fill(code);
    await card.getByRole("button", { name: "Approve", exact: true }).click();
    await card.getByRole("alert").getByText(/not the number/).waitFor();
    expect(fetch.over).toBe(false);
    await card.locator(".numbers").getByText(number, { exact: true }).click();
    await card.getByLabel("Code from your authenticator app").fill(code);
    await card.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText("Approved. web goes on.").waitFor();
    const fetched = await fetch.end;
    expect(fetched, fetched.log).toMatchObject({ exitCode: 0, out: "200 1" });
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), "the page was loaded again").toBe(true);
    await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    const millis = (shownAt - fetched.triedAt + DAY_MILLIS) % DAY_MILLIS;
    appendFileSync(process.env.SEKISHO_E2E_FIGURES ?? "/dev/null", `from the packet to the card in the page: ${millis.toFixed(0)} ms\n`);
});

test("a port that something else listens on is refused in the settings, and the tunnel goes on", async () => {
    await visit(page, "/network");
    await page.getByLabel("UDP port").fill(process.env.SEKISHO_E2E_BUSY_PORT ?? "");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".field", { has: page.getByLabel("UDP port") }).locator(".error").getByText(/is in use on this host/).waitFor();
    await page.getByLabel("UDP port").fill("51871");
    await page.getByLabel("Vain targets before the lock").fill("30");
    const answer = page.waitForResponse((one) => one.url().endsWith("/network/settings") && one.request().method() === "PUT");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    expect((await answer).status()).toBe(200);
    const fetched = await new Fetch(APPROVED, 20).end;
    expect(fetched, fetched.log).toMatchObject({ exitCode: 0, out: "200 1" });
});

test("“This was not me” ends the request and locks the device", async () => {
    await visit(page, "/approvals");
    await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    const fetch = new Fetch(REPORTED, 60);
    const card = page.getByRole("region", { name: "Approval of payroll" });
    await card.waitFor({ timeout: 30_000 });
    expect(fetch.over).toBe(false);
    await card.getByRole("button", { name: "This was not me" }).click();
    await page.getByText("Denied and reported").waitFor();
    const refused = await fetch.end;
    expect(refused.exitCode, refused.log).not.toBe(0);
    expect(refused.out).toMatch(/^000 /);

    await visit(page, "/me/devices");
    await page.locator("main").getByText("locked", { exact: true }).first().waitFor();
    await visit(page, "/devices");
    await page.getByRole("row", { name: /laptop/ }).getByText("locked").waitFor();
    // What was approved before passes no more either.
    const after = await new Fetch(APPROVED, 3).end;
    expect(after.exitCode, after.log).not.toBe(0);
    await visit(page, "/audit?action=device");
    await page.getByText("device.locked").first().waitFor();
    await settled(page);
});
