import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base, browser, settled, visit } from "../browser";
import { authenticator } from "../passkey";
import { checkpointFlows } from "./checkpoints";
import { markupFlows } from "./markup";
import { ruleFlows } from "./rules";
import { mailFlows, networkFlows } from "./network";
import { ask, logOut, Person } from "./person";
import { pushFlows } from "./push";
import { NOBODY, scene } from "./scene";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { admin } = scene;
const ben = new Person("ben", "");
const clean = scene.clean.bind(scene);
const shoot = scene.shoot.bind(scene);

beforeAll(async () => {
    await scene.open();
});

afterAll(async () => {
    await scene.close();
});

test("the first run leads from the printed password to the first device", async () => {
    const { page } = scene;
    await admin.enterPassword(page);
    await admin.choosePassword(page, "four odd words together");
    await admin.enrollApp(page);
    await page.getByLabel("Public address").fill("localhost");
    await page.getByLabel("Exposed subnets").fill("10.0.1.0/24, nonsense");
    await page.getByRole("button", { name: "Start the network" }).click();
    await page.locator(".field .error").waitFor();
    await page.getByLabel("Exposed subnets").fill("10.0.1.0/24");
    await page.getByRole("button", { name: "Start the network" }).click();
    await page.getByLabel("Name of the device").fill("Phone");
    await page.getByRole("button", { name: "Add the device" }).click();
    await page.getByAltText("QR code with the configuration of Phone").waitFor();
    expect(await page.getByLabel("Configuration", { exact: true }).innerText()).toContain("Endpoint = localhost:");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Open the portal" }).click();
    await page.locator(".shell").waitFor();
    const server = await page.evaluate(() => fetch("/api/v1/server").then((found) => found.json() as Promise<{ needsSetup: boolean }>));
    expect(server.needsSetup).toBe(false);
    clean(scene.at, NOBODY, /^400 PUT \/api\/v1\/network\/settings$/);
});

test("a role, a user, a resource, a grant and a device are made", async () => {
    const { page } = scene;
    await visit(page, "/roles");
    await page.getByRole("button", { name: "Add role" }).first().click();
    let dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("dba");
    await dialog.getByLabel("Description").fill("Database administrators");
    await dialog.getByRole("button", { name: "Add role" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Database administrators").waitFor();

    await visit(page, "/users");
    await page.getByRole("button", { name: "Add user" }).first().click();
    dialog = page.getByRole("dialog");
    await dialog.getByLabel("User name").fill("ben");
    await dialog.getByLabel("Full name").fill("Ben Okafor");
    await dialog.getByText("dba", { exact: true }).click();
    await dialog.getByText("default_wireguard_user", { exact: true }).click();
    await dialog.getByRole("button", { name: "Add user" }).click();
    const shown = page.getByRole("dialog").filter({ hasText: "ben" });
    await shown.getByRole("button", { name: /^Show/ }).or(shown.locator("code")).first().waitFor();
    const show = shown.getByRole("button", { name: /^Show/ });
    if (await show.count() > 0) {
        await show.click();
    }
    ben.password = ((await shown.innerText()).match(/[a-z0-9]{4}(-[a-z0-9]{4}){3,}/) ?? [""])[0];
    expect(ben.password).not.toBe("");
    await page.keyboard.press("Escape");

    await visit(page, "/resources");
    await page.getByRole("button", { name: "Add resource" }).first().click();
    dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Orders database");
    await dialog.getByLabel("Address or subnet").fill("printer");
    await dialog.getByLabel("Ports").fill("5432");
    await dialog.getByRole("button", { name: "Add resource" }).click();
    await dialog.locator(".field .error").waitFor();
    await dialog.getByLabel("Address or subnet").fill("10.0.1.20");
    await dialog.getByRole("button", { name: "Add resource" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Orders database" }).waitFor();

    await visit(page, "/grants");
    await page.getByRole("button", { name: "Add grant" }).first().click();
    dialog = page.getByRole("dialog");
    await dialog.getByLabel("Resource", { exact: true }).selectOption({ value: "Orders database" });
    await dialog.getByLabel("Role", { exact: true }).selectOption("dba");
    await dialog.getByRole("button", { name: "Grant", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("cell", { name: /dba/ }).first().waitFor();

    await visit(page, "/devices");
    await page.getByRole("button", { name: "Add device" }).first().click();
    dialog = page.getByRole("dialog");
    await dialog.getByLabel("User", { exact: true }).selectOption("ben");
    await dialog.getByLabel("Name", { exact: true }).fill("laptop");
    await dialog.getByRole("button", { name: "Add device" }).click();
    await page.getByAltText("QR code with the configuration of laptop").waitFor();
    expect(await page.getByLabel("Configuration", { exact: true }).innerText()).toContain("PrivateKey = ");
    await shoot("device-made");
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("link", { name: "laptop" }).waitFor();
    clean(scene.at, /^400 POST \/api\/v1\/resources(\/check)?$/);
});

test("explain says why ben gets through", async () => {
    const { page } = scene;
    await visit(page, "/explain?subject=ben&target=10.0.1.20:5432");
    await page.locator("main").getByText(/Orders database/).first().waitFor();
    expect(await page.locator("main").innerText()).toMatch(/second factor|challenge/i);
    clean(scene.at);
});

ruleFlows();

networkFlows();

test("logging out and in again takes password and code", async () => {
    const { page } = scene;
    await logOut(page, "admin");
    await admin.logIn(page);
    await settled(page);
    clean(scene.at, NOBODY);
});

test("a passkey is added and logs in", async () => {
    const { page } = scene;
    await authenticator(page);
    await visit(page, "/me/security");
    await page.getByRole("button", { name: "Add passkey" }).click();
    await page.getByLabel("Name", { exact: true }).last().fill("Test key");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByText("The passkey is added.").waitFor();
    await logOut(page, "admin");
    await admin.enterPassword(page);
    await page.getByRole("button", { name: "Continue with passkey" }).click();
    await page.locator(".shell").waitFor();
    clean(scene.at, NOBODY);
});

test("the audit log verifies, and a line of it is proven", async () => {
    const { page } = scene;
    await visit(page, "/audit");
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/All \d+ records are in order/).waitFor();
    await shoot("audit");
    await page.getByRole("button", { name: /^Details/ }).first().click();
    await page.getByRole("button", { name: "Prove that it is unchanged" }).click();
    await page.getByText(/This line is in the tree/).waitFor();
    await page.keyboard.press("Escape");
    clean(scene.at);
});

checkpointFlows();

mailFlows();

pushFlows();

test("a wrong number is refused, the right one approves with a passkey", async () => {
    const { page } = scene;
    const { number } = await ask("admin");
    await visit(page, "/approvals");
    await page.reload();
    const card = page.getByRole("region", { name: "Approval of Orders database" });
    await card.waitFor();
    const choices = (await card.locator(".numbers label").allInnerTexts()).map((text) => text.trim());
    expect(choices).toContain(number);
    await card.getByText(choices.find((one) => one !== number) ?? "", { exact: true }).click();
    await card.getByRole("button", { name: "Approve with passkey" }).click();
    await card.getByRole("alert").first().waitFor();
    await card.getByText(number, { exact: true }).click();
    await card.getByRole("button", { name: "Approve with passkey" }).click();
    await page.getByText("Approved. Orders database goes on.").waitFor();
    clean(scene.at, /^403 POST \/api\/v1\/challenges\/[^/]+\/approve$/, /^400 POST \/api\/v1\/challenges\/[^/]+\/approve$/);
});

test("“This was not me” denies, reports and is in the audit log", async () => {
    const { page } = scene;
    await ask("admin");
    await page.reload();
    await page.getByRole("button", { name: "This was not me" }).click();
    await page.getByText("Denied and reported").waitFor();
    await visit(page, "/audit?action=challenge");
    await page.getByText("challenge.reported").first().waitFor();
    clean(scene.at);
});

test("the link of a mail approves without a login, a guessed one does not", async () => {
    const { id, secret } = await ask("ben");
    const other = await browser();
    scene.listen(other);
    await other.page.goto(`${base}/challenge/${id}#guessed`);
    await other.page.getByText(/no such challenge/).waitFor();
    clean(other, NOBODY, /^404 POST \/api\/v1\/challenges\/[^/]+\/link$/);
    await other.page.goto(`${base}/login`);
    await other.page.goto(`${base}/challenge/${id}#${secret}`);
    await other.page.getByRole("button", { name: "Yes, it is me" }).click();
    await other.page.getByText("Approved. The connection goes on.").waitFor();
    expect(other.page.url()).not.toContain(secret);
    clean(other, NOBODY);
    await other.close();
});

test("a secret is kept and revealed", async () => {
    const { page } = scene;
    await visit(page, "/secrets");
    await page.getByRole("button", { name: "Add secret" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("orders-db admin");
    await dialog.getByLabel("Value").fill("only for this test");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Reveal" }).first().click();
    await page.getByLabel("Reason").fill("restore test");
    await page.getByRole("dialog").getByRole("button", { name: "Reveal" }).click();
    await page.getByText("only for this test").waitFor();
    await page.keyboard.press("Escape");
    clean(scene.at);
});

test("notices by mail are switched on", async () => {
    const { page } = scene;
    await visit(page, "/me/security");
    const before = await page.getByRole("switch", { name: /^By e-mail/ }).isChecked();
    await page.getByText("By e-mail", { exact: true }).click();
    await page.getByRole("region", { name: "Notices elsewhere" }).or(page.locator(".card", { hasText: "Notices elsewhere" })).getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.reload();
    await settled(page);
    expect(await page.getByRole("switch", { name: /^By e-mail/ }).isChecked()).toBe(!before);
    clean(scene.at);
});

test("an API token and recovery codes are made", async () => {
    const { page } = scene;
    await visit(page, "/tokens");
    await page.getByRole("button", { name: "New token" }).or(page.getByRole("button", { name: "Make a token" })).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("nightly export");
    await dialog.getByText("VIEW AUDIT", { exact: true }).click();
    await dialog.getByRole("button", { name: "Make token" }).click();
    await page.getByRole("dialog", { name: "Your new token" }).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await visit(page, "/me/security");
    await page.getByRole("button", { name: "New recovery codes" }).click();
    await page.getByLabel("Recovery codes", { exact: true }).waitFor();
    await page.getByRole("button", { name: "I have kept them" }).click();
    clean(scene.at);
});

async function violations(): Promise<string[]> {
    const { page } = scene;
    await page.evaluate(AXE);
    const result = (await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })")) as AxeResults;
    return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
}

/** Every page of the menu, and what stands behind tabs. */
async function everyPage(look: (path: string) => Promise<void>): Promise<void> {
    const { page } = scene;
    const menu = await page.locator(".side .nav a").evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
    const tabs = ["/audit?tab=checkpoints", "/tokens?tab=services", "/network?tab=subnets", "/network?tab=email", "/alerts?tab=deliveries", "/settings?tab=mail", "/settings?tab=streams", "/licences", "/device"];
    expect(menu.length).toBeGreaterThan(15);
    for (const path of [...menu, ...tabs]) {
        await visit(page, path);
        await look(path);
    }
}

test("every page opens without a complaint, a failing request or a violation of accessibility, light and dark, also at 360 pixels", { timeout: 180_000 }, async () => {
    const { page } = scene;
    const found: Record<string, string[]> = {};
    for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await everyPage(async (path) => {
            await page.setViewportSize({ width: 1280, height: 832 });
            // Without a mail server there are no settings of it.
            const failing = scene.refused.splice(0).filter((one) => one !== "404 GET /api/v1/mail/settings");
            const wrong = [...(await violations()), ...failing, ...scene.at.complaints.splice(0), ...scene.at.outside.splice(0)];
            await page.setViewportSize({ width: 360, height: 740 });
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (wide > 0) {
                wrong.push(`wider than 360 pixels by ${wide}`);
            }
            await page.setViewportSize({ width: 1280, height: 832 });
            if (wrong.length > 0) {
                found[`${scheme} ${path}`] = wrong;
            }
        });
    }
    expect(found).toEqual({});
});

test("ben comes in with the keyboard alone, and sees only what is his", async () => {
    const other = await browser({ dark: true });
    scene.listen(other);
    const { page: his } = other;
    await ben.enterPassword(his);
    await ben.choosePassword(his, "some more odd words here");
    await his.getByRole("button", { name: "Use an authenticator app" }).or(his.locator(".shell")).first().waitFor();
    if (!(await his.locator(".shell").isVisible())) {
        await ben.enrollApp(his);
    }
    await his.locator(".shell").waitFor();
    await logOut(his, "Ben Okafor");
    await his.getByLabel("User name").focus();
    await his.keyboard.type("ben");
    await his.keyboard.press("Tab");
    await his.keyboard.type(ben.password);
    await his.keyboard.press("Enter");
    if (ben.secret !== "") {
        // Keys go where the focus is: it comes to the field by itself, a moment after the field.
        await his.waitForFunction((field) => field === document.activeElement, await his.getByLabel("Code from your authenticator app").elementHandle());
        await his.keyboard.type(await ben.code(his));
        await his.keyboard.press("Enter");
    }
    await his.locator(".shell").waitFor();
    await his.keyboard.press("Tab");
    expect(await his.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await his.keyboard.press("Enter");
    // On a busy machine the two keys may be too far apart to be a sequence: then they are pressed again.
    const mine = his.getByRole("heading", { name: "My devices", level: 1 });
    for (let pressed = 0; pressed < 5 && !(await mine.isVisible()); pressed++) {
        await his.keyboard.press("g");
        await his.keyboard.press("m");
        await mine.waitFor({ timeout: 5_000 }).catch(() => undefined);
    }
    await mine.waitFor();
    await his.getByText("laptop").first().waitFor();
    const links = (await his.locator(".side .nav a").allInnerTexts()).map((text) => text.split("\n")[0]);
    expect(links).not.toContain("Users");
    expect(links).not.toContain("Audit log");
    const { number } = await ask("ben");
    await visit(his, "/approvals");
    await his.reload();
    await his.getByText(number, { exact: true }).first().waitFor();
    await his.getByRole("button", { name: "Deny" }).click();
    await his.getByRole("heading", { name: "Nothing to approve" }).waitFor();
    clean(other, NOBODY);
    await other.close();
});

// The last: the marked things stay.
markupFlows();
