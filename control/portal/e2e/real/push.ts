import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { CDPSession } from "playwright-core";
import { expect, test } from "vitest";
import { base, settled, visit } from "../browser";
import { ask } from "./person";
import { scene } from "./scene";

interface Pushed {
    headers: IncomingHttpHeaders;
    body: Buffer;
}

/** A browser's half of a subscription, and a push service that takes what servers send to it. */
class PushService {
    readonly received: Pushed[] = [];
    readonly auth = randomBytes(16);
    private readonly pair = createECDH("prime256v1");
    private readonly publicKey = this.pair.generateKeys();

    private constructor(private readonly server: Server) {}

    static async start(): Promise<PushService> {
        const server = createServer({
            cert: readFileSync(process.env.SEKISHO_E2E_PUSH_CERT ?? ""),
            key: readFileSync(process.env.SEKISHO_E2E_PUSH_KEY ?? ""),
        });
        const service = new PushService(server);
        server.on("request", (request, response) => {
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                service.received.push({ headers: request.headers, body: Buffer.concat(chunks) });
                response.writeHead(201).end();
            });
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return service;
    }

    get origin(): string {
        return `https://localhost:${(this.server.address() as AddressInfo).port}`;
    }

    /** What `PushSubscription.toJSON()` would say. */
    get subscription() {
        return { endpoint: `${this.origin}/push/of-the-test`, keys: { p256dh: this.publicKey.toString("base64url"), auth: this.auth.toString("base64url") } };
    }

    /** RFC 8291 section 3.4 and RFC 8188 section 2, with what the browser would know. */
    open({ body }: Pushed): unknown {
        const salt = body.subarray(0, 16);
        const theirs = body.subarray(21, 21 + body.readUInt8(20));
        const sealed = body.subarray(21 + theirs.length);
        const shared = this.pair.computeSecret(theirs);
        const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.publicKey, theirs]);
        const input = Buffer.from(hkdfSync("sha256", shared, this.auth, info, 32));
        const key = Buffer.from(hkdfSync("sha256", input, salt, "Content-Encoding: aes128gcm\0", 16));
        const nonce = Buffer.from(hkdfSync("sha256", input, salt, "Content-Encoding: nonce\0", 12));
        const decipher = createDecipheriv("aes-128-gcm", key, nonce);
        decipher.setAuthTag(sealed.subarray(-16));
        const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
        // The last record ends with a 2 and zeros.
        const end = padded.lastIndexOf(2);
        expect(padded.subarray(end + 1).every((byte) => byte === 0)).toBe(true);
        return JSON.parse(padded.subarray(0, end).toString());
    }

    close(): void {
        this.server.closeAllConnections();
        this.server.close();
    }
}

/** RFC 8292: a token for this push service, signed with the server's key. */
function vapid(header: string | undefined, publicKey: string): Record<string, unknown> {
    const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(header ?? "") ?? [];
    expect(key).toBe(publicKey);
    const [head = "", body = "", signature = ""] = token.split(".");
    const point = Buffer.from(key, "base64url");
    const jwk = { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") };
    const signer = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
    expect(verify("sha256", Buffer.from(`${head}.${body}`), signer, Buffer.from(signature, "base64url"))).toBe(true);
    return JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
}

/** The registration of the portal's worker, as the browser's tools name it. */
async function workerRegistration(tools: CDPSession): Promise<string> {
    const found = new Promise<string>((resolve) => {
        tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
            const ours = registrations.find((one) => one.scopeURL === `${base}/` && !one.isDeleted);
            if (ours !== undefined) {
                resolve(ours.registrationId);
            }
        });
    });
    await tools.send("ServiceWorker.enable");
    return found;
}

/** Web Push from the server to the click, with the push service replaced, which no test can reach. */
export function pushFlows(): void {
    test("a push message is encrypted for the browser, shown by the portal's worker, and a click leads to the approval", async () => {
        const { page, at } = scene;
        const service = await PushService.start();
        try {
            await at.context.grantPermissions(["notifications"], { origin: base });
            // The browser has no push service here: what it would give to the page, the test gives.
            await page.addInitScript((json) => {
                const made = { endpoint: json.endpoint, toJSON: () => json, unsubscribe: () => Promise.resolve(true) };
                let current: unknown = null;
                PushManager.prototype.subscribe = () => Promise.resolve((current = made) as unknown as PushSubscription);
                PushManager.prototype.getSubscription = () => Promise.resolve(current as PushSubscription | null);
            }, service.subscription);
            await page.goto(`${base}/me/security`);
            await settled(page);
            await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
            await scene.taken("/push/subscriptions", () => page.getByRole("button", { name: "Switch on here" }).click());

            const { id } = await ask("admin");
            // The other node has queued it; the server looks for such messages every 15 seconds.
            await expect.poll(() => service.received.length, { timeout: 45_000 }).toBe(1);
            const pushed = service.received[0] as Pushed;
            expect(pushed.headers).toMatchObject({ "content-encoding": "aes128gcm", urgency: "high" });
            expect(Number(pushed.headers.ttl)).toBeGreaterThan(0);
            const { publicKey } = await page.evaluate(() => fetch("/api/v1/push/key").then((answer) => answer.json() as Promise<{ publicKey: string }>));
            const claims = vapid(pushed.headers.authorization, publicKey);
            expect(claims.aud).toBe(service.origin);
            expect(Number(claims.exp)).toBeGreaterThan(Date.now() / 1000);
            const message = service.open(pushed) as Record<string, string>;
            expect(message).toMatchObject({ kind: "challenge", id, title: "Is this you?", url: `/approvals/${id}` });
            expect(message.body).toContain("Orders database");
            expect(JSON.stringify(message)).not.toMatch(/number|choices|secret/i);

            // Kept open: with the end of any of its sessions the browser forgets the passkey device of this page.
            const tools = await at.context.newCDPSession(page);
            const registrationId = await workerRegistration(tools);
            await tools.send("ServiceWorker.deliverPushMessage", { origin: base, registrationId, data: JSON.stringify(message) });
            const shown = () => page.evaluate(async () => {
                const registration = await navigator.serviceWorker.ready;
                return (await registration.getNotifications()).map((one) => ({ title: one.title, body: one.body, tag: one.tag, data: one.data as unknown }));
            });
            await expect.poll(shown).toEqual([{ title: "Is this you?", body: message.body, tag: id, data: { page: `/approvals/${id}` } }]);

            await visit(page, "/me/devices");
            await click("approve");
            await page.waitForURL(`**/approvals/${id}?wish=approve`);
            await page.getByRole("region", { name: "Approval of Orders database" }).getByRole("heading", { name: "Is this you?" }).waitFor();
            expect(await shown()).toEqual([]);
            await page.getByRole("button", { name: "Deny" }).click();
            await page.getByText("denied", { exact: true }).first().waitFor();
            scene.clean(at);
        } finally {
            service.close();
        }
    });
}

/** A press on a notice as the browser tells the worker of it: there is no notice on a screen that a test could press. */
async function click(action: string): Promise<void> {
    const worker = scene.at.context.serviceWorkers().find((one) => one.url() === `${base}/sw.js`) ?? (await scene.at.context.waitForEvent("serviceworker"));
    await worker.evaluate(async (chosen) => {
        const scope = self as unknown as EventTarget & { registration: ServiceWorkerRegistration };
        const [notification] = await scope.registration.getNotifications();
        const work: Promise<unknown>[] = [];
        const Press = (self as unknown as { NotificationEvent: new (type: string, init: object) => Event }).NotificationEvent;
        const event = new Press("notificationclick", { notification, action: chosen });
        // Only an event of the browser's own may be waited for, and only a real press may take the focus.
        scope.dispatchEvent(Object.assign(event, { waitUntil: (pending: Promise<unknown>) => void work.push(pending) }));
        await Promise.allSettled(work);
    }, action);
}
