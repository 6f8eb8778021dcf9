import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settled, visit } from "../browser";
import { scene } from "../real/scene";
import { expiryFlow, requestFlow } from "./access";
import { question, send } from "./answer";
import { laptop, stopAll } from "./client";
import { revocationFlow, scanFlows } from "./cuts";
import { peopleFlows, setupFlows, TARGET } from "./setup";

const APPROVED = `http://${TARGET}:8000/`;
const REPORTED = "http://198.18.0.3:8000/";

beforeAll(async () => {
    await scene.open();
});

afterAll(async () => {
    stopAll();
    await scene.close();
});

/** Notes in the page when the first question is on the screen; resolves to that time in milliseconds since 1970. */
async function watchForCard(): Promise<() => Promise<number>> {
    const { page } = scene;
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
        return Number(await at.jsonValue());
    };
}

setupFlows();

test("a held request appears in the open page, the number and a code approve it, and it goes on in the same connection", async () => {
    const { page, admin } = scene;
    await visit(page, "/approvals");
    await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    await page.locator(".live-dot:not(.off)").first().waitFor();
    await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
    const cardAt = await watchForCard();
    const fetch = laptop.fetch(APPROVED, 60);
    const { card, number, wrong } = await question(page, "web");
    const shownAt = await cardAt();
    expect(fetch.over).toBe(false);
    await card.getByText("198.18.0.2:8000 tcp").waitFor();
    await card.getByText(`admin/${laptop.host}`).waitFor();
    const code = await admin.code(page);
    await send(card, wrong, code);
    await card.getByRole("alert").getByText(/not the number/).waitFor();
    expect(fetch.over).toBe(false);
    await send(card, number, code);
    await page.getByText("Approved. web goes on.").waitFor();
    const fetched = await fetch.end;
    expect(fetched, fetched.log).toMatchObject({ exitCode: 0, out: "200 1" });
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), "the page was loaded again").toBe(true);
    await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    appendFileSync(process.env.SEKISHO_E2E_FIGURES ?? "/dev/null", `from the start of the client to the card in the page: ${shownAt - fetch.startedAt} ms\n`);
    scene.clean(scene.at, /^403 POST \/api\/v1\/challenges\/[^/]+\/approve$/, /^400 POST \/api\/v1\/challenges\/[^/]+\/approve$/);
});

peopleFlows();

// A minute of access begins here; the flows up to its end use it.
requestFlow();

revocationFlow();

scanFlows();

test("a port that something else listens on is refused in the settings, and the tunnel goes on", async () => {
    const { page } = scene;
    await visit(page, "/network");
    const present = await page.getByLabel("UDP port").inputValue();
    await page.getByLabel("UDP port").fill(process.env.SEKISHO_E2E_BUSY_PORT ?? "");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator(".field", { has: page.getByLabel("UDP port") }).locator(".error").getByText(/is in use on this host/).waitFor();
    await page.getByLabel("UDP port").fill(present);
    await page.getByLabel("Vain targets before the lock").fill("30");
    await scene.taken("/network/settings", () => page.getByRole("button", { name: "Save", exact: true }).click());
    const fetched = await laptop.fetch(APPROVED, 20).end;
    expect(fetched, fetched.log).toMatchObject({ exitCode: 0, out: "200 1" });
    scene.clean(scene.at, /^400 PUT \/api\/v1\/network\/settings$/);
});

test("“This was not me” ends the request and locks the device", async () => {
    const { page } = scene;
    await visit(page, "/approvals");
    await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    const fetch = laptop.fetch(REPORTED, 60);
    const card = page.getByRole("region", { name: "Approval of payroll" });
    await card.waitFor();
    expect(fetch.over).toBe(false);
    await card.getByRole("button", { name: "This was not me" }).click();
    await page.getByText("Denied and reported").waitFor();
    const refused = await fetch.end;
    expect(refused.exitCode, refused.log).not.toBe(0);
    expect(refused.out).toMatch(/^000 /);

    await visit(page, "/me/devices");
    await page.locator("main").getByText("locked", { exact: true }).first().waitFor();
    await visit(page, "/devices");
    await page.getByRole("row", { name: new RegExp(laptop.host) }).getByText("locked").waitFor();
    // What was approved before passes no more either.
    const after = await laptop.fetch(APPROVED, 3).end;
    expect(after.exitCode, after.log).not.toBe(0);
    await visit(page, "/audit?action=device");
    await page.getByText("device.locked").first().waitFor();
    await settled(page);
    scene.clean(scene.at);
});

expiryFlow();
