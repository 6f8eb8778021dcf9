import { afterAll, beforeAll, expect, test } from "vitest";
import { base, browser, logIn, type Session, settled, tell } from "./browser";

let at: Session;

beforeAll(async () => {
    await tell("reset");
    at = await browser();
    await logIn(at.page);
});

afterAll(() => at.close());

test("a person with many tabs in the background still gets answers in the one that is looked at", async () => {
    // A browser that is driven says of all its tabs that they are seen.
    await at.context.addInitScript(() => {
        Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (sessionStorage.getItem("away") === null ? "visible" : "hidden") });
    });
    for (let tab = 0; tab < 8; tab++) {
        const page = await at.context.newPage();
        await page.goto(base + "/users");
        await settled(page);
        await page.evaluate(() => {
            sessionStorage.setItem("away", "");
            document.dispatchEvent(new Event("visibilitychange"));
        });
    }
    const last = await at.context.newPage();
    await last.goto(base + "/roles");
    await settled(last);
    await last.getByText("Live", { exact: true }).waitFor();
    // One of them listens on, for those who have no other tab.
    await expect.poll(async () => {
        const listening = await Promise.all(at.context.pages().map((page) => page.getByText("Live", { exact: true }).count()));
        return listening.filter((count) => count > 0).length;
    }, { timeout: 10_000 }).toBe(3);
    expect(at.complaints).toEqual([]);
});

test("tabs in the background show nothing of a login that has ended when they are looked at", async () => {
    const away = at.context.pages().filter((page) => page.url().endsWith("/users"));
    expect(away).toHaveLength(8);
    await at.page.evaluate(async () => {
        const session = (await (await fetch("/api/v1/session")).json()) as { csrfToken: string };
        await fetch("/api/v1/session", { method: "DELETE", headers: { "X-CSRF-Token": session.csrfToken } });
    });
    // The first listens on for all, the last rests.
    for (const page of [away[0], away[7]]) {
        await page?.locator(".shell").waitFor();
        await page?.evaluate(() => {
            sessionStorage.removeItem("away");
            document.dispatchEvent(new Event("visibilitychange"));
        });
        await page?.getByLabel("User name").waitFor();
        expect(await page?.locator(".shell").count()).toBe(0);
    }
});
