import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { inject } from "vitest";
import { PASSWORD, TOTP_SECRET } from "../mock/data";
import { totp } from "../mock/totp";

export const base = inject("base");
export const mocked = inject("mocked");

/** Who logs in: the mock's people, or those of the environment against a real server. */
export const USER = process.env.SEKISHO_E2E_USER ?? "aiko";
export const USER_PASSWORD = process.env.SEKISHO_E2E_PASSWORD ?? PASSWORD;
const SECRET = process.env.SEKISHO_E2E_TOTP ?? TOTP_SECRET;

export function code(): string {
    return totp(SECRET);
}

export interface Session {
    context: BrowserContext;
    page: Page;
    /** What the browser complained about: errors, refusals of the content security policy. */
    complaints: string[];
    /** Addresses that were asked for and are not the portal's own. */
    outside: string[];
    close(): Promise<void>;
}

interface Options {
    width?: number;
    height?: number;
    dark?: boolean;
    scale?: number;
}

/** What each page has asked and not been answered, for what is said when a page does not become complete. */
const unanswered = new WeakMap<Page, Set<Request>>();

/** A browser of its own, with an empty profile. */
export async function browser({ width = 1280, height = 832, dark = false, scale = 1 }: Options = {}): Promise<Session> {
    const profile = await mkdtemp(join(tmpdir(), "portal-e2e-"));
    const pin = process.env.SEKISHO_E2E_SPKI;
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        headless: true,
        args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...(pin === undefined ? [] : [`--ignore-certificate-errors-spki-list=${pin}`])],
        viewport: { width, height },
        deviceScaleFactor: scale,
        colorScheme: dark ? "dark" : "light",
        reducedMotion: "reduce",
        // With the certificate pinned there is nothing to ignore; passkeys and service workers need that.
        ignoreHTTPSErrors: pin === undefined,
        locale: "en-GB",
        timezoneId: "Europe/Zurich",
    });
    const page = context.pages()[0] ?? (await context.newPage());
    // The real server hashes passwords and shares its machine with other tests.
    page.setDefaultTimeout(mocked ? 10_000 : 30_000);
    const complaints: string[] = [];
    const outside: string[] = [];
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
        // Answers such as 401 and 412 are wanted; the browser reports each as an error of loading.
        if (message.type() === "error" && !/Failed to load resource/.test(message.text())) {
            complaints.push(message.text());
        }
    });
    const open = new Set<Request>();
    unanswered.set(page, open);
    page.on("requestfinished", (request) => open.delete(request));
    page.on("requestfailed", (request) => open.delete(request));
    page.on("request", (request) => {
        open.add(request);
        const url = new URL(request.url());
        if (url.protocol.startsWith("http") && url.origin !== new URL(base).origin) {
            outside.push(request.url());
        }
    });
    return {
        context, page, complaints, outside,
        async close() {
            await context.close();
            await rm(profile, { recursive: true, force: true });
        },
    };
}

/** Tells the mock something; against a real server there is nothing to tell. */
export async function tell(what: "reset" | "request" | "deny" | "lock" | "setup" | "age" | "challenge" | "flows" | "traffic" | "touch" | "record" | "tamper" | "restore" | "policies" | "addressless" | "many" | "markup"): Promise<void> {
    if (mocked) {
        await fetch(`${base}/mock/${what}`, { method: "POST" });
    }
}

/** Fills name and password; leaves at the second factor. */
export async function enterPassword(page: Page, to = "/", user = USER, password = USER_PASSWORD): Promise<void> {
    await page.goto(base + to);
    await page.getByLabel("User name").fill(user);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in", exact: true }).click();
}

export async function logIn(page: Page, to = "/"): Promise<void> {
    await enterPassword(page, to);
    await page.getByLabel("Code from your authenticator app").fill(code());
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.locator(".shell").waitFor();
}

/** Goes to a page of the portal without a reload, and waits until its data is there. */
export async function visit(page: Page, path: string): Promise<void> {
    await page.evaluate((to) => {
        history.pushState(null, "", to);
        dispatchEvent(new PopStateEvent("popstate"));
    }, path);
    await settled(page);
}

export async function settled(page: Page): Promise<void> {
    await page.locator("main h1").first().waitFor();
    try {
        await page.waitForFunction(() => document.querySelector("main .bone") === null);
    } catch (error) {
        const open = [...(unanswered.get(page) ?? [])].map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
        throw new Error(`${page.url()} is not complete; not answered: ${open.join(", ") || "nothing"}`, { cause: error });
    }
}
