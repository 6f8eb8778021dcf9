import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { browser, type Session, visit } from "../browser";
import { PAGES, Watch } from "../marks";
import { scene } from "./scene";

/** Short, for names; each of the two would leave a mark if it became an element. */
const SHORT = "<img data-mark src=x onerror=mark=1>";
const LONG = `"'>${SHORT}<script data-mark>window.mark=1</script><svg data-mark onload=window.mark=1>`;

type Body = Record<string, unknown>;
type Send = (method: string, path: string, body: Body) => Promise<{ status: number; id: string }>;

/** Sends as the portal does: with the cookie and its token. */
function sender(page: Page): Send {
    return (method, path, body) => page.evaluate(async ([verb, where, text]) => {
        const session = (await (await fetch("/api/v1/session")).json()) as { csrfToken: string };
        const answer = await fetch(`/api/v1${where}`, { method: verb as string, headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrfToken }, body: text as string });
        const made = answer.headers.get("content-type")?.startsWith("application/json") === true ? ((await answer.json()) as { id?: string; device?: { id: string } }) : {};
        return { status: answer.status, id: made.id ?? made.device?.id ?? "" };
    }, [method, path, JSON.stringify(body)] as const);
}

/** What makes one thing of each kind; every text in it is marked in turn, in one thing each. */
const KINDS: [string, Body][] = [
    ["/users", { name: "marked-user", displayName: "Marked", email: "marked@a.example", roles: ["user"] }],
    ["/service-accounts", { name: "marked-robot", displayName: "Marked", roles: [] }],
    ["/roles", { name: "marked-role", description: "d", permissions: [], parents: [] }],
    ["/resources", { name: "marked-resource", cidr: "10.0.1.77/32", ports: "443", description: "d", requestableBy: ["administrator"], ticketPattern: "" }],
    ["/grants", { resource: "marked-resource-1", to: "user:admin", mfa: false, comment: "c" }],
    ["/requests", { resource: "marked-resource-1", reason: "r", ticket: "t", durationSeconds: 600 }],
    ["/devices", { user: "admin", name: "marked-device" }],
    ["/secrets", { name: "marked-secret", kind: "text", value: "v", description: "d" }],
    ["/alert-channels", { name: "marked-channel", kind: "http", settings: { url: "https://127.0.0.1:9/x" }, events: ["device.locked"], enabled: false }],
    ["/directories", { name: "marked-directory", kind: "oidc", enabled: false, settings: { issuer: "https://127.0.0.1:9", clientId: "c", clientSecret: "s" }, groupRoles: { staff: "user" } }],
    ["/me/factors/totp", { name: "marked-app" }],
    ["/tokens", { name: "marked-token", scopes: [], sources: ["10.0.0.0/8"] }],
];

/** The body with one text marked: of itself, or of what it holds. */
function marked(body: Body, path: string[], text: string): Body {
    const [key = "", ...rest] = path;
    const inner = body[key];
    if (rest.length > 0) {
        return { ...body, [key]: marked(inner as Body, rest, text) };
    }
    return { ...body, [key]: Array.isArray(inner) ? [text] : `${inner}${text}` };
}

function texts(body: Body, above: string[] = []): string[][] {
    return Object.entries(body).flatMap(([key, value]) =>
        typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string")) ? [[...above, key]]
        : typeof value === "object" && value !== null ? texts(value as Body, [...above, key]) : []);
}

/** Of each kind one plain thing, then one for each text with the markup in it: taken, or refused as bad input. */
async function fill(send: Send): Promise<{ taken: string[]; odd: string[] }> {
    const taken: string[] = [];
    const odd: string[] = [];
    for (const [path, plain] of KINDS) {
        let number = 0;
        const fresh = async (): Promise<Body> => {
            number++;
            if (path === "/requests") {
                // Of one resource there is one open request.
                const resource = `asked-${number}`;
                await send("POST", "/resources", { name: resource, cidr: "10.0.1.78/32", ports: "443", requestableBy: ["administrator"], ticketPattern: "" });
                return { ...plain, resource };
            }
            return "name" in plain ? { ...plain, name: `${plain.name}-${number}` } : plain;
        };
        const first = await send("POST", path, await fresh());
        if (first.status >= 300 && path !== "/tokens") {
            odd.push(`${first.status} ${path} unmarked`);
        }
        for (const text of texts(plain)) {
            for (const mark of [LONG, SHORT]) {
                const { status } = await send("POST", path, marked(await fresh(), text, mark));
                if (status < 300) {
                    taken.push(`${path} ${text.join(".")}`);
                    break;
                }
                if (![400, 403, 409].includes(status)) {
                    odd.push(`${status} ${path} ${text.join(".")}`);
                }
            }
        }
    }
    return { taken, odd };
}

/** What is changed in place, and what strangers write into the log. */
async function settings(send: Send): Promise<void> {
    await send("PATCH", "/me", { displayName: `Admin ${SHORT}` });
    await send("PUT", "/network/mail-template", { subject: `{{device}} ${SHORT}`, body: `{{name}} ${LONG}` });
    await send("PUT", "/audit/streams", { items: [{ name: `siem ${SHORT}`, transport: "file", file: "a.ndjson", enabled: false }] });
    await send("POST", "/login", { user: `nobody ${SHORT}`, password: "wrong" });
    const device = await send("POST", "/devices", { user: "admin", name: "marked-locked" });
    await send("POST", `/devices/${device.id}/lock`, { reason: LONG });
    await send("POST", "/device-codes", { client: LONG });
}

/** Markup in all texts that the API takes, on every page of the real server. */
export function markupFlows(): void {
    test("markup in every text that the API takes stays text on every page", { timeout: 240_000 }, async () => {
        const at: Session = await browser();
        await scene.admin.logIn(at.page);
        const send = sender(at.page);
        const { taken, odd } = await fill(send);
        await settings(send);
        expect(odd).toEqual([]);
        for (const wanted of ["/users displayName", "/roles description", "/resources description", "/grants comment", "/requests reason", "/secrets description", "/alert-channels name", "/directories name", "/me/factors/totp name"]) {
            expect(taken).toContain(wanted);
        }
        await at.page.reload();
        const watch = new Watch(at);
        for (const path of PAGES) {
            await visit(at.page, path);
            await watch.look(path);
        }
        for (const path of ["/users", "/devices", "/resources"]) {
            await visit(at.page, `${path}?q=marked`);
            const links = await at.page.locator("main tbody a[href]").evaluateAll((all) => all.map((one) => new URL((one as HTMLAnchorElement).href).pathname));
            for (const link of new Set(links.filter((one) => one.startsWith(`${path}/`)))) {
                await visit(at.page, link);
                await watch.look(link);
            }
        }
        expect(watch.wrong).toEqual({});
        expect(watch.shown.length, `shown on ${watch.shown.join(" ")}`).toBeGreaterThan(20);
        await at.close();
    });
}
