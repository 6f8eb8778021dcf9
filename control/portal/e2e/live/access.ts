import { afterAll, expect, test } from "vitest";
import { type Session, visit } from "../browser";
import { scene } from "../real/scene";
import { answer } from "./answer";
import { desk, type Download } from "./client";
import { firstLogin, mika, ren } from "./setup";

const LEDGER = "http://198.18.0.4:8000/";
const LEDGER_DOWNLOAD = "http://198.18.0.4:8001/";
/** The shortest time that can be asked for. */
const ACCESS_MILLIS = 60_000;
/** A busy machine may need longer than the promised second. */
const LATE_MILLIS = 5_000;

let at: Session | undefined;
let download: Download | undefined;
let approvedAfter = 0;
let approvedBefore = 0;

/** Access for a minute: asked for at a desk, allowed on a phone. */
export function requestFlow(): void {
    test("what was denied is asked for at a desk, approved on a phone with one tap, and reached with a second factor", async () => {
        at = await firstLogin(ren, { width: 1280, height: 832 });
        const { page } = at;
        await visit(page, "/me/security");
        await page.getByRole("button", { name: "Add app" }).click();
        await ren.confirmApp(page);
        await page.getByText("Your authenticator app is added.").waitFor();
        const phone = await firstLogin(mika, { width: 360, height: 740 });
        await visit(phone.page, "/requests");
        await phone.page.getByRole("heading", { name: "The inbox is empty" }).waitFor();

        await visit(page, "/me/access");
        const denied = desk.fetch(LEDGER, 2);
        const notice = page.locator(".toast", { hasText: "198.18.0.4:8000 was denied to your device. You may ask for ledger." });
        await notice.getByRole("button", { name: "Request access" }).click();
        const dialog = page.getByRole("dialog", { name: "Request ledger" });
        expect(await dialog.getByLabel("What do you need it for?").inputValue()).toBe("To reach 198.18.0.4:8000");
        await dialog.getByLabel("Ticket").fill("TK-123456");
        await dialog.getByLabel("Unit of for how long").selectOption("minutes");
        await dialog.getByLabel("For how long", { exact: true }).fill("1");
        await dialog.getByRole("button", { name: "Send request" }).click();
        const refused = await denied.end;
        expect(refused.exitCode, refused.log).not.toBe(0);

        const card = phone.page.getByRole("region", { name: "ren asks for ledger" });
        await card.getByText("TK-123456").waitFor();
        const approve = card.getByRole("button", { name: "Approve", exact: true });
        expect((await approve.boundingBox())?.height).toBeGreaterThanOrEqual(48);
        approvedAfter = Date.now();
        await approve.click();
        await phone.page.getByText("ren may reach ledger for 1 min.").waitFor();
        approvedBefore = Date.now();
        scene.clean(phone);
        await phone.close();

        await page.locator(".toast", { hasText: "Approved: you may reach ledger." }).waitFor();
        await visit(page, "/approvals");
        const fetch = desk.fetch(LEDGER, 30);
        await answer(page, ren, "ledger");
        const fetched = await fetch.end;
        expect(fetched, fetched.log).toMatchObject({ exitCode: 0, out: "200 1" });
        download = desk.download(LEDGER_DOWNLOAD);
        await download.begun();
        await visit(page, "/me/access");
        await page.getByRole("table", { name: "My requests" }).getByRole("row", { name: /ledger/ }).getByText(/^ends in /).waitFor();
        scene.clean(at);
    });

    afterAll(async () => {
        await at?.close();
    });
}

/** The end of what [requestFlow] began. */
export function expiryFlow(): void {
    test("access ends by itself, what is under way too, and the open page says so", async () => {
        if (at === undefined || download === undefined) {
            throw new Error("there is no access that could end");
        }
        const { page } = at;
        expect(download.over).toBe(false);
        await page.getByRole("table", { name: "My requests" }).getByRole("row", { name: /ledger/ }).getByText("ended", { exact: true }).waitFor({ timeout: ACCESS_MILLIS + 30_000 });
        await download.cut();
        expect(download.lastByteAt).toBeGreaterThan(approvedAfter + ACCESS_MILLIS - 1_000);
        expect(download.lastByteAt).toBeLessThan(approvedBefore + ACCESS_MILLIS + LATE_MILLIS);
        const after = await desk.fetch(LEDGER, 2).end;
        expect(after.exitCode, after.log).not.toBe(0);
        scene.clean(at);
    });
}
