import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { browser, type Session, visit } from "../browser";
import { Person } from "../real/person";
import { NOBODY, scene } from "../real/scene";
import { desk, laptop, run, tablet } from "./client";

export const TARGET = "198.18.0.2";

/** Who asks for access, at a desk. */
export const ren = new Person("ren", "");
/** Who decides, on a phone. */
export const mika = new Person("mika", "");

/** Presses the button that saves a file, and keeps it under its name; its path. */
async function downloaded(within: Page | Locator, page: Page): Promise<string> {
    const started = page.waitForEvent("download");
    await within.getByRole("link", { name: /^Download .*\.conf$/ }).click();
    const download = await started;
    const path = join(process.env.SEKISHO_E2E_FOLDER ?? "", download.suggestedFilename());
    await download.saveAs(path);
    return path;
}

async function opened(path: string, button: string): Promise<Locator> {
    const { page } = scene;
    await visit(page, path);
    await page.getByRole("button", { name: button }).first().click();
    return page.getByRole("dialog");
}

async function addResource(name: string, cidr: string, ports: string, more: (dialog: Locator) => Promise<void> = () => Promise.resolve()): Promise<void> {
    const dialog = await opened("/resources", "Add resource");
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await dialog.getByLabel("Address or subnet").fill(cidr);
    await dialog.getByLabel("Ports").fill(ports);
    await dialog.getByLabel("Protocol").selectOption("tcp");
    await more(dialog);
    await dialog.getByRole("button", { name: "Add resource" }).click();
    await dialog.waitFor({ state: "detached" });
    await scene.page.getByRole("link", { name, exact: true }).waitFor();
}

async function addGrant(resource: string, user: string, secondFactor: boolean): Promise<void> {
    const dialog = await opened("/grants", "Add grant");
    await dialog.getByLabel("Resource", { exact: true }).selectOption({ value: resource });
    await dialog.getByLabel("To", { exact: true }).selectOption("user");
    await dialog.getByLabel("User", { exact: true }).selectOption(user);
    const asks = dialog.getByRole("switch", { name: /^Ask for the second factor/ });
    expect(await asks.isChecked()).toBe(true);
    if (!secondFactor) {
        await dialog.getByText("Ask for the second factor").click();
    }
    await dialog.getByRole("button", { name: "Grant", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await scene.page.getByRole("row", { name: new RegExp(`${user}.*${resource}`) }).waitFor();
}

async function addUser(person: Person, ...roles: string[]): Promise<void> {
    const { page } = scene;
    const dialog = await opened("/users", "Add user");
    await dialog.getByLabel("User name").fill(person.name);
    for (const role of roles) {
        await dialog.getByText(role, { exact: true }).click();
    }
    await dialog.getByRole("button", { name: "Add user" }).click();
    const shown = page.getByRole("dialog", { name: `Password of ${person.name}` });
    person.password = await shown.locator("code").innerText();
    await shown.getByRole("button", { name: "Done" }).click();
}

/** A device whose file an administrator hands over; its path. */
async function addDevice(user: string, name: string): Promise<string> {
    const { page } = scene;
    const dialog = await opened("/devices", "Add device");
    await dialog.getByLabel("User", { exact: true }).selectOption(user);
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await dialog.getByRole("button", { name: "Add device" }).click();
    const shown = page.getByRole("dialog", { name });
    const file = await downloaded(shown, page);
    await shown.getByRole("button", { name: "Done" }).click();
    return file;
}

/** The first login of somebody new, in a browser of their own, up to the open portal. */
export async function firstLogin(person: Person, size: { width: number; height: number }): Promise<Session> {
    const session = await browser(size);
    scene.listen(session);
    const { page } = session;
    await person.enterPassword(page);
    await person.choosePassword(page, `${person.name} has lanterns on a mountain road`);
    const app = page.getByRole("button", { name: "Use an authenticator app" });
    await app.or(page.locator(".shell")).first().waitFor();
    if (await app.isVisible()) {
        await person.enrollApp(page);
        await page.locator(".shell").waitFor();
    }
    await page.locator(".live-dot:not(.off)").first().waitFor({ state: "attached" });
    scene.clean(session, NOBODY);
    return session;
}

/** From an empty folder to a laptop in the tunnel, and to all that the other flows need: nothing but what people do in the portal, and one command on the host. */
export function setupFlows(): void {
    test("the first run leads from the printed password to a laptop in the tunnel, by the file that the portal gives", async () => {
        const { page, admin } = scene;
        await admin.enterPassword(page);
        await admin.choosePassword(page, "four odd words together");
        await admin.enrollApp(page);
        await page.getByLabel("Public address").fill(process.env.SEKISHO_E2E_PUBLIC ?? "");
        await page.getByLabel("Exposed subnets").fill("198.18.0.0/24");
        await page.getByRole("button", { name: "Start the network" }).click();
        await page.getByLabel("Name of the device").fill(laptop.host);
        await page.getByRole("button", { name: "Add the device" }).click();
        const file = await downloaded(page, page);
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByRole("button", { name: "Open the portal" }).click();
        await page.locator(".shell").waitFor();
        await run([process.env.SEKISHO_E2E_LAUNCHER ?? "", "network", "up", "--yes", "--state", process.env.SEKISHO_E2E_STATE ?? ""]);
        await laptop.connect(file);
        scene.clean(scene.at, NOBODY);
    });

    test("resources and grants are made, and what is not granted does not pass", async () => {
        await addResource("web", TARGET, "8000");
        const before = laptop.fetch(`http://${TARGET}:8000/`, 2);
        await addResource("payroll", "198.18.0.3", "8000");
        await addResource("files", TARGET, "8001");
        const refused = await before.end;
        expect(refused.exitCode, refused.log).not.toBe(0);
        await addGrant("web", "admin", true);
        await addGrant("payroll", "admin", true);
        scene.clean(scene.at);
    });
}

/** People who have no more rights than they need, with devices of theirs. */
export function peopleFlows(): void {
    test("people and their devices are added, and a resource that can be asked for", async () => {
        await addUser(ren, "user");
        await addUser(mika, "approver");
        await addResource("ledger", "198.18.0.4", "8000-8001", async (dialog) => {
            await dialog.getByText("On request", { exact: true }).click();
            await dialog.getByRole("group", { name: "Who may ask for it" }).getByText("user", { exact: true }).click();
        });
        await addGrant("files", "ren", false);
        await desk.connect(await addDevice("ren", desk.host));
        await tablet.connect(await addDevice("ren", tablet.host));
        scene.clean(scene.at);
    });
}
