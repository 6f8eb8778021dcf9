import { type Page } from "playwright-core";
import { totp } from "../../mock/totp";
import { base } from "../browser";

const STEP_MILLIS = 30_000;

/** A name, a password, and an authenticator app whose codes count once each, as the server wants it. */
export class Person {
    secret = "";
    private lastStep = 0;

    constructor(readonly name: string, public password: string) {}

    /** The first code that has not been used; the server takes one of the step before and one of the step after now. */
    async code(page: Page): Promise<string> {
        const now = Math.floor(Date.now() / STEP_MILLIS);
        const step = Math.max(this.lastStep + 1, now - 1);
        if (step > now + 1) {
            await page.waitForFunction((begin) => Date.now() >= begin, (step - 1) * STEP_MILLIS, { timeout: 65_000, polling: 500 });
        }
        this.lastStep = step;
        return totp(this.secret, step * STEP_MILLIS);
    }

    async enterPassword(page: Page): Promise<void> {
        await page.goto(`${base}/login`);
        await page.getByLabel("User name").fill(this.name);
        await page.getByLabel("Password").fill(this.password);
        await page.getByRole("button", { name: "Log in", exact: true }).click();
    }

    async choosePassword(page: Page, next: string): Promise<void> {
        await page.getByLabel("Current password").fill(this.password);
        await page.getByLabel("New password", { exact: true }).fill(next);
        await page.getByLabel("New password again").fill(next);
        await page.locator("form button[type=submit]").click();
        this.password = next;
    }

    async enrollApp(page: Page): Promise<void> {
        await page.getByRole("button", { name: "Use an authenticator app" }).click();
        await this.confirmApp(page);
    }

    /** Takes the key that the page shows into the app, and types the first code. */
    async confirmApp(page: Page): Promise<void> {
        await page.getByAltText("QR code for your authenticator app").waitFor();
        const shown = page.getByRole("button", { name: "Show the key" });
        if (await shown.count() > 0) {
            await shown.click();
        }
        this.secret = ((await page.locator(".beside .field").first().innerText()).replace(/\s/g, "").match(/[A-Z2-7]{32,}/) ?? [""])[0];
        await page.getByLabel("Code from the app").fill(await this.code(page));
        await page.getByRole("button", { name: "Confirm", exact: true }).click();
    }

    async logIn(page: Page): Promise<void> {
        await this.enterPassword(page);
        const way = page.getByRole("button", { name: "Use a code from your app" });
        const field = page.getByLabel("Code from your authenticator app");
        await way.or(field).first().waitFor();
        if (await way.isVisible()) {
            await way.click();
        }
        await field.fill(await this.code(page));
        await page.getByRole("button", { name: "Continue", exact: true }).click();
        await page.locator(".shell").waitFor();
    }
}

export async function logOut(page: Page, shown: string): Promise<void> {
    await page.getByRole("button", { name: shown }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await page.getByLabel("User name").waitFor();
}

/** Another node asks this person for an approval; gives the challenge, the number that the asking side shows, and the secret of a mail's link. */
export async function ask(name: string): Promise<{ id: string; number: string; secret: string }> {
    const answer = await fetch(`${process.env.SEKISHO_E2E_ASK}/${name}`, { method: "POST" });
    const [id = "", number = "", secret = ""] = (await answer.text()).split(" ");
    return { id, number, secret };
}
