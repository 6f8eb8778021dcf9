import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { overflow, violations } from "./axe";
import { base, browser, logIn, mocked, type Session, tell, visit } from "./browser";

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

/** Until the page hears live events. */
async function live(): Promise<void> {
    await at.page.locator(".live-dot:not(.off)").first().waitFor({ state: "attached" });
}

describe.runIf(mocked)("access on request", () => {
    test("what is denied is offered once, and the form comes filled in", async () => {
        const { page } = at;
        await logIn(page, "/devices");
        await live();
        await tell("deny");
        const notice = page.locator(".toast", { hasText: "10.0.2.7:22 was denied to your device" });
        await notice.waitFor();
        await tell("deny");
        await notice.getByRole("button", { name: "Request access" }).click();
        const dialog = page.getByRole("dialog", { name: "Request Build farm" });
        await dialog.getByText("2 people have to approve").waitFor();
        expect(await dialog.getByLabel("What do you need it for?").inputValue()).toBe("To reach 10.0.2.7:22");
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        expect(await page.getByText("was denied to your device").count()).toBe(1);
        await page.getByRole("button", { name: "Not now" }).click();
        expect(await page.getByText("was denied to your device").count()).toBe(0);
    });

    test("what was denied before the page was opened is offered then, and stays away when it was waved away", async () => {
        const { page } = at;
        await tell("deny");
        await logIn(page, "/devices");
        await page.locator(".toast", { hasText: "10.0.2.7:22 was denied to your device" }).waitFor();
        await page.reload();
        await page.locator(".toast", { hasText: "10.0.2.7:22 was denied to your device" }).getByRole("button", { name: "Request access" }).click();
        await page.getByRole("dialog", { name: "Request Build farm" }).waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Not now" }).click();
        const read = page.waitForResponse((response) => response.url().endsWith("/me/offers"));
        await page.reload();
        expect(await (await read).json()).toMatchObject({ items: [{ resource: "Build farm" }] });
        await live();
        expect(await page.getByText("was denied to your device").count()).toBe(0);
        await tell("deny");
        await page.locator(".toast", { hasText: "10.0.2.7:22 was denied to your device" }).waitFor();
    });

    test("a request is followed from the question to the end by itself", async () => {
        const { page } = at;
        await logIn(page, "/me/access");
        await live();
        await page.getByRole("listitem").filter({ hasText: "Build farm" }).getByRole("button", { name: "Request" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("What do you need it for?").fill("Release 4.3");
        await dialog.getByLabel("For how long", { exact: true }).fill("9");
        await dialog.getByText("That is longer than 8 h").waitFor();
        await dialog.getByLabel("For how long", { exact: true }).fill("2");
        await dialog.getByRole("button", { name: "Send request" }).click();
        const row = page.getByRole("table", { name: "My requests" }).getByRole("row", { name: /Build farm/ });
        await row.getByText("0 of 2 approvals").waitFor();
        await row.getByText(/^\d+:\d\d to decide$/).waitFor();
        await tell("request");
        await row.getByText("1 of 2 approvals, by ben").waitFor();
        await tell("request");
        await page.locator(".toast", { hasText: "Approved: you may reach Build farm" }).waitFor();
        await row.getByText(/^ends in 1:59:\d\d$/).waitFor();
        await tell("request");
        await page.locator(".toast", { hasText: "Your access has ended: Build farm" }).waitFor();
        await row.getByText("ended", { exact: true }).waitFor();
    });

    test("a request is taken back, and access given back", async () => {
        const { page } = at;
        await logIn(page, "/me/access");
        await live();
        await page.getByRole("listitem").filter({ hasText: "Build farm" }).getByRole("button", { name: "Request" }).click();
        await page.getByLabel("What do you need it for?").fill("Release 4.3");
        await page.getByRole("button", { name: "Send request" }).click();
        const row = page.getByRole("table", { name: "My requests" }).getByRole("row", { name: /Build farm/ });
        await tell("request");
        await row.getByText("1 of 2").waitFor();
        await tell("request");
        await row.getByRole("button", { name: "Give back" }).click();
        await page.getByText("Given back: Build farm is closed to you.").waitFor();
        await row.getByText("ended", { exact: true }).waitFor();
    });

    test("the form of a ticket is shown, and checked while it is typed", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await page.getByRole("link", { name: "Build farm" }).click();
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByLabel("Ticket pattern").fill("TK-\\d{6}");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
        await visit(page, "/me/access");
        await page.getByRole("listitem").filter({ hasText: "Build farm" }).getByRole("button", { name: "Request" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("such as TK-123456").waitFor();
        await dialog.getByLabel("Ticket").fill("TK-12345");
        await dialog.getByText("Not of this form yet.").waitFor();
        await dialog.getByLabel("Ticket").fill("TK-123456");
        await dialog.getByText("Looks right.").waitFor();
    });
});

describe.runIf(mocked)("the inbox of approvers", () => {
    test("is badged, and decided with one tap on a phone", async () => {
        await at.close();
        at = await browser({ width: 360, height: 740 });
        const { page } = at;
        await logIn(page);
        const more = page.getByRole("button", { name: /More/ });
        await more.getByText("waiting").waitFor({ state: "attached" });
        await visit(page, "/requests");
        const card = page.getByRole("region", { name: "chloe asks for Build farm" });
        await card.getByText("1 of 2 approvals, by ben").waitFor();
        for (const name of ["Approve", "Deny"]) {
            const box = await card.getByRole("button", { name, exact: true }).boundingBox();
            expect(box?.height).toBeGreaterThanOrEqual(48);
            expect(box?.width).toBeGreaterThanOrEqual(120);
        }
        await card.getByRole("button", { name: "Approve", exact: true }).click();
        await page.getByText("chloe may reach Build farm for 4 h.").waitFor();
        await card.waitFor({ state: "detached" });
        const other = page.getByRole("region", { name: "dmitri asks for Orders database" });
        await other.getByRole("button", { name: "Add a comment" }).click();
        await other.getByLabel("Comment").fill("ask ben");
        await other.getByRole("button", { name: "Deny", exact: true }).click();
        await page.getByRole("heading", { name: "The inbox is empty" }).waitFor();
        await page.getByText("aiko (no): ask ben").waitFor();
    });
});

describe.runIf(mocked)("locked devices", () => {
    test("show what they did, and are unlocked with a comment only", async () => {
        const { page } = at;
        await logIn(page, "/locked");
        const card = page.locator("section.card", { hasText: "contractor-vm of dmitri" });
        await card.getByText("It tried too many destinations in vain: a scan.").waitFor();
        await card.getByText("203.0.113.77:51820").waitFor();
        await card.getByText("26 destinations at 26 addresses in 40 s").waitFor();
        await card.getByText("Locks before this one").click();
        expect(await violations(at)).toEqual([]);
        await card.getByText("Looked for the payroll server by its old address").waitFor();
        await card.getByRole("button", { name: "Unlock" }).click();
        const dialog = page.getByRole("dialog");
        expect(await dialog.getByRole("button", { name: "Unlock" }).isDisabled()).toBe(true);
        await dialog.getByLabel("Comment").fill("A wrong script");
        await dialog.getByRole("button", { name: "Unlock" }).click();
        await page.getByRole("heading", { name: "No device is locked" }).waitFor();
        await visit(page, "/devices?q=contractor");
        await page.getByRole("link", { name: "contractor-vm" }).click();
        await page.getByText("A wrong script").waitFor();
    });

    test("a touched decoy appears by itself, with its name", async () => {
        const { page } = at;
        await logIn(page, "/locked");
        await live();
        await tell("lock");
        const card = page.locator("section.card", { hasText: "thinkpad-ben of ben" });
        await card.getByText("It touched a decoy, where nobody has business.").waitFor();
        await card.getByRole("link", { name: "Old payroll" }).click();
        await page.getByRole("heading", { name: "Old payroll" }).waitFor();
        const badge = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Locked devices/ });
        expect(await badge.innerText()).toMatch(/2/);
    });
});

describe.runIf(mocked)("links to a configuration", () => {
    test("a link works once, and whoever made it is told", async () => {
        const { page } = at;
        await logIn(page, "/me/devices");
        await live();
        await page.getByRole("button", { name: "Actions of iPhone Aiko" }).click();
        await page.getByRole("menuitem", { name: "Hand over by a link" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByRole("button", { name: "Make the link" }).click();
        await dialog.getByText("The link works once").waitFor();
        expect(await violations(at)).toEqual([]);
        const url = await dialog.locator(".secret code").innerText();
        expect(url).toMatch(/\/get\/[^#]+#s3cret-of-the-link$/);
        await dialog.getByText("The link works once").waitFor();

        const phone = await browser({ width: 360, height: 740 });
        await phone.page.goto(base + new URL(url).pathname + new URL(url).hash);
        await phone.page.getByRole("button", { name: "Get the configuration" }).waitFor();
        expect(await violations(phone)).toEqual([]);
        expect(phone.page.url()).not.toContain("#");
        await phone.page.getByRole("button", { name: "Get the configuration" }).click();
        const [file] = await Promise.all([phone.page.waitForEvent("download"), phone.page.getByRole("link", { name: "Download phone.conf" }).click()]);
        expect(file.suggestedFilename()).toBe("phone.conf");
        await phone.page.getByRole("img", { name: /QR code/ }).waitFor();
        await phone.page.getByRole("tab", { name: "Windows without admin rights" }).click();
        await phone.page.getByText("LimitedOperatorUI").waitFor();
        expect(await overflow(phone)).toBe(0);
        expect(await violations(phone)).toEqual([]);
        await phone.page.goto("about:blank");
        await phone.page.goto(base + new URL(url).pathname + new URL(url).hash);
        await phone.page.getByText("it was used, has expired or was taken back").waitFor();
        expect(phone.complaints).toEqual([]);
        await phone.close();

        await page.locator(".toast", { hasText: "was used from 198.51.100.9" }).waitFor();
    });

    test("an administrator hands a new device over by a link, and takes it back", async () => {
        const { page } = at;
        await logIn(page, "/devices");
        await page.getByRole("button", { name: "Add device" }).first().click();
        const dialog = page.getByRole("dialog");
        await dialog.locator("select[name=user]").selectOption("ben");
        await dialog.getByLabel("Name", { exact: true }).fill("tablet");
        await dialog.getByLabel("Hand the configuration over").selectOption("link");
        await dialog.getByRole("button", { name: "Add device" }).click();
        await page.locator(".secret code").waitFor();
        expect(await page.getByText("PrivateKey").count()).toBe(0);
        await page.getByRole("button", { name: "Done" }).click();
        await page.getByRole("link", { name: "tablet" }).click();
        await page.getByRole("button", { name: "Take back" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
        await page.getByText("revoked", { exact: true }).waitFor();
    });
});

describe.runIf(mocked)("instructions", () => {
    test("begin with the system at hand, and are walked by the keyboard", async () => {
        const { page } = at;
        await logIn(page, "/me/setup");
        const tabs = page.getByRole("tablist", { name: "Your system" }).getByRole("tab");
        expect(await tabs.first().innerText()).toBe("Linux");
        await tabs.first().focus();
        await page.keyboard.press("ArrowRight");
        expect(await tabs.nth(1).getAttribute("aria-selected")).toBe("true");
        await page.getByRole("tab", { name: "Windows without admin rights" }).click();
        await page.getByText("reg add HKLM\\Software\\WireGuard /v LimitedOperatorUI").waitFor();
        await page.getByText("Network Configuration Operators").first().waitFor();
    });
});
