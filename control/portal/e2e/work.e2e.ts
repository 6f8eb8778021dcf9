import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { base, browser, code, logIn, mocked, type Session, settled, tell, visit } from "./browser";
import { authenticator } from "./passkey";

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

describe.runIf(mocked)("approvals", () => {
    test("a wrong number is refused, the right one with a code goes through", async () => {
        const { page } = at;
        await logIn(page, "/approvals");
        const card = page.getByRole("region", { name: "Approval of Orders database" });
        await card.getByText("198.51.100.24 (Vienna, Austria)").waitFor();
        expect(await card.getByRole("button", { name: "Approve" }).isDisabled()).toBe(true);
        await card.getByText("27", { exact: true }).click();
        await card.getByLabel("Code from your authenticator app").fill(code());
        await card.getByRole("button", { name: "Approve" }).click();
        await card.getByText("this is not the number").waitFor();
        await card.getByText("64", { exact: true }).click();
        await card.getByRole("button", { name: "Approve" }).click();
        await page.getByText("Approved. Orders database goes on.").waitFor();
        await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    });

    test("a passkey approves without a code", async () => {
        const { page } = at;
        await authenticator(page);
        await logIn(page, "/me/security");
        await page.getByRole("button", { name: "Add passkey" }).click();
        await page.getByRole("button", { name: "Create" }).click();
        await page.getByText("The passkey is added.").waitFor();
        await visit(page, "/approvals");
        await page.getByText("64", { exact: true }).click();
        await page.getByRole("button", { name: "Approve with passkey" }).click();
        await page.getByText("Approved. Orders database goes on.").waitFor();
    });

    test("“This was not me” denies and reports", async () => {
        await logIn(at.page, "/approvals");
        await at.page.getByRole("button", { name: "This was not me" }).click();
        await at.page.getByText("Denied and reported").waitFor();
    });

    test("a new question appears by itself", async () => {
        const { page } = at;
        await logIn(page, "/approvals");
        await page.getByRole("button", { name: "Deny" }).click();
        await page.getByRole("heading", { name: "Nothing to approve" }).waitFor();
        await page.locator(".live-dot:not(.off)").first().waitFor();
        await tell("challenge");
        await page.getByRole("heading", { name: "Is this you?" }).waitFor();
    });
});

describe.runIf(mocked)("directories", () => {
    test("a SAML provider is told who we are, and its metadata are taken from a file", async () => {
        const { page } = at;
        await logIn(page, "/directories");
        await page.getByRole("button", { name: "Connect directory" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Name", { exact: true }).fill("Group");
        await dialog.getByLabel("Kind").selectOption("saml");
        await dialog.getByText("/api/v1/login/saml/acs").waitFor();
        await dialog.getByLabel("File with the metadata of the provider").setInputFiles({ name: "idp.xml", mimeType: "text/xml", buffer: Buffer.from("<md:EntityDescriptor/>") });
        await expect.poll(() => dialog.getByLabel("Metadata of the provider", { exact: true }).inputValue()).toBe("<md:EntityDescriptor/>");
        await dialog.getByLabel("Groups to roles").fill("engineers = staff");
        await dialog.getByRole("button", { name: "Connect" }).click();
        await page.getByRole("row", { name: /Group.*SAML/ }).waitFor();
    });

    test("what the form does not know stays as it is", async () => {
        const { page } = at;
        await logIn(page, "/directories");
        await page.getByRole("button", { name: "Actions of corp-ad" }).click();
        await page.getByRole("menuitem", { name: "Edit" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("Advanced").click();
        await dialog.getByLabel("Groups below").fill("ou=groups,dc=example,dc=org");
        await dialog.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
    });
});

describe.runIf(mocked)("changes", () => {
    test("a dangerous one asks for the second factor and then goes on by itself", async () => {
        const { page } = at;
        await logIn(page, "/secrets");
        await tell("age");
        await page.getByRole("button", { name: "Reveal" }).first().click();
        await page.getByLabel("Reason").fill("restore test");
        await page.getByRole("dialog").getByRole("button", { name: "Reveal" }).click();
        const asked = page.getByRole("dialog", { name: "Confirm that it is you" });
        await asked.getByLabel("Code from your authenticator app").fill(code());
        await asked.getByRole("button", { name: "Confirm" }).click();
        await page.getByText("v3ry-s3cret-of-the-mock").waitFor();
    });

    test("refusing the second factor leaves everything as it was", async () => {
        const { page } = at;
        await logIn(page, "/me/security");
        await tell("age");
        await page.getByRole("button", { name: "New recovery codes" }).click();
        await page.getByRole("dialog", { name: "Confirm that it is you" }).getByRole("button", { name: "Close" }).click();
        await page.getByText("Not done: this needs your second factor.").waitFor();
    });

    test("one that came too late can be looked at or written over", async () => {
        const { page } = at;
        await logIn(page, "/users");
        await page.getByRole("link", { name: "Ben Okafor" }).click();
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByLabel("Full name").fill("Benjamin Okafor");
        await tell("touch");
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByText("Somebody else changed this").waitFor();
        expect(await page.getByLabel("Full name").inputValue()).toBe("Benjamin Okafor");
        await page.getByRole("button", { name: "Save mine over it" }).click();
        await page.getByRole("heading", { name: "Benjamin Okafor" }).waitFor();
    });

    test("errors stand at their fields", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await page.getByRole("button", { name: "Add resource" }).click();
        await page.getByLabel("Name", { exact: true }).fill("Printer");
        await page.getByLabel("Address or subnet").fill("printer");
        await page.getByLabel("Ports").fill("9100");
        await page.getByRole("dialog").getByRole("button", { name: "Add resource" }).click();
        await page.getByText("this is no address and no subnet").waitFor();
        expect(await page.getByLabel("Address or subnet").getAttribute("aria-invalid")).toBe("true");
    });

    test("a resource that opens a database port gets the hint to use the proxy", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await page.getByRole("button", { name: "Add resource" }).click();
        await page.getByLabel("Address or subnet").fill("10.0.9.9");
        await page.getByLabel("Ports").fill("5432");
        await page.getByText("This opens a port that has a proxy").waitFor();
    });

    test("deleting somebody needs their name typed", async () => {
        const { page } = at;
        await logIn(page, "/users");
        await page.getByRole("link", { name: "Farid Haddad" }).click();
        await page.getByRole("button", { name: "More actions" }).click();
        await page.getByRole("menuitem", { name: "Delete" }).click();
        const dialog = page.getByRole("dialog");
        expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
        await dialog.getByLabel("Type farid to go on").fill("farid");
        await dialog.getByRole("button", { name: "Delete" }).click();
        await page.getByText("farid is deleted.").waitFor();
        await settled(page);
        expect(await page.getByRole("link", { name: "Farid Haddad" }).count()).toBe(0);
    });

    test("data that looks like HTML stays text", async () => {
        const { page } = at;
        await logIn(page, "/me/devices");
        await page.getByRole("button", { name: "Add device" }).first().click();
        await page.getByLabel("Name", { exact: true }).fill("<img src=x onerror=document.title='owned'>");
        await page.getByRole("dialog").getByRole("button", { name: "Add device" }).click();
        await page.getByRole("button", { name: "Done" }).click();
        await page.getByRole("heading", { name: "<img src=x" }).waitFor();
        expect(await page.title()).not.toContain("owned");
    });
});

describe.runIf(mocked)("traffic", () => {
    test("is shown as it is told: counters, rates, endpoint and a line, on the device's page too", async () => {
        const { page } = at;
        await logIn(page, "/devices");
        const row = page.getByRole("row", { name: /thinkpad-ben/ });
        await row.getByText("quiet").waitFor();
        await row.getByText("198.51.100.").waitFor();
        const before = await row.innerText();
        await expect.poll(async () => {
            await tell("traffic");
            return row.innerText();
        }).toMatch(/↓ [\d.]+ [kM]?B\/s ↑ [\d.]+ [kM]?B\/s/);
        expect(await row.getByText("quiet").count()).toBe(0);
        expect(await row.innerText()).not.toBe(before);
        await row.getByRole("img", { name: /Traffic of thinkpad-ben in the last three minutes, at most/ }).waitFor();
        // A device without traffic stays as it was.
        await page.getByRole("row", { name: /old-laptop/ }).getByText("quiet").waitFor();
        await page.getByRole("link", { name: "thinkpad-ben" }).click();
        await page.getByRole("img", { name: /Traffic of thinkpad-ben/ }).waitFor();
        expect(await page.locator(".tile").first().innerText()).toMatch(/Received\s+[\d.]+ [GM]B\s+[\d.]+ [kM]?B\/s/);
    });

    test("that ends becomes quiet by itself", async () => {
        const { page } = at;
        await logIn(page, "/devices");
        const row = page.getByRole("row", { name: /thinkpad-ben/ });
        const line = row.getByRole("img", { name: /Traffic of thinkpad-ben/ });
        await expect.poll(async () => {
            await tell("traffic");
            return (await line.count()) - (await row.getByText("quiet").count());
        }).toBe(1);
        await row.getByText("quiet").waitFor({ timeout: 15_000 });
        await line.waitFor();
    });
});

describe("the frame", () => {
    test("the palette finds pages, people and actions", async () => {
        const { page } = at;
        await logIn(page);
        await page.keyboard.press("Control+k");
        const field = page.getByRole("combobox", { name: /Search people/ });
        await field.fill("audit");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: "Audit log", level: 1 }).waitFor();
        if (mocked) {
            await page.keyboard.press("Control+k");
            await field.fill("grace");
            await page.getByRole("option", { name: /Grace Kim/ }).click();
            await page.getByRole("heading", { name: "Grace Kim" }).waitFor();
        }
        await page.keyboard.press("Control+k");
        await field.fill("zzzz");
        await page.getByText("Nothing is called “zzzz”.").waitFor();
        await page.keyboard.press("Escape");
        await field.waitFor({ state: "detached" });
    });

    test("the theme follows the switch and is remembered", async () => {
        const { page } = at;
        await logIn(page);
        const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const light = await background();
        await page.getByRole("button", { name: "Aiko Tanaka" }).click();
        await page.getByRole("menuitemradio", { name: "Dark" }).click();
        expect(await background()).not.toBe(light);
        await page.reload();
        await page.locator(".shell").waitFor();
        expect(await background()).not.toBe(light);
    });

    test("a menu is walked with the arrows and gives the focus back", async () => {
        const { page } = at;
        await logIn(page);
        const button = page.getByRole("button", { name: "Aiko Tanaka" });
        await button.focus();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("End");
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Log out");
        await page.keyboard.press("Home");
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Profile and security");
        await page.keyboard.press("Escape");
        expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    });

    test("an address that is none says so", async () => {
        await logIn(at.page, "/nothing/here");
        await at.page.getByRole("heading", { name: "There is no such page" }).waitFor();
    });

    test("without a connection the shell still opens and says so", async () => {
        const { page, context } = at;
        await logIn(page);
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        await page.reload();
        await page.locator(".shell").waitFor();
        await context.setOffline(true);
        await page.getByText("You are offline.").waitFor();
        await page.reload();
        await page.getByRole("heading", { name: "The server can't be reached" }).waitFor();
        await context.setOffline(false);
        await page.getByRole("button", { name: "Try again" }).click();
        await page.locator(".shell").waitFor();
    });
});

describe.runIf(mocked)("the link of a mail", () => {
    test("approves without a login and leaves its secret nowhere", async () => {
        const { page } = at;
        const id = await openChallenge();
        await page.goto(`${base}/challenge/${id}#secret-of-the-link`);
        await page.getByRole("button", { name: "Yes, it is me" }).click();
        await page.getByText("Approved. The connection goes on.").waitFor();
        expect(page.url()).not.toContain("secret-of-the-link");
    });

    test("that is wrong says so", async () => {
        const { page } = at;
        await page.goto(`${base}/challenge/${await openChallenge()}#guessed`);
        await page.getByText("this link is none of ours", { exact: false }).waitFor();
    });
});

/** The id of the question that is open, as its owner sees it. */
async function openChallenge(): Promise<string> {
    const other = await browser();
    await logIn(other.page);
    const answer = await other.page.evaluate(() => fetch("/api/v1/challenges").then((found) => found.json()));
    await other.close();
    return (answer as { items: { id: string; state: string }[] }).items.find((one) => one.state === "open")?.id ?? "";
}

describe.runIf(mocked)("nodes", () => {
    test("a node that is silent, or has not what was decided in force, is named where an operator looks", async () => {
        const { page } = at;
        await logIn(page, "/");
        await page.getByText("The newest changes are not in force there: the control socket can't be made: No space left on device").waitFor();
        await page.getByText("It gives no sign of life, and did not end in good order").waitFor();
        await page.getByText("3 problems").waitFor();
        await visit(page, "/settings");
        const failing = page.getByRole("listitem").filter({ hasText: "gate-3:8443" });
        await failing.getByText("changes not in force").waitFor();
        expect(await failing.textContent()).toContain("No space left on device");
        await page.getByRole("listitem").filter({ hasText: "gate-2:8443" }).getByText("silent").waitFor();
        await page.getByRole("listitem").filter({ hasText: "gate-1:8443" }).getByText("well").waitFor();
    });
});

describe.runIf(mocked)("flows", () => {
    test("are searched by filters in the address, and the search goes on where it stopped", async () => {
        const { page } = at;
        await logIn(page, "/flows");
        await page.getByLabel("Address or block").fill("10.0.1.30");
        await page.waitForFunction(() => location.search === "?destination=10.0.1.30");
        await page.getByLabel("Verdict").selectOption("denied");
        await page.waitForFunction(() => {
            const rows = [...document.querySelectorAll("tbody tr")];
            return rows.length > 5 && rows.every((row) => row.textContent?.includes("denied") && row.textContent.includes("10.0.1.30"));
        });
        await visit(page, "/flows?user=nobody");
        await page.getByText("2 lines of the log can’t be read and are left out.").waitFor();
        await page.getByRole("button", { name: "Search further back" }).click();
        await page.getByText("No flow fits").waitFor();
        await visit(page, "/flows?destination=somewhere");
        await page.getByText("this is no address and no block").waitFor();
    });

    test("one is shown whole and leads to its explanation, with the keyboard alone", async () => {
        const { page } = at;
        await logIn(page, "/flows?verdict=denied");
        await page.getByRole("button", { name: "10.0.1.30:445 tcp" }).first().focus();
        await page.keyboard.press("Enter");
        const dialog = page.getByRole("dialog", { name: "Flow to 10.0.1.30:445" });
        await dialog.getByText("No grant").waitFor();
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        await page.keyboard.press("Enter");
        await dialog.getByRole("link", { name: "Explain" }).click();
        await page.getByText("what forbids wins").waitFor();
    });

    test("appear by themselves while somebody follows, if they fit", async () => {
        const { page } = at;
        await logIn(page, "/flows?verdict=allowed");
        await page.locator("tbody tr").first().waitFor();
        const before = await page.locator("tbody tr").count();
        await page.getByRole("button", { name: "Follow" }).click();
        await page.getByText("Following: what happens appears on top.").waitFor();
        await tell("flows");
        await page.waitForFunction((known) => document.querySelectorAll("tbody tr").length > known, before, { timeout: 30_000 });
        expect(await page.locator("tbody tr .badge").allInnerTexts()).not.toContain("denied");
        await page.getByRole("button", { name: "Stop following" }).click();
        await page.waitForFunction((known) => document.querySelectorAll("tbody tr").length === known, before);
    });

    test("of one's own appear by themselves, and no others", async () => {
        const { page } = at;
        await logIn(page, "/me/flows");
        await page.locator("tbody tr").first().waitFor();
        const before = await page.locator("tbody tr").count();
        expect(await page.getByRole("button", { name: "Export" }).count()).toBe(0);
        await page.getByRole("button", { name: "Follow" }).click();
        await page.getByText("Following: what happens appears on top.").waitFor();
        await tell("flows");
        await page.waitForFunction((known) => document.querySelectorAll("tbody tr").length > known + 1, before, { timeout: 30_000 });
        const who = await page.locator("tbody tr td:nth-child(3)").allInnerTexts();
        expect(new Set(who.map((one) => one.trim().split(/\s/)[0])).size).toBe(1);
    });

    test("are exported with the filters that are set", async () => {
        const { page } = at;
        await logIn(page, "/flows?user=ben");
        await page.getByRole("button", { name: "Export" }).click();
        const kept = page.waitForEvent("download");
        await page.getByRole("menuitem", { name: "Export as CSV" }).click();
        expect(new URL((await kept).url()).search).toBe("?user=ben&format=csv");
    });

    test("are kept as long as somebody says", async () => {
        const { page } = at;
        await logIn(page, "/settings?tab=flows");
        await page.getByLabel("Days").fill("0");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("is 1 to 3650").waitFor();
        await page.getByLabel("Days").fill("7");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
    });
});

describe.runIf(mocked)("the dashboard", () => {
    test("moves by itself, and its charts are tables for who wants them", async () => {
        const { page } = at;
        await logIn(page);
        const dashboard = page.getByRole("region", { name: "Dashboard" });
        await dashboard.getByText("Throughput").waitFor();
        await tell("flows");
        await dashboard.getByText("184 kB/s").waitFor();
        await dashboard.getByText("2.41 MB/s").waitFor();
        await dashboard.getByRole("button", { name: "Show as a table" }).first().click();
        await dashboard.getByRole("table", { name: "Bytes of datagrams from and to devices" }).waitFor();
        await dashboard.getByLabel("Top talkers by").selectOption("resource");
        await dashboard.getByRole("link", { name: "Orders database" }).click();
        await page.waitForFunction(() => location.pathname === "/flows" && location.search.includes("resource=Orders+database"));
    });
});

describe.runIf(mocked)("what a change would do", () => {
    test("a grant is simulated before it is saved, and again when the form has changed", async () => {
        const { page } = at;
        await logIn(page, "/grants");
        await page.getByRole("button", { name: "Add grant" }).first().click();
        await page.getByRole("button", { name: "Simulate" }).click();
        await page.getByText("choose a resource").waitFor();
        await page.getByLabel("Resource").selectOption({ index: 1 });
        await page.getByLabel("Role", { exact: true }).selectOption({ index: 1 });
        await page.getByRole("button", { name: "Simulate" }).click();
        const panel = page.getByRole("region", { name: "What this would do" });
        await panel.getByText("12 users would reach more").waitFor();
        await panel.getByText("380 of 48,211 flows").waitFor();
        await panel.getByText("aiko, ben, dmitri and 9 more").first().waitFor();
        expect(await panel.getByText("user-10").count()).toBe(0);
        await panel.getByRole("button", { name: "Show all 11" }).click();
        await panel.getByText("user-10").waitFor();
        await page.getByLabel("Comment").fill("on call");
        await panel.getByText("The form has changed since").waitFor();
        expect(await page.getByRole("dialog").count()).toBe(1);
    });

    test("a revocation says what is lost, then takes it", async () => {
        const { page } = at;
        await logIn(page, "/grants");
        await page.getByRole("button", { name: /^Actions of the grant/ }).first().click();
        await page.getByRole("menuitem", { name: "Revoke" }).click();
        await page.getByRole("button", { name: "Simulate" }).click();
        await page.getByText("12 users would reach less").waitFor();
        await page.getByRole("button", { name: "Revoke", exact: true }).click();
        await page.getByText("Revoked.").waitFor();
        expect(await page.getByRole("dialog").count()).toBe(0);
    });

    test("a resource is simulated too", async () => {
        const { page } = at;
        await logIn(page, "/resources");
        await page.getByRole("link", { name: "Orders database" }).click();
        await page.getByRole("button", { name: "Edit" }).click();
        await page.getByRole("button", { name: "Simulate" }).click();
        await page.getByRole("region", { name: "What this would do" }).waitFor();
    });
});

describe.runIf(mocked)("explain", () => {
    test("keeps the question in the address and shows the chain with links", async () => {
        const { page } = at;
        await logIn(page, "/explain");
        await page.getByRole("button", { name: "Explain" }).click();
        await page.getByText("Say who.").waitFor();
        await page.getByLabel("Who").fill("ben/thinkpad");
        await page.getByLabel("Where to").fill("10.0.1.30:445");
        await page.keyboard.press("Enter");
        await page.getByText("Denied", { exact: true }).waitFor();
        expect(new URL(page.url()).search).toBe("?subject=ben%2Fthinkpad&target=10.0.1.30%3A445&protocol=tcp");
        await page.getByText("This device is locked").waitFor();
        await page.getByText("decides", { exact: true }).waitFor();
        await page.getByText("overruled", { exact: true }).waitFor();
        expect(await page.getByRole("link", { name: "contractor", exact: true }).getAttribute("href")).toBe("/map?role=contractor");
        await page.getByLabel("Where to").fill("nonsense");
        await page.getByRole("button", { name: "Explain" }).click();
        await page.getByText("write address and port").waitFor();
        await page.goBack();
        await page.getByText("Denied", { exact: true }).waitFor();
    });
});

describe.runIf(mocked)("the map of access", () => {
    test("starts at what is searched, and shows the ways of a node by keyboard", async () => {
        const { page } = at;
        await logIn(page, "/map");
        await page.getByRole("heading", { name: "Where to start?" }).waitFor();
        await page.getByRole("searchbox", { name: "Search a user" }).fill("ben");
        await page.getByRole("group", { name: "Found" }).getByRole("link").first().click();
        const node = page.getByRole("button", { name: "role dba" });
        await node.press("Enter");
        await page.getByRole("button", { name: "role dba", pressed: true }).waitFor();
        expect(await page.locator(".map.chosen g.node.on").count()).toBe(8);
        await page.getByRole("link", { name: "Start here" }).waitFor();
        const before = await page.locator(".map svg > g").getAttribute("transform");
        await page.getByRole("group", { name: /^Map:/ }).focus();
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("+");
        await page.locator(`.map svg > g:not([transform="${before}"])`).waitFor({ state: "attached" });
        await page.keyboard.press("0");
        await page.keyboard.press("Escape");
        await page.locator(".map:not(.chosen)").waitFor();
    });

    test("is a table for those who read", async () => {
        const { page } = at;
        await logIn(page, "/map?user=ben");
        await page.getByText("Table", { exact: true }).click();
        const table = page.getByRole("table", { name: "Lines of the map" });
        expect(await table.getByText("may not reach").count()).toBe(1);
        await table.getByText("124 more").waitFor();
    });
});
