import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { browser, type Session } from "../browser";
import { Person } from "./person";

const PICTURES = fileURLToPath(new URL("../../../../docs/images/", import.meta.url));

/** Before a login the portal asks who is logged in. */
export const NOBODY = /^401 GET \/api\/v1\/session$/;

/** What the flows against the real server share: one browser in which the administrator works, and what went wrong in it. */
class Scene {
    readonly admin = new Person("admin", process.env.SEKISHO_E2E_FIRST_PASSWORD ?? "");
    /** Answers of the API with an error, which no test has asked for. */
    readonly refused: string[] = [];
    private session: Session | undefined;

    get at(): Session {
        if (this.session === undefined) {
            throw new Error("the browser is not open yet");
        }
        return this.session;
    }

    get page(): Page {
        return this.at.page;
    }

    async open(): Promise<void> {
        this.session = await browser();
        this.listen(this.session);
    }

    async close(): Promise<void> {
        await this.at.close();
    }

    listen(session: Session): void {
        session.page.on("response", (answer) => {
            if (answer.status() >= 400) {
                this.refused.push(`${answer.status()} ${answer.request().method()} ${new URL(answer.url()).pathname}`);
            }
        });
        session.page.on("requestfailed", (request) => {
            // What is on its way when a page is left or loaded again, or when an interface of this host comes or goes, the browser
            // gives up: that is no failure of the server. The portal asks again.
            if (!["net::ERR_ABORTED", "net::ERR_NETWORK_CHANGED"].includes(request.failure()?.errorText ?? "")) {
                this.refused.push(`${request.failure()?.errorText} ${request.url()}`);
            }
        });
    }

    /** Nothing went wrong that should not have. */
    clean(session: Session, ...wanted: RegExp[]): void {
        const rest = this.refused.splice(0).filter((one) => !wanted.some((pattern) => pattern.test(one)));
        expect(rest).toEqual([]);
        expect(session.complaints.splice(0)).toEqual([]);
        expect(session.outside.splice(0)).toEqual([]);
    }

    /** A picture for the documentation, when they are wanted. */
    async shoot(name: string, page = this.page): Promise<void> {
        if (process.env.PICTURES !== undefined) {
            await page.mouse.move(0, 0);
            await page.screenshot({ path: `${PICTURES}portal-${name}.png` });
        }
    }

    /** Does something and waits until the server has taken it: what earlier toasts say is of earlier. */
    async taken(path: string, work: () => Promise<unknown>): Promise<void> {
        const answer = this.page.waitForResponse((one) => new URL(one.url()).pathname === `/api/v1${path}` && one.request().method() !== "GET");
        await work();
        expect((await answer).ok()).toBe(true);
    }

    /** Confirms with a passkey or a fresh code, if the server wants the second factor again. */
    async confirmed(done: Promise<unknown>): Promise<void> {
        const asked = this.page.getByRole("dialog", { name: "Confirm that it is you" });
        const first = await Promise.race([done.then(() => "done" as const), asked.waitFor().then(() => "asked" as const)]);
        if (first === "asked") {
            const byPasskey = asked.getByRole("button", { name: "Continue with passkey" });
            if (await byPasskey.isVisible()) {
                await byPasskey.click();
            } else {
                await asked.getByLabel("Code from your authenticator app").fill(await this.admin.code(this.page));
                await asked.getByRole("button", { name: "Confirm" }).click();
            }
        }
        await done;
    }
}

export const scene = new Scene();
