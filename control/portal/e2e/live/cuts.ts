import { appendFileSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settled, visit } from "../browser";
import { scene } from "../real/scene";
import { desk, tablet } from "./client";
import { TARGET } from "./setup";

const FILES = `http://${TARGET}:8001/`;
/** What a download brings in half a second: far more than what is on its way to the disk when it is cut. */
const ON_ITS_WAY_BYTES = 50_000;

/** A grant is taken away, and given again. */
export function revocationFlow(): void {
    test("a download ends when its grant is revoked in the browser", async () => {
        const { page } = scene;
        await visit(page, "/grants");
        const download = desk.download(FILES);
        await download.begun();
        await page.getByRole("button", { name: "Actions of the grant of files to user:ren" }).click();
        await page.getByRole("menuitem", { name: "Revoke" }).click();
        const dialog = page.getByRole("dialog", { name: "Revoke this grant?" });
        const answered = page.waitForResponse((one) => one.request().method() === "DELETE");
        expect(download.over).toBe(false);
        await dialog.getByRole("button", { name: "Revoke" }).click();
        expect((await answered).status()).toBe(204);
        const size = download.size;
        const toast = page.locator(".toast", { hasText: "Revoked." });
        await toast.getByRole("button", { name: "Grant it again" }).click();
        await page.getByText("It is granted again.").waitFor();
        await page.getByRole("row", { name: /ren.*files/ }).waitFor();
        await download.cut();
        appendFileSync(process.env.SEKISHO_E2E_FIGURES ?? "/dev/null", `bytes of a download after the answer to its revocation: ${download.size - size}\n`);
        expect(download.size - size).toBeLessThan(ON_ITS_WAY_BYTES);
        scene.clean(scene.at);
    });
}

interface Message {
    kind: "mail" | "http";
    to: string;
    text: string;
}

/** What the mail server and the webhook have got. */
function messages(kind: Message["kind"]): Message[] {
    return readFileSync(process.env.SEKISHO_E2E_INBOX ?? "", "utf8").split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Message).filter((one) => one.kind === kind);
}

async function addChannel(name: string, kind: string, settings: Record<string, string>): Promise<void> {
    const { page } = scene;
    await page.getByRole("button", { name: "Add channel" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Add a channel" });
    await dialog.getByLabel("Name", { exact: true }).fill(name);
    await dialog.getByLabel("Kind").selectOption(kind);
    for (const [label, value] of Object.entries(settings)) {
        await dialog.getByLabel(label, { exact: true }).fill(value);
    }
    expect(await dialog.getByLabel("A device is locked").isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Add channel" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("row", { name: new RegExp(name) }).waitFor();
}

/** A scan, from the first port to the traffic after it. */
export function scanFlows(): void {
    test("a mail server and two channels for alerts are set up", async () => {
        const { page } = scene;
        await visit(page, "/settings?tab=mail");
        await page.getByLabel("Host").fill("127.0.0.1");
        await page.getByLabel("Port", { exact: true }).fill(process.env.SEKISHO_E2E_SMTP_PORT ?? "");
        await page.getByLabel("Encryption").selectOption("none");
        await page.getByLabel("From").fill("sekisho@example.org");
        await scene.taken("/mail/settings", () => page.getByRole("button", { name: "Save", exact: true }).click());
        await visit(page, "/alerts");
        await addChannel("guard", "email", { To: "guard@example.org" });
        await addChannel("hook", "http", {
            URL: `http://127.0.0.1:${process.env.SEKISHO_E2E_HOOK_PORT}/alarm`,
            "Content type": "application/json",
            Body: '{"event": "{{event}}", "device": "{{device}}"}',
        });
        scene.clean(scene.at, /^404 GET \/api\/v1\/mail\/settings$/);
    });

    test("a scan locks the device in the open page, mail and webhook hear of it, and it works again when it is unlocked", async () => {
        const { page } = scene;
        const device = `ren/${tablet.host}`;
        const before = tablet.download(FILES);
        await before.begun();
        await visit(page, "/locked");
        await page.getByRole("heading", { name: "No device is locked" }).waitFor();
        await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
        const scan = tablet.scan(TARGET, "9001-9100");
        const card = page.locator("section.card", { hasText: `${tablet.host} of ren` });
        await card.getByText("It tried too many destinations in vain: a scan.").waitFor();
        expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), "the page was loaded again").toBe(true);
        await before.cut();
        scan.stop();
        await expect.poll(() => messages("mail").length, { timeout: 20_000 }).toBe(1);
        await expect.poll(() => messages("http").length, { timeout: 20_000 }).toBe(1);
        expect(messages("mail")[0]).toMatchObject({ to: "guard@example.org", text: expect.stringContaining(device) });
        expect(messages("http")[0]?.to).toBe("/alarm");
        expect(JSON.parse(messages("http")[0]?.text ?? "")).toEqual({ event: "device.locked", device });

        const during = await tablet.fetch(FILES, 2).end;
        expect(during.out, during.log).toMatch(/^000 /);
        await card.getByRole("button", { name: "Unlock" }).click();
        const dialog = page.getByRole("dialog", { name: `Unlock ${tablet.host}?` });
        expect(await dialog.getByRole("button", { name: "Unlock" }).isDisabled()).toBe(true);
        await dialog.getByLabel("Comment").fill("It was the test");
        await dialog.getByRole("button", { name: "Unlock" }).click();
        await page.getByRole("heading", { name: "No device is locked" }).waitFor();
        const again = tablet.download(FILES);
        await again.begun();
        again.stop();
        await visit(page, "/alerts?tab=deliveries");
        const deliveries = page.getByRole("table", { name: "Deliveries" });
        for (const channel of ["guard", "hook"]) {
            await deliveries.getByRole("row", { name: new RegExp(channel) }).getByText("sent", { exact: true }).waitFor();
        }
        await settled(page);
        scene.clean(scene.at);
    });
}
