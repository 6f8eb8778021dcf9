import { expect, test } from "vitest";
import type { Page } from "playwright-core";
import { browser, settled, visit } from "../browser";
import { scene } from "./scene";

interface Mail {
    to: string;
    subject: string;
    text: string;
    html: string;
    attachments: { name: string; text: string }[];
    /** PNG images in base 64. */
    pictures: string[];
}

/** Waits until so many mails have arrived at the test's mail server; gives them, the oldest first. */
async function mails(wanted: number): Promise<Mail[]> {
    let found: Mail[] = [];
    await expect.poll(async () => {
        found = (await (await fetch(`${process.env.SEKISHO_E2E_MAILS}/`)).json()) as Mail[];
        return found.length;
    }, { timeout: 30_000 }).toBeGreaterThanOrEqual(wanted);
    return found;
}

async function save(page: Page): Promise<void> {
    await page.getByRole("button", { name: "Save", exact: true }).click();
}

/** N11: settings that are taken, and settings with which nobody could connect any more. */
export function networkFlows(): void {
    test("settings of the network are changed; those that nobody could connect with are refused at their field", async () => {
        const { page } = scene;
        await visit(page, "/network");
        // Some labels go on with "optional".
        const control = (label: string) => page.getByLabel(new RegExp(`^${label}`));
        const field = (label: string) => page.locator(".field", { has: control(label) });
        const refused = async (label: string, wrong: string, sentence: RegExp): Promise<void> => {
            const input = control(label);
            const before = await input.inputValue();
            await input.fill(wrong);
            await save(page);
            await field(label).locator(".error").getByText(sentence).waitFor();
            expect(await input.getAttribute("aria-invalid")).toBe("true");
            expect(await input.inputValue()).toBe(wrong);
            await input.fill(before);
        };
        await refused("MTU", "900", /1280 to/);
        await refused("MTU", "70000", /1280 to/);
        await refused("UDP port", "0", /1 to 65535/);
        await refused("Private addresses of the server", "10.66.0.0/24", /not an address for a host/);
        await refused("Private addresses of the server", "10.99.0.1/24", /devices have addresses outside/);
        await refused("DNS server", "not an address", /./);

        await page.getByLabel("MTU").fill("1400");
        await page.getByLabel("UDP port").fill("51999");
        await page.getByText("MTU = 1400").waitFor();
        await scene.taken("/network/settings", () => save(page));
        await page.getByText("Saved. It counts from now on.").first().waitFor();
        await page.reload();
        await settled(page);
        expect(await page.getByLabel("MTU").inputValue()).toBe("1400");
        expect(await page.getByLabel("UDP port").inputValue()).toBe("51999");
        expect(await page.getByLabel("Preview of a device's configuration").innerText()).toContain("Endpoint = localhost:51999");

        await visit(page, "/network?tab=subnets");
        await refused("Exposed subnets", "10.66.0.0/16", /holds the tunnel's own network 10\.66\.0\.0\/24/);
        await refused("Exposed subnets", "10.0.1.0/24, 10.0.1.0/33", /./);
        await page.getByLabel("Exposed subnets").fill("10.0.1.0/24, 10.0.2.0/24");
        await scene.taken("/network/settings", () => save(page));
        await page.getByLabel("Script").getByText(/10\.0\.2\.0\/24/).waitFor();
        scene.clean(scene.at, /^400 PUT \/api\/v1\/network\/settings$/);
    });
}

/** N12: the mail for a new device, from the template to the mail server. */
export function mailFlows(): void {
    test("the mail of a new device is edited, looked at, and arrives as it was shown", async () => {
        const { page } = scene;
        await visit(page, "/settings?tab=mail");
        await page.getByLabel("Host").fill("127.0.0.1");
        await page.getByLabel("Port", { exact: true }).fill(process.env.SEKISHO_E2E_SMTP_PORT ?? "");
        await page.getByLabel("Encryption").selectOption("none");
        await page.getByLabel("From").fill("Sekisho <sekisho@example.org>");
        await scene.taken("/mail/settings", () => save(page));

        await visit(page, "/me/security");
        await page.getByLabel("E-mail", { exact: true }).fill("admin@example.org");
        // The test mail goes to the address that the session knows.
        const refreshed = page.waitForResponse((one) => new URL(one.url()).pathname === "/api/v1/session" && one.request().method() === "GET");
        await scene.taken("/me", () => page.locator(".card", { has: page.getByRole("heading", { name: "Profile", exact: true }) }).getByRole("button", { name: "Save" }).click());
        await (await refreshed).finished();
        await visit(page, "/settings?tab=mail");
        await page.getByRole("button", { name: "Send a test to me" }).click();
        const [test] = await mails(1);
        expect(test).toMatchObject({ to: "admin@example.org", subject: "Sekisho can send mail" });

        await visit(page, "/network?tab=email");
        await page.getByLabel("Subject").fill("Zugang für {{name}}");
        await page.getByLabel("Text").fill("Guten Tag {{name}} <b>&,\n\n{{device}} may connect to {{server}} as {{addresses}}.\n\n{{nothing}}");
        await page.getByRole("button", { name: "Preview" }).click();
        await page.locator(".error, .note.bad").getByText(/there is no variable \{\{nothing\}\}/).first().waitFor();
        await page.getByLabel("Text").fill("Guten Tag {{name}} <b>&,\n\n{{device}} may connect to {{server}} as {{addresses}}.\n");
        await page.getByRole("button", { name: "Preview" }).click();
        await page.getByText("Zugang für Alice Example").waitFor();
        await page.getByLabel("Preview of the mail").getByText(/Guten Tag Alice Example <b>&,/).waitFor();
        await scene.taken("/network/mail-template", () => save(page));

        await visit(page, "/devices");
        await page.getByRole("button", { name: "Add device" }).first().click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("User", { exact: true }).selectOption("admin");
        await dialog.getByLabel("Name", { exact: true }).fill("tablet");
        expect(await dialog.getByRole("switch", { name: /^Mail the instructions/ }).isChecked()).toBe(true);
        await dialog.getByRole("button", { name: "Add device" }).click();
        await page.getByText("Mailed to admin too.").waitFor();
        const config = await page.getByLabel("Configuration", { exact: true }).innerText();
        await page.getByRole("button", { name: "Done" }).click();

        const mail = (await mails(2)).at(-1) as Mail;
        expect(mail).toMatchObject({ to: "admin@example.org" });
        expect(mail.subject).toMatch(/^Zugang für /);
        expect(mail.text).toMatch(/^Guten Tag .* <b>&,\s+tablet may connect to localhost as 10\.66\.0\.\d+\./);
        expect(mail.html).toContain("&lt;b&gt;&amp;,");
        expect(mail.attachments).toEqual([{ name: "tablet.conf", text: expect.stringContaining("PrivateKey = ") }]);
        expect(mail.attachments[0]?.text.replace(/\r\n/g, "\n").trim()).toBe(config.trim());
        await rendered(mail);
        scene.clean(scene.at, /^404 GET \/api\/v1\/mail\/settings$/, /^400 POST \/api\/v1\/network\/mail-template\/preview$/);
    });
}

/** Shows the mail as a reader does: the picture is there, and nothing in it has become a tag. */
async function rendered(mail: Mail): Promise<void> {
    // In a browser of its own: a page that is not in front gets no passkeys.
    const session = await browser({ width: 720, height: 760 });
    const reader = session.page;
    await reader.setContent(mail.html.replace(/cid:[^"]+/, `data:image/png;base64,${mail.pictures[0]}`));
    const picture = reader.getByAltText("QR code for the WireGuard app on a phone");
    await picture.waitFor();
    expect(await picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(100);
    expect(await reader.locator("body b").count()).toBe(0);
    await scene.shoot("mail", reader);
    await session.close();
}
