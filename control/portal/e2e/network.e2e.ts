import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { base, browser, logIn, mocked, type Session, settled, tell } from "./browser";

let at: Session;

beforeEach(async () => {
    await tell("reset");
    at = await browser();
});

afterEach(async () => {
    expect(at.complaints).toEqual([]);
    expect(at.outside).toEqual([]);
    await at.close();
});

const csv = (text: string) => ({ name: "resources.csv", mimeType: "text/csv", buffer: Buffer.from(text) });

describe.runIf(mocked)("a file of resources", () => {
    test("shows what is wrong with it, then what it does, then does it", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await page.getByRole("button", { name: "Import" }).click();
        const dialog = page.getByRole("dialog");
        const submit = dialog.getByRole("button", { name: /^Import/ });
        expect(await submit.isDisabled()).toBe(true);
        await dialog.getByLabel("Choose a CSV or JSON file").setInputFiles(csv("name,cidr,ports\nPrinter,10.0.9.1,9100\nScanner,scanner,80\n"));
        await dialog.getByText("'scanner' is not an IP address").waitFor();
        expect(await dialog.getByRole("table", { name: "Errors" }).getByRole("row").nth(1).innerText()).toContain("3");
        expect(await submit.isDisabled()).toBe(true);
        await dialog.getByLabel("Choose a CSV or JSON file").setInputFiles(csv("name,cidr,ports\nPrinter,10.0.9.1,9100\nDNS,10.0.1.2,53-54\nIntranet,10.0.1.10,80\n"));
        await dialog.getByText("1 new").waitFor();
        await dialog.getByText("2 changed").waitFor();
        await dialog.getByRole("button", { name: "Import 3" }).click();
        await page.getByText("Imported: 1 new, 2 changed.").waitFor();
        await page.getByRole("link", { name: "Printer" }).waitFor();
    });

    test("is taken out with what the list is filtered by", async () => {
        const { page } = at;
        await logIn(page, "/resources?q=lab&protocol=tcp");
        await page.getByRole("button", { name: "Export" }).click();
        const link = page.getByRole("menuitem", { name: "As JSON" });
        expect(await link.getAttribute("href")).toBe("/api/v1/resources/export?format=json&q=lab&protocol=tcp");
    });
});

describe.runIf(mocked)("a long list", () => {
    const first = () => at.page.getByRole("table", { name: "Resources" }).getByRole("row").nth(1).innerText();

    test("is turned page by page, and the address keeps the page, the order and the filters", async () => {
        const { page } = at;
        await tell("many");
        await logIn(page, "/resources?q=host");
        await page.getByText("1–50 of 120").waitFor();
        await page.getByRole("button", { name: "Next" }).click();
        await page.getByText("51–100 of 120").waitFor();
        await page.keyboard.press("n");
        await page.getByText("101–120 of 120").waitFor();
        expect(await page.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
        expect(await first()).toContain("host-100");
        await page.reload();
        await page.getByText("101–120 of 120").waitFor();
        await page.goBack();
        await page.getByText("51–100 of 120").waitFor();
        await page.getByRole("button", { name: "Previous" }).click();
        await page.getByText("1–50 of 120").waitFor();
        await page.getByRole("button", { name: "Next" }).click();
        await page.getByText("51–100 of 120").waitFor();
        // Another order begins at its start.
        await page.getByRole("button", { name: "Name" }).click();
        await expect.poll(first).toContain("host-119");
        expect(page.url()).toBe(`${base}/resources?q=host&sort=-name`);
        await page.getByRole("columnheader", { name: "Name" }).and(page.locator("[aria-sort=descending]")).waitFor();
        await page.getByLabel("Protocol").selectOption("udp");
        await page.getByText("60 resources").waitFor();
        await page.getByLabel("Rows on a page").selectOption("100");
        await page.getByText("1–60 of 60").waitFor();
    });

    test("is walked with the keyboard from its search on", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await settled(page);
        await page.keyboard.press("/");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        const focused = () => page.evaluate(() => document.activeElement?.textContent);
        expect(await focused()).toBe("Orders database");
        await page.keyboard.press("End");
        expect(await focused()).toBe("Lab IPv6");
        await page.keyboard.press("Home");
        expect(await focused()).toBe("Intranet");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: "Orders database" }).waitFor();
    });
});

describe.runIf(mocked)("a grant", () => {
    test("shows the two weeks to come, in a picture and in words", async () => {
        const { page } = at;
        await logIn(page, "/grants");
        await page.getByRole("row", { name: /dba.*Orders database/ }).getByRole("link").click();
        const picture = page.getByRole("img", { name: /(In force|Not) now\. Next two weeks: .*:00 to .*:00/ });
        await picture.waitFor();
        expect(await picture.locator(".on").count()).toBeGreaterThan(8);
        expect(await picture.locator(".now").count()).toBe(1);
        await page.getByText("In words").click();
        expect(await page.locator("figure li").count()).toBeGreaterThan(8);
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByRole("dialog").getByRole("img", { name: /Next two weeks/ }).waitFor();
    });

    test("that ends counts down every second", async () => {
        const { page } = at;
        await logIn(page, "/grants?q=dmitri");
        const left = page.getByText(/^\d+:\d\d:\d\d left$/);
        const before = await left.innerText();
        await expect.poll(() => left.innerText()).not.toBe(before);
    });

    test("is revoked after a question, and given again by one click", async () => {
        const { page } = at;
        await logIn(page, "/grants?q=dmitri");
        await page.getByRole("link", { name: "dmitri" }).click();
        await page.getByRole("button", { name: "Revoke" }).click();
        await page.getByRole("dialog").getByText("Live flows end within a second").waitFor();
        await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
        await page.getByRole("button", { name: "Revoke" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
        await page.getByText("Revoked.").waitFor();
        await page.getByRole("heading", { name: "Grants", level: 1 }).waitFor();
        await settled(page);
        expect(await page.getByText("Build farm").count()).toBe(0);
        await page.getByRole("button", { name: "Grant it again" }).click();
        await page.getByText("It is granted again.").waitFor();
        await page.getByText("TK-204411").waitFor();
    });

    test("takes nothing while it is not known yet what there is to choose from", async () => {
        const { page } = at;
        let answer = (): void => undefined;
        const held = new Promise<void>((resolve) => (answer = resolve));
        await page.route(/\/api\/v1\/resources\?limit=200/, async (route) => {
            await held;
            await route.continue();
        });
        await logIn(page, "/grants?new=1");
        const resource = page.getByRole("dialog").getByLabel("Resource", { exact: true });
        await resource.waitFor();
        expect(await resource.isDisabled()).toBe(true);
        answer();
        await resource.selectOption("Intranet");
        expect(await resource.inputValue()).toBe("Intranet");
        await page.unroute(/\/api\/v1\/resources\?limit=200/);
    });

    test("is given to one of very many by a part of its name", async () => {
        const { page } = at;
        await tell("many");
        await tell("many");
        await logIn(page, "/grants?new=1");
        const dialog = page.getByRole("dialog");
        const resource = dialog.getByLabel("Resource", { exact: true }).and(page.locator("input"));
        await resource.fill("host-11");
        await dialog.locator("datalist option[value='host-117']").first().waitFor({ state: "attached" });
        await resource.fill("host-117");
        await dialog.getByLabel("Role", { exact: true }).selectOption("dba");
        await dialog.getByRole("button", { name: "Grant", exact: true }).click();
        await page.getByRole("row", { name: /dba.*host-117/ }).waitFor();
    });
});

describe.runIf(mocked)("who reaches what", () => {
    test("overlaps name both resources, what they share and who may reach it by which", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await page.getByRole("link", { name: "Overlaps" }).click();
        const row = page.getByRole("row", { name: /File server.*Intranet/s });
        await row.getByText("ports 80,443 by TCP").waitFor();
        await row.getByText("deny role contractor").waitFor();
        await page.getByText("3 pairs").waitFor();
        await row.getByRole("link", { name: "Intranet" }).click();
        await page.getByRole("heading", { name: "Intranet", level: 1 }).waitFor();
        await page.getByRole("heading", { name: "Shares destinations with" }).waitFor();
    });

    test("a user's page tells what they reach, and by what", async () => {
        const { page } = at;
        await logIn(page, "/users");
        await page.getByRole("link", { name: "Dmitri Volkov" }).click();
        const table = page.getByRole("table", { name: "Reaches" });
        await table.getByRole("row", { name: /Build farm.*now.*user dmitri.*left/s }).waitFor();
        await table.getByRole("row", { name: /File server.*denied.*deny role contractor/s }).waitFor();
        await page.getByLabel("Access").selectOption("requestable");
        await table.getByRole("row", { name: /Orders database.*on request.*nothing yet/s }).waitFor();
        await page.waitForFunction(() => !document.querySelector("main")?.textContent?.includes("Build farm"));
    });
});
