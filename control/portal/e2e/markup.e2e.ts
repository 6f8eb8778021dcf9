import { expect, test } from "vitest";
import { MARKUP } from "../mock/markup";
import { browser, logIn, mocked, tell, visit } from "./browser";
import { PAGES, Watch } from "./marks";

/** What an address carries is shown too. */
const LISTS = [...PAGES, `/explain?subject=${encodeURIComponent(`ben${MARKUP}`)}&target=10.0.1.20:5432`];

/** Where the first thing of a list is opened: by its link, or by an entry of its menu. */
const DETAILS = ["/users", "/devices", "/resources"];
const EDITED = ["/roles", "/directories", "/alerts", "/secrets"];

test.runIf(mocked)("markup in every text of every list and page stays text", { timeout: 240_000 }, async () => {
    await tell("reset");
    const at = await browser();
    const { page } = at;
    await logIn(page);
    await tell("markup");
    await page.reload();
    const watch = new Watch(at);
    const inDialog = async (what: string): Promise<void> => {
        await page.getByRole("dialog").waitFor();
        await watch.look(what);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
    };
    for (const path of LISTS) {
        await visit(page, path);
        await watch.look(path);
    }
    for (const path of DETAILS) {
        await visit(page, path);
        await page.locator("main tbody a").first().click();
        await page.locator(".crumb").waitFor();
        await page.waitForFunction(() => document.querySelector("main .bone") === null);
        await watch.look(`${path} > first`);
        await page.getByRole("button", { name: "Edit" }).first().click();
        await inDialog(`${path} > first > Edit`);
    }
    for (const path of EDITED) {
        await visit(page, path);
        await page.locator("main tbody").getByRole("button", { name: /^Actions of/ }).last().click();
        await page.getByRole("menuitem", { name: "Edit" }).click();
        await inDialog(`${path} > Edit`);
    }
    expect(watch.wrong).toEqual({});
    // Where nothing of it is shown, nothing is proven: checkpoints are hashes, and the first tab of the settings is the state of the server.
    const all = [...LISTS, ...DETAILS.flatMap((path) => [`${path} > first`, `${path} > first > Edit`]), ...EDITED.map((path) => `${path} > Edit`)];
    expect(all.filter((one) => !watch.shown.includes(one)).sort()).toEqual(["/audit?tab=checkpoints", "/settings"]);
    await at.close();
});
