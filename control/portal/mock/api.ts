import type { IncomingMessage, ServerResponse } from "node:http";
import { challenge, type Company, company, flow, flowRecord, id, NUMBER } from "./data";
import type { FlowRecord } from "../src/api/types";
import { FILTERS, fits } from "../src/format/flowquery";
import { type Call, invalid, readCall, Refused, sendJson, sendProblem } from "./http";
import { type Login, Logins } from "./login";
import { MockLog } from "./log";
import { mark } from "./markup";
import { qrPicture, wireguardConfig } from "./pictures";

type Item = { id: string; version?: number; [key: string]: unknown };
type Handler = (call: Call, params: string[], login: Login) => unknown;

/** Items of a page, as the server has it. */
const PAGE = 50;

/** The API of the contract in memory, for tests and development; never shipped. */
export class MockApi {
    readonly company = company();
    readonly logins = new Logins(this.company);
    /** The audit log, for checkpoints. */
    readonly log = new MockLog(1276);
    /** Streams of events, and who listens. */
    private readonly listeners = new Map<ServerResponse, string>();
    private readonly routes: { method: string; pattern: RegExp; handler: Handler; access: "any" | "login" | "user" | "step-up" }[] = [];
    private offers: { id: string; resource: string; destination: string; at: string }[] = [];
    private flows = 0;
    private turns = 0;
    /** The flow log, the newest first. */
    private readonly flowLog: FlowRecord[];
    private flowSettings = { days: 30, maxBytes: 2 ** 31, version: 1 };
    private ticking: NodeJS.Timeout | undefined;

    constructor() {
        const now = Date.now();
        this.company.flows = Array.from({ length: 80 }, (_, index) => flow(this.flows++, now - index * 3_300 - (index % 5) * 700));
        this.company.flows = this.company.flows.filter((one) => one.verdict === "allowed");
        this.flowLog = Array.from({ length: 240 }, (_, index) => flowRecord(index, now - index * 211_000));
        this.sessionRoutes();
        this.peopleRoutes();
        this.networkRoutes();
        this.restRoutes();
    }

    /** New flows as they would come. */
    tick(): void {
        this.ticking = setInterval(() => {
            const happened = flowRecord(this.flows++, Date.now(), true);
            this.publish("flow", happened);
            this.publish("flow.own", happened, happened.user);
            this.publish("traffic", this.load());
            this.moveBytes();
        }, 1500);
        this.ticking.unref();
    }

    /** What a node says of its load every few seconds. */
    load(): unknown {
        return { at: new Date().toISOString(), node: "gate-1:8443", receivedPerSecond: 184_000, sentPerSecond: 2_410_000, flows: 23, devicesOnline: 4 };
    }

    stop(): void {
        clearInterval(this.ticking);
        [...this.listeners.keys()].forEach((listener) => listener.end());
    }

    /** @param to one user; without, everybody */
    publish(topic: string, payload: unknown, to?: string): void {
        this.listeners.forEach((user, listener) => {
            if (to === undefined || to === user) {
                listener.write(`event: ${topic}\ndata: ${JSON.stringify(payload)}\n\n`);
            }
        });
    }

    /** Traffic of the devices that are online, as the server tells of it. */
    moveBytes(): void {
        const turn = this.turns++;
        const told = this.company.devices.filter((one) => one.state === "active" && Date.now() - Date.parse(one.lastHandshakeAt ?? "") < 3_600_000).map((one, index) => {
            one.lastHandshakeAt = new Date().toISOString();
            one.receivedBytesPerSecond = Math.round(60_000 * (index + 1) * (1 + Math.sin(turn / 3 + index)));
            one.sentBytesPerSecond = Math.round(410_000 * (index + 1) * (1 + Math.cos(turn / 5 + index)));
            one.receivedBytes += 2 * one.receivedBytesPerSecond;
            one.sentBytes += 2 * one.sentBytesPerSecond;
            const { device, lastHandshakeAt, endpoint, place, receivedBytes, sentBytes, receivedBytesPerSecond, sentBytesPerSecond } = one;
            return { device, lastHandshakeAt, endpoint, place, receivedBytes, sentBytes, receivedBytesPerSecond, sentBytesPerSecond };
        });
        this.publish("device.traffic", { devices: told });
    }

    /** A request changes as if others had done it. */
    moveRequest(): void {
        const mine = this.company.requests.find((one) => one.mine && one.state !== "denied");
        if (mine === undefined) {
            return;
        }
        if (mine.state === "open" && mine.votes.length + 1 < mine.approvals) {
            mine.votes = [...mine.votes, { user: "ben", approve: true, comment: "", at: new Date().toISOString() }];
        } else {
            mine.state = mine.state === "open" ? "approved" : "ended";
            mine.votes = mine.state === "approved" ? [...mine.votes, { user: "grace", approve: true, comment: "", at: new Date().toISOString() }] : mine.votes;
            mine.accessUntil = new Date(Date.now() + (mine.state === "ended" ? -1 : mine.durationSeconds * 1000)).toISOString();
        }
        const action = mine.state === "open" ? "request.supported" : `request.${mine.state}`;
        this.publish("request.changed", { id: mine.id, user: mine.user, resource: mine.resource, action });
    }

    /** A flow of somebody's device is denied that they may ask for. */
    deny(): void {
        const farm = this.company.resources.find((one) => one.name === "Build farm");
        const offer = { id: farm?.id ?? "", resource: "Build farm", destination: "10.0.2.7:22", at: new Date().toISOString() };
        this.offers = [offer];
        this.publish("access.denied", offer);
    }

    /** A device is locked by what it does. */
    lockOne(): void {
        const device = this.company.devices.find((one) => one.name === "thinkpad-ben");
        if (device !== undefined) {
            const at = new Date().toISOString();
            device.state = "locked";
            device.lock = { reason: "decoy", sentence: "it touched a decoy", at, by: "system", targets: [{ destination: "10.0.1.66:3389", at }], endpoint: "198.51.100.13:51820", place: "Graz, Austria", comment: "" };
            this.publish("device.locked", { change: "device.locked", device: device.device, user: "ben", reason: "decoy", comment: "" });
        }
    }

    /** Markup in all texts there are, but for the name of who is logged in, by which the mock knows them. */
    markUp(): void {
        mark(this.company, (key, owner) => key === "permissions" || Object.values(owner).includes("aiko") && ["name", "user", "owner"].includes(key));
        mark(this.flowLog, (key) => ["event", "verdict", "reason", "protocol", "openedBy", "destination", "source"].includes(key));
    }

    openChallenge(user = "aiko"): void {
        const made = challenge(user);
        this.company.challenges.unshift(made);
        this.publish("challenge.opened", made);
    }

    async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        try {
            const call = await readCall(request);
            if (call.path === "/events") {
                const { user } = this.logins.require(call);
                response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
                response.write(": hello\n\n");
                this.listeners.set(response, user.name);
                response.on("close", () => this.listeners.delete(response));
                return;
            }
            this.answer(call, response);
        } catch (error) {
            if (error instanceof Refused) {
                sendProblem(response, error);
            } else {
                throw error;
            }
        }
    }

    private answer(call: Call, response: ServerResponse): void {
        for (const route of this.routes) {
            const found = route.method === call.method ? route.pattern.exec(call.path) : null;
            if (found !== null) {
                const login = route.access === "any" ? (undefined as unknown as Login) : this.logins.require(call, route.access === "login" ? "login" : "user");
                if (route.access === "step-up") {
                    this.logins.requireFresh(login);
                }
                const result = route.handler(call, found.slice(1).map(decodeURIComponent), login);
                if (typeof result === "string") {
                    response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" });
                    response.end(result);
                    return;
                }
                const made = result as { cookie?: string; body?: unknown } | undefined;
                const headers: Record<string, string> = made?.cookie === undefined ? {} : { "Set-Cookie": `sekisho-mock=${made.cookie}; Path=/; HttpOnly; SameSite=Strict` };
                const body = made?.cookie === undefined ? result : made.body;
                sendJson(response, body === undefined ? 204 : call.method === "POST" ? 201 : 200, body, headers);
                return;
            }
        }
        throw new Refused(404, "not-found", `there is no ${call.method} ${call.path}`);
    }

    private on(method: string, path: string, handler: Handler, access: "any" | "login" | "user" | "step-up" = "user"): void {
        this.routes.push({ method, pattern: new RegExp(`^${path.replace(/\{[a-z]+\}/g, "([^/]+)")}$`), handler, access });
    }

    private list<T>(items: T[], call: Call): { items: T[]; total: number; next?: string } {
        const q = (call.query.get("q") ?? "").toLowerCase();
        const fields = ["state", "role", "user", "actor", "action", "verdict", "resource", "protocol", "decoy"].filter((name) => call.query.has(name));
        const fits = (one: T): boolean =>
            JSON.stringify(one).toLowerCase().includes(q) &&
            fields.every((name) => {
                const value = (one as Record<string, unknown>)[name === "role" ? "roles" : name];
                const text = typeof value === "object" && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;
                return Array.isArray(text) ? text.includes(call.query.get(name)) : String(text).includes(call.query.get(name) ?? "");
            });
        const found = items.filter(fits);
        const sort = call.query.get("sort") ?? "";
        const field = { address: "cidr", seen: "lastHandshakeAt" }[sort.replace("-", "")] ?? sort.replace("-", "");
        const of = (one: T): string => String((one as Record<string, unknown>)[field] ?? "");
        if (sort !== "") {
            found.sort((one, other) => of(one).localeCompare(of(other)) * (sort.startsWith("-") ? -1 : 1));
        }
        const from = Number(atob(call.query.get("cursor") ?? ""));
        const to = from + Number(call.query.get("limit") ?? PAGE);
        return { items: found.slice(from, to), total: found.length, ...(to < found.length && { next: btoa(String(to)) }) };
    }

    /** Lines of a file of resources, as the server reads them, but without quotes. */
    private importResources(call: Call): unknown {
        const resources = this.company.resources;
        const [head = [], ...rows] = String(call.body.csv ?? "").trim().split(/\r?\n/).map((line) => line.split(","));
        const errors: { line: number; field: string; message: string }[] = [];
        const items = rows.map((cells, index) => {
            const row = Object.fromEntries(head.map((name, column) => [name, cells[column] ?? ""]));
            const before = resources.find((one) => one.name === row.name);
            if (!/[.:]/.test(row.cidr ?? "")) {
                errors.push({ line: index + 2, field: "cidr", message: `'${row.cidr}' is not an IP address` });
            }
            const changes = ["cidr", "ports"].map((field) => ({ field, before: String((before as never as Record<string, string> | undefined)?.[field] ?? ""), after: row[field] ?? "" }));
            return { line: index + 2, name: row.name ?? "", action: before === undefined ? "create" : "change", opens: `${row.cidr}:${row.ports}`, changes: before === undefined ? changes : changes.filter((one) => one.before !== one.after), row };
        });
        const steps = items.filter((one) => one.changes.length > 0);
        const dryRun = call.query.get("dryRun") === "true";
        if (!dryRun) {
            for (const { row, name } of steps) {
                const before = resources.find((one) => one.name === name);
                if (before === undefined) {
                    resources.push({ ...resources[0], id: id(), ...row } as never);
                } else {
                    Object.assign(before, row);
                }
            }
        }
        const created = steps.filter((one) => one.action === "create").length;
        return { dryRun, created, changed: steps.length - created, unchanged: items.length - steps.length, items: steps.map(({ row: _, ...one }) => one), errors, errorCount: errors.length };
    }

    /** Enough for several pages. */
    addMany(): void {
        const [one] = this.company.resources;
        for (let index = 0; index < 120; index++) {
            this.company.resources.push({ ...one, id: id(), name: `host-${String(index).padStart(3, "0")}`, cidr: `10.9.${index}.0/24`, protocol: index % 2 === 0 ? "udp" : "tcp" } as never);
        }
    }

    private find<T extends Item>(items: T[], wanted: string | undefined): T {
        const one = items.find((item) => item.id === wanted);
        if (one === undefined) {
            throw new Refused(404, "not-found", "it does not exist, or not any more");
        }
        return one;
    }

    /** List, make, read, change and delete of one kind of thing. */
    private crud(path: string, items: () => Item[], change: "PUT" | "PATCH", fresh: (body: Record<string, unknown>) => Record<string, unknown>, topic?: string): void {
        this.on("GET", path, (call) => this.list(items(), call));
        this.on("POST", path, (call) => {
            if (String(call.body.name ?? "x").trim() === "") {
                throw invalid("name", "a name is needed");
            }
            const made = { id: id(), version: 1, ...fresh(call.body), ...call.body } as Item;
            items().unshift(made);
            return made;
        });
        this.on("GET", `${path}/{id}`, (_, [wanted]) => this.find(items(), wanted));
        this.on(change, `${path}/{id}`, (call, [wanted]) => {
            const one = this.find(items(), wanted);
            if (call.ifMatch !== undefined && call.ifMatch !== one.version) {
                throw new Refused(412, "stale", "it was changed by somebody else in the meantime: read it again");
            }
            Object.assign(one, call.body, { version: (one.version ?? 0) + 1 });
            if (topic !== undefined) {
                this.publish(topic, { id: one.id });
            }
            return one;
        });
        this.on("DELETE", `${path}/{id}`, (_, [wanted]) => {
            const all = items();
            all.splice(all.indexOf(this.find(all, wanted)), 1);
            return undefined;
        });
    }

    private sessionRoutes(): void {
        const { logins } = this;
        this.on("GET", "/server", () => ({
            name: "Sekisho", version: "0.1.0", needsSetup: logins.needsSetup, time: new Date().toISOString(),
            loginMethods: [{ id: "internal", kind: "internal", label: "Local" }, { id: "corp-ad", kind: "ldap", label: "corp-ad" }, { id: "partners", kind: "oidc", label: "Partners" }],
        }), "any");
        this.on("POST", "/login", (call) => {
            const login = logins.logIn(call);
            return { cookie: login.id, body: logins.view(login) };
        }, "any");
        this.on("POST", "/login/oidc/start", () => ({ url: "/login?error=This+is+a+mock" }), "any");
        this.on("GET", "/session", (_, __, login) => logins.view(login), "login");
        this.on("DELETE", "/session", (_, __, login) => void logins.open.delete(login.id), "login");
        this.on("POST", "/session/password", (call, _, login) => (logins.changePassword(login, call.body), logins.view(login)), "login");
        this.on("POST", "/session/factor", (call, _, login) => (logins.checkCode(login, call.body), logins.view(login)), "login");
        this.on("POST", "/session/passkey/options", (_, __, login) => logins.passkeyOptions(login), "login");
        this.on("POST", "/session/passkey", (call, _, login) => (logins.checkPasskey(login, call.body.credential), logins.view(login)), "login");
        this.on("GET", "/sessions", (call, _, login) => {
            const owner = call.query.get("user") ?? login.user.id;
            const items = [...logins.open.values()].filter((one) => one.user.id === owner).map((one) => ({
                id: one.id, method: "password", source: "192.0.2.14", current: one.id === login.id, createdAt: new Date(Date.now() - 6e6).toISOString(),
                seenAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 2e7).toISOString(), userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0",
            }));
            const phone = { ...items[0], id: "phone", current: false, source: "198.51.100.24", place: "Vienna, Austria", seenAt: new Date(Date.now() - 4e6).toISOString(), userAgent: "Mozilla/5.0 (iPhone) Safari/605" };
            return { items: owner === login.user.id ? [...items, phone] : items, total: items.length };
        });
        this.on("DELETE", "/sessions/{id}", () => undefined);
        this.on("POST", "/device-codes/approve", (call) => {
            if (call.body.userCode !== "WXYZ-2345") {
                throw invalid("userCode", "there is no such code, or it is over");
            }
            return undefined;
        }, "step-up");
        this.on("GET", "/me/factors", (_, __, login) => ({ items: logins.person(login.user.name).factors, total: 1 }));
        this.on("POST", "/me/factors/totp", (_, __, login) => logins.startTotp(login), "login");
        this.on("POST", "/me/factors/totp/{id}/confirm", (call, _, login) => logins.confirmTotp(login, call.body), "login");
        this.on("POST", "/me/factors/passkey/options", (_, __, login) => logins.creationOptions(login), "login");
        this.on("POST", "/me/factors/passkey", (call, _, login) => logins.addPasskey(login, call.body), "login");
        this.on("POST", "/me/factors/recovery", () => ({ codes: Array.from({ length: 10 }, (_, index) => `k${index}3f-9xq${index}-m2v${index}`) }), "step-up");
        this.on("DELETE", "/me/factors/{id}", (_, [wanted], login) => {
            const person = logins.person(login.user.name);
            person.factors = person.factors.filter((one) => one.id !== wanted);
            return undefined;
        }, "step-up");
        this.on("PATCH", "/me", (call, _, login) => {
            if (!String(call.body.email).includes("@")) {
                throw invalid("email", "this is no e-mail address");
            }
            return Object.assign(login.user, call.body);
        });
    }

    private peopleRoutes(): void {
        const { company: all } = this;
        const now = (): string => new Date().toISOString();
        this.crud("/users", () => all.users as Item[], "PATCH", () => ({
            displayName: "", email: "", directory: "internal", state: "active", roles: [], permissions: [], service: false, createdAt: now(), factorKinds: [],
            initialPassword: "amber-otter-violin-42",
        }));
        for (const [verb, state] of [["unlock", "active"], ["enable", "active"], ["disable", "disabled"]] as const) {
            this.on("POST", `/users/{id}/${verb}`, (_, [wanted]) => Object.assign(this.find(all.users as Item[], wanted), { state }));
        }
        this.on("POST", "/users/{id}/reset-password", () => ({ password: "amber-otter-violin-42", sessionsEnded: 2, tokensRevoked: 1 }), "step-up");
        this.on("POST", "/users/{id}/reset-factors", () => undefined, "step-up");
        this.crud("/roles", () => all.roles as Item[], "PUT", () => ({ members: 0, builtIn: false, effectivePermissions: [] }));
        this.on("GET", "/roles/{id}/members", (call, [wanted]) => {
            const role = this.find(all.roles as Item[], wanted);
            return this.list(all.users.filter((one) => one.roles.includes(String(role.name))).map(({ id, name }) => ({ id, name })), call);
        });
        this.on("PUT", "/roles/{id}/members", (call, [wanted]) => Object.assign(this.find(all.roles as Item[], wanted), { members: (call.body.users as string[]).length }));
        this.crud("/service-accounts", () => all.services as Item[], "PUT", () => ({ displayName: "", roles: [], disabled: false, createdAt: now() }));
        this.on("GET", "/tokens", (call) => this.list(all.tokens, call));
        this.on("POST", "/tokens", (call, _, login) => {
            const token = { id: id(), owner: login.user.name, createdAt: now(), ...call.body } as never as (typeof all.tokens)[number];
            all.tokens.unshift(token);
            return { ...token, secret: "sk_7Qm2XvT9pLw4RzB1nKc8" };
        }, "step-up");
        this.on("DELETE", "/tokens/{id}", (_, [wanted]) => void all.tokens.splice(all.tokens.findIndex((one) => one.id === wanted), 1));
        this.on("GET", "/login/saml", () => ({
            entityId: "https://sekisho.example.org/api/v1/login/saml/metadata",
            acsUrl: "https://sekisho.example.org/api/v1/login/saml/acs",
            metadataUrl: "https://sekisho.example.org/api/v1/login/saml/metadata",
        }));
        this.on("GET", "/factor-policies", (call) => this.list(all.policies, call));
        this.on("PUT", "/factor-policies", (call) => {
            const effects = this.effects(call.body.items as typeof all.policies);
            if (effects.refusal !== undefined) {
                throw new Refused(409, "would-lock-out", effects.refusal);
            }
            all.policies = call.body.items as typeof all.policies;
            return { items: all.policies };
        }, "step-up");
        this.on("POST", "/factor-policies/effects", (call) => this.effects(call.body.items as typeof all.policies));
        this.crud("/directories", () => all.directories as unknown as Item[], "PUT", () => ({}));
        this.on("POST", "/directories/{id}/test", () => ({
            ok: false,
            steps: [
                { name: "Connect", ok: true, detail: "TLS 1.3, certificate of dc1.example.org" },
                { name: "Bind", ok: true, detail: "as cn=sekisho" },
                { name: "Find groups", ok: false, detail: "the filter finds none: check (member={0})" },
            ],
        }));
        this.on("GET", "/challenges", (call, _, login) => this.list(all.challenges.filter((one) => call.query.get("scope") === "all" || one.user === login.user.name), call));
        this.on("GET", "/challenges/{id}", (_, [wanted]) => this.find(all.challenges, wanted));
        this.on("POST", "/challenges/{id}/passkey/options", (_, __, login) => this.logins.passkeyOptions(login));
        this.on("POST", "/challenges/{id}/approve", (call, [wanted], login) => {
            const one = this.find(all.challenges, wanted);
            if (call.body.number !== NUMBER) {
                throw invalid("number", "this is not the number: two more attempts");
            }
            if (call.body.passkey === undefined) {
                try {
                    this.logins.checkCode(login, { kind: "totp", code: call.body.totp });
                } catch (error) {
                    throw error instanceof Refused ? invalid("totp", error.message) : error;
                }
            } else {
                this.logins.checkPasskey(login, JSON.parse(String(call.body.passkey)));
            }
            one.state = "approved";
            this.publish("challenge.settled", one);
            return one;
        });
        this.on("POST", "/challenges/{id}/deny", (_, [wanted]) => {
            const one = Object.assign(this.find(all.challenges, wanted), { state: "denied" as const });
            this.publish("challenge.settled", one);
            return one;
        });
        const linked = (call: Call, wanted: string | undefined): (typeof all.challenges)[number] => {
            if (call.body.secret !== "secret-of-the-link") {
                throw new Refused(404, "not-found", "this link is none of ours, or it has been used");
            }
            return this.find(all.challenges, wanted);
        };
        this.on("POST", "/challenges/{id}/link", (call, [wanted]) => linked(call, wanted), "any");
        this.on("POST", "/challenges/{id}/link/approve", (call, [wanted]) => Object.assign(linked(call, wanted), { state: "approved" }), "any");
        this.on("POST", "/challenges/{id}/link/deny", (call, [wanted]) => Object.assign(linked(call, wanted), { state: "denied" }), "any");
        this.on("GET", "/me/waiting", () => ({ items: [], total: 0 }));
        this.on("GET", "/push/key", () => ({ publicKey: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM" }));
        this.on("GET", "/me/notices", () => all.notices);
        this.on("PUT", "/me/notices", (call) => (all.notices = { mail: call.body.mail === true, hasWebhook: Boolean(call.body.webhook), webhookKind: String(call.body.webhookKind) }));
        this.on("GET", "/push/subscriptions", (call) => this.list(all.pushes, call));
        this.on("POST", "/push/subscriptions", (call) => {
            const made = { id: id(), label: String(call.body.label), createdAt: now() };
            all.pushes.push(made);
            return made;
        });
        this.on("DELETE", "/push/subscriptions/{id}", (_, [wanted]) => void all.pushes.splice(all.pushes.findIndex((one) => one.id === wanted), 1));
    }

    /** As the server reckons, but without who includes which role. */
    private effects(rules: Company["policies"]): { people: number; required: number; setUp: string[]; setUpCount: number; lockedOut: string[]; lockedOutCount: number; mail: boolean; refusal?: string } {
        const people = this.company.users.filter((one) => one.state !== "disabled");
        const setUp: string[] = [];
        const lockedOut: string[] = [];
        let required = 0;
        for (const one of people) {
            const fits = rules.filter((rule) => rule.scope === "default" || rule.scope === `directory:${one.directory}` || one.roles.some((role) => rule.scope === `role:${role}`));
            const asked = fits.some((rule) => rule.required === "always" || (rule.required === "privileged" && one.roles.includes("admin")));
            const kinds = ["totp", "passkey", "email"].filter((kind) => fits.every((rule) => rule.kinds.includes(kind)));
            required += asked ? 1 : 0;
            if (asked && !kinds.some((kind) => kind === "email" ? one.email !== undefined : one.factorKinds.includes(kind))) {
                (kinds.includes("totp") || kinds.includes("passkey") ? setUp : lockedOut).push(one.name);
            }
        }
        return {
            people: people.length, required, setUp, setUpCount: setUp.length, lockedOut, lockedOutCount: lockedOut.length, mail: true,
            ...(lockedOut.includes("aiko") && { refusal: "with these rules you could not log in any more; codes by mail need an address: take an app or a passkey as well, or give them addresses" }),
        };
    }

    private networkRoutes(): void {
        const { company: all } = this;
        const devices = (): Item[] => all.devices as Item[];
        const add = (user: string, body: Record<string, unknown>): unknown => {
            const name = String(body.name ?? "").trim();
            if (name === "") {
                throw invalid("name", "a device needs a name");
            }
            if (user === "") {
                throw invalid("user", "choose the user that the device belongs to");
            }
            const address = `10.90.0.${80 + devices().length}`;
            const made = {
                id: id(), name, user, device: `${user}/${name}`, publicKey: body.publicKey ?? "hT0kq3Yb1mRr5dJ8uXv2nZ7wLpQe9sFaGcVi4oKyBzA=", addresses: [address], state: all.network.pendingDevices ? "pending" : "active",
                createdAt: new Date().toISOString(), receivedBytes: 0, sentBytes: 0, receivedBytesPerSecond: 0, sentBytesPerSecond: 0, flows: 0, version: 1,
            };
            devices().unshift(made);
            this.publish("device.changed", { id: made.id });
            const config = wireguardConfig(name, address);
            return body.publicKey === undefined ? { device: made, config, qrSvg: qrPicture(config) } : { device: made };
        };
        this.on("GET", "/me/devices", (_, __, login) => ({ items: devices().filter((one) => one.user === login.user.name), total: 0 }));
        this.on("POST", "/me/devices", (call, _, login) => add(login.user.name, call.body));
        this.on("POST", "/devices", (call) => add(String(call.body.user ?? ""), call.body));
        this.on("GET", "/devices", (call) => {
            const owner = call.query.get("user");
            if (owner !== null) {
                call.query.set("user", all.users.find((one) => one.id === owner)?.name ?? owner);
            }
            return this.list(devices(), call);
        });
        this.crud("/devices", devices, "PATCH", () => ({}), "device.changed");
        for (const [verb, state] of [["lock", "locked"], ["unlock", "active"], ["approve", "active"], ["disable", "disabled"], ["enable", "active"], ["disconnect", "active"]] as const) {
            this.on("POST", `/devices/{id}/${verb}`, (call, [wanted]) => {
                const one = this.find(devices(), wanted);
                one.state = state;
                const lock = one.lock;
                if (verb === "unlock" && lock !== undefined) {
                    if (String(call.body.comment ?? "").trim() === "") {
                        throw invalid("comment", "say why it may connect again");
                    }
                    all.pastLocks.unshift({ lock, unlockedAt: new Date().toISOString(), unlockedBy: "aiko", comment: String(call.body.comment) } as (typeof all.pastLocks)[number]);
                }
                one.lock = verb === "lock" ? { reason: "admin", sentence: "an administrator locked it", at: new Date().toISOString(), by: "aiko", targets: [], comment: call.body.reason } : undefined;
                this.publish(verb === "lock" ? "device.locked" : "device.changed", { change: `device.${verb}ed`, device: `${String(one.user)}/${String(one.name)}`, user: one.user, comment: call.body.comment });
                return one;
            });
        }
        this.on("POST", "/devices/{id}/reset-key", (_, [wanted]) => {
            const device = this.find(devices(), wanted);
            const config = wireguardConfig(String(device.name), "10.90.0.11");
            return { device, config, qrSvg: qrPicture(config) };
        });
        this.on("GET", "/devices/{id}/locks", (_, [wanted]) => ({ items: this.find(devices(), wanted).name === "contractor-vm" ? all.pastLocks : [] }));
        const shown = ({ of: _, secret: __, ...link }: (typeof all.links)[number]): unknown => link;
        this.on("GET", "/devices/{id}/links", (call, [wanted]) => this.list(all.links.filter((one) => one.of === wanted).map(shown), call));
        this.on("POST", "/devices/{id}/link", (call, [wanted], login) => {
            const device = this.find(devices(), wanted);
            const seconds = Number(call.body.lifeSeconds ?? 86_400);
            if (seconds < 300 || seconds > 604_800) {
                throw invalid("lifeSeconds", "is 300 to 604800");
            }
            all.links.filter((one) => one.of === wanted && one.state === "open").forEach((one) => (one.state = "revoked"));
            const made = {
                id: id(), of: device.id, secret: "s3cret-of-the-link", device: `${String(device.user)}/${String(device.name)}`, state: "open", maker: login.user.name,
                createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
            };
            all.links.unshift(made);
            const url = `https://vpn.example.org:8443/get/${made.id}#${made.secret}`;
            return { link: shown(made), url, qrSvg: qrPicture(url), mailed: call.body.sendMail === true };
        });
        this.on("DELETE", "/device-links/{id}", (_, [wanted]) => void (this.find(all.links, wanted).state = "revoked"));
        const handed = (call: Call, wanted: string | undefined): (typeof all.links)[number] => {
            const link = all.links.find((one) => one.id === wanted && one.secret === call.body.secret && one.state === "open");
            if (link === undefined) {
                throw new Refused(404, "not-found", "there is no such link: it was used, has expired or was taken back. Ask for a new one");
            }
            return link;
        };
        this.on("POST", "/device-links/{id}/look", (call, [wanted]) => {
            const link = handed(call, wanted);
            return { device: link.device.split("/")[1], user: link.device.split("/")[0], expiresAt: link.expiresAt };
        }, "any");
        this.on("POST", "/device-links/{id}/fetch", (call, [wanted]) => {
            const link = handed(call, wanted);
            Object.assign(link, { state: "fetched", fetchedFrom: "198.51.100.9", endedAt: new Date().toISOString() });
            this.publish("device.link", { link: link.id, device: link.device, outcome: "fetched", source: "198.51.100.9" });
            const config = wireguardConfig(String(link.device), "10.90.0.11");
            return { device: link.device.split("/")[1], user: link.device.split("/")[0], fileName: "phone.conf", config, qrSvg: qrPicture(config) };
        }, "any");
        this.on("POST", "/resources/import", (call) => this.importResources(call));
        this.on("GET", "/resources/export", () => "name,cidr,ports\r\n");
        this.on("GET", "/resources/overlaps", (call) => {
            const side = (name: string): unknown => {
                const one = all.resources.find((found) => found.name === name) ?? all.resources[0]!;
                const who = all.grants.filter((grant) => grant.resource === name).map((grant) => ({ grant: grant.id, to: grant.to, deny: grant.deny, mfa: grant.mfa }));
                return { id: one.id, name: one.name, opens: `${one.cidr}:${one.ports}`, decoy: one.decoy, grants: who.length, who };
            };
            const pairs = [
                { outer: "Build farm", inner: "Lab IPv6", block: "10.0.2.7/32", ports: "22", protocol: "tcp" },
                { outer: "File server", inner: "Intranet", block: "10.0.1.10/32", ports: "80,443", protocol: "tcp" },
                { outer: "DNS", inner: "File server", block: "10.0.1.2/32", ports: "0", protocol: "ping" },
            ].map((one) => ({ ...one, sides: [side(one.outer), side(one.inner)] }));
            const wanted = all.resources.find((one) => one.id === call.query.get("resource") || one.name === call.query.get("resource"))?.name;
            call.query.delete("resource");
            return this.list(pairs.filter((one) => wanted === undefined || one.outer === wanted || one.inner === wanted), call);
        });
        this.on("GET", "/users/{id}/resources", (call, [wanted]) => {
            const user = this.find(all.users as Item[], wanted);
            const access = call.query.get("access");
            const found = all.resources.filter((one) => !one.decoy).map((one) => {
                const by = all.grants.filter((grant) => grant.resource === one.name && (grant.to === `user:${String(user.name)}` || (user.roles as string[]).some((role) => grant.to === `role:${role}`)));
                const state = by.some((grant) => grant.deny) ? "forbidden" : by.length > 0 ? "granted" : "requestable";
                return { id: one.id, name: one.name, opens: `${one.cidr}:${one.ports}`, access: state, mfa: by[0]?.mfa ?? true, ...(by[0]?.until && { until: by[0].until }), by: by.map((grant) => ({ grant: grant.id, to: grant.to, deny: grant.deny })) };
            });
            if (access !== null && access !== "granted" && access !== "requestable") {
                throw invalid("access", "is granted or requestable");
            }
            const asked = (name: string): boolean => (all.resources.find((one) => one.name === name)?.requestableBy ?? []).some((role) => (user.roles as string[]).includes(role));
            return this.list(found.filter((one) => access === "granted" ? one.by.length > 0 : access === "requestable" ? one.by.length === 0 && asked(one.name) : one.by.length > 0 || asked(one.name)), call);
        });
        this.on("POST", "/resources/check", (call) => ({
            canonical: call.body.cidr, overlaps: String(call.body.cidr).startsWith("10.0.2.") ? ["Build farm"] : [],
            hints: /(^|,)(22|3389|5432|3306)(,|$)/.test(String(call.body.ports)) ? ["This opens a port that has a proxy: go through it, and people need no password of the target."] : [],
        }));
        this.crud("/resources", () => all.resources as Item[], "PUT", (body) => {
            if (!/[.:]/.test(String(body.cidr ?? ""))) {
                throw invalid("cidr", "this is no address and no subnet: write 10.0.1.20 or 10.0.1.0/24");
            }
            return {};
        });
        this.on("GET", "/resources/{id}/users", (call, [wanted]) => this.list(
            this.find(all.resources as Item[], wanted).decoy ? [] : [
                { grant: "1", to: "role:dba", deny: false, mfa: true, weekly: "Mon-Fri 08:00-18:00 Europe/Zurich", comment: "" },
                { grant: "2", to: "user:dmitri", deny: false, mfa: true, until: new Date(Date.now() + 5e6).toISOString(), comment: "" },
                { grant: "3", to: "role:contractor", deny: true, mfa: false, comment: "" },
            ], call));
        const windows = (from: string | undefined, until: string | undefined, weekly: string | undefined): unknown => {
            const [begin, end] = [Math.max(Date.now(), Date.parse(from ?? "") || 0), Math.min(Date.now() + 14 * 864e5, Date.parse(until ?? "") || Infinity)];
            const midnight = new Date().setHours(0, 0, 0, 0);
            const whole = [{ from: begin, until: end }];
            const hours = Array.from({ length: 15 }, (_, index) => ({ from: midnight + index * 864e5 + 8 * 36e5, until: midnight + index * 864e5 + 18 * 36e5 }))
                .filter((one) => ![0, 6].includes(new Date(one.from).getDay()));
            const items = (weekly === undefined ? whole : hours)
                .map((one) => ({ from: Math.max(one.from, begin), until: Math.min(one.until, end) })).filter((one) => one.until > one.from);
            return { items: items.map((one) => ({ from: new Date(one.from).toISOString(), until: new Date(one.until).toISOString() })) };
        };
        this.on("GET", "/grants/windows", (call) => windows(call.query.get("from") ?? undefined, call.query.get("until") ?? undefined, call.query.get("weekly") ?? undefined));
        this.on("GET", "/grants/{id}/windows", (_, [wanted]) => {
            const one = this.find(all.grants, wanted);
            return windows(one.from, one.until, one.weekly);
        });
        this.crud("/grants", () => all.grants as Item[], "PUT", (body) => {
            if (String(body.to ?? "").endsWith(":")) {
                throw invalid("to", "choose who gets it");
            }
            if (String(body.resource ?? "") === "") {
                throw invalid("resource", "choose a resource");
            }
            return { createdAt: new Date().toISOString() };
        });
        this.on("GET", "/requests", (call) => this.list(all.requests, call));
        this.on("POST", "/requests", (call, _, login) => {
            if (call.body.ticket !== undefined && !/^TK-\d{6}$/.test(String(call.body.ticket))) {
                throw invalid("ticket", "a ticket looks like TK-123456");
            }
            const resource = all.resources.find((one) => one.id === call.body.resource)?.name;
            this.offers = this.offers.filter((one) => one.id !== call.body.resource);
            const made = { ticket: "", id: id(), user: login.user.name, state: "open", approvals: 2, votes: [], mine: true, mayDecide: false, openedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 36e5).toISOString(), version: 1, ...call.body, ...(resource !== undefined && { resource }) };
            all.requests.unshift(made as never);
            return made;
        });
        for (const [verb, state] of [["approve", "approved"], ["deny", "denied"], ["cancel", "cancelled"]] as const) {
            this.on("POST", `/requests/{id}/${verb}`, (call, [wanted], login) => {
                const one = this.find(all.requests, wanted);
                if (verb !== "cancel") {
                    one.votes = [...one.votes, { user: login.user.name, approve: verb === "approve", comment: String(call.body.comment ?? ""), at: new Date().toISOString() }];
                    one.mayDecide = false;
                } else if (one.state === "approved") {
                    one.state = "ended";
                    return one;
                }
                if (verb === "approve" && one.votes.length >= one.approvals) {
                    one.accessUntil = new Date(Date.now() + one.durationSeconds * 1000).toISOString();
                }
                one.state = verb === "approve" && one.votes.length < one.approvals ? "open" : state;
                return one;
            });
        }
        const wanted = (call: Call, one: { access: string; requestable: boolean }): boolean =>
            call.query.get("access") === "granted" ? one.access === "granted" : call.query.get("access") !== "requestable" || (one.requestable && one.access !== "granted");
        this.on("GET", "/me/offers", () => ({ items: this.offers }));
        this.on("GET", "/me/resources", (call, _, login) => {
            const one = call.query.get("resource");
            call.query.delete("resource");
            return this.list(all.resources.filter((one) => !one.decoy).map((one) => ({
            ...one, access: (login.user.roles.includes("admin") ? one.name !== "Build farm" : ["Intranet", "DNS", "File server"].includes(one.name)) ? "granted" : "requestable", mfa: one.name !== "DNS",
            requestable: one.requestableBy.length > 0, ...(one.name === "Orders database" && { until: new Date(Date.now() + 5_025_000).toISOString() }),
        })).filter((found) => wanted(call, found) && (one === null || found.id === one)), call);
        });
        this.on("GET", "/explain", (call) => {
            const target = call.query.get("target") ?? "";
            if (!/:\d+$/.test(target)) {
                throw invalid("target", "write address and port, such as 10.0.1.20:5432");
            }
            const denied = target.startsWith("10.0.1.30");
            const name = denied ? "File server" : "Orders database";
            const resource = (all.resources as Item[]).find((one) => one.name === name);
            const step = (effect: string, sentence: string, to: string, more: object) => ({ effect, sentence, grant: id(), to, resource: name, resourceId: resource?.id, deny: false, mfa: true, via: [], ...more });
            const subject = call.query.get("subject") ?? "";
            const steps = [
                ...(denied ? [step("decides", `deny grant g1 to ben -> contractor on "${name}" decides: what forbids wins`, "role:contractor", { deny: true, mfa: false, via: ["contractor"] })] : []),
                step(denied ? "overruled" : "decides", `grant g2 to ben -> dba on "${name}" ${denied ? "would allow it, but a grant forbids it" : "decides: it is the most specific that holds"}`, "role:dba", { via: ["staff", "dba"] }),
                step("expired", `grant g3 to ben on "${name}" holds no more: it ended at 2026-01-01T00:00:00Z`, "user:ben", {}),
            ];
            return {
                verdict: denied ? "deny" : "challenge", ...(denied && { reason: "deny-grant" }), rule: steps[0]?.grant, resource: name, user: "ben",
                lines: [`${subject} to ${target}`, ...steps.map((one) => `- ${one.sentence}`)], at: call.query.get("at") ?? new Date().toISOString(), handedOff: false, steps,
                resources: resource === undefined ? [] : [{ id: resource.id, name, target: `${String(resource.cidr)}:${String(resource.ports)}`, decoy: false, opens: true }],
                ...(!denied && { factor: { scope: "address", state: "asked" } }),
                ...(subject.includes("/") && { device: { id: "d1", name: subject, state: "locked", passes: false, lockedBecause: "scanned the network" } }), notes: [],
            };
        });
        this.on("POST", "/policy/simulate", (call) => {
            const grant = (call.body.grants as { id?: string; grant?: { resource: string; to: string; deny?: boolean } }[] | undefined)?.[0];
            if (grant?.grant !== undefined && (grant.grant.resource === "" || grant.grant.to.endsWith(":"))) {
                throw grant.grant.resource === "" ? invalid("resource", "choose a resource") : invalid("to", "choose who gets it");
            }
            const lost = grant?.grant === undefined;
            const now = Date.now();
            const rows = Array.from({ length: 11 }, (_, index) => ({
                effect: lost ? "lost" : index === 1 ? "factor-added" : "gained", who: index === 0 ? "ben" : `user-${index}`, where: "Orders database", flows: 40 - index,
                first: new Date(now - 9e7).toISOString(), last: new Date(now - 9e5).toISOString(), examples: [{ at: new Date(now - 9e5).toISOString(), device: "ben/thinkpad", source: "10.90.0.3:51000", destination: "10.0.1.20:5432/tcp" }],
            }));
            return {
                at: new Date(now).toISOString(), usersGaining: lost ? 0 : 12, usersLosing: lost ? 12 : 0, resources: 2, pairs: 24, complete: true,
                reach: [
                    { resource: "Orders database", effect: lost ? "lost" : "gained", users: 12, whole: true, example: "10.0.1.20:5432/tcp", from: new Date(now).toISOString(), who: ["aiko", "ben", "dmitri"] },
                    { resource: "Build farm", effect: lost ? "lost" : "gained", users: 12, whole: false, example: "10.0.2.1:22/tcp", from: new Date(now + 8e7).toISOString(), who: ["aiko", "ben", "dmitri"] },
                ],
                ...(call.body.days !== 0 && { flows: { since: new Date(now - 7 * 86_400_000).toISOString(), oldest: new Date(now - 3e8).toISOString(), flows: 48_211, changed: 380, users: 11, complete: false, rows, more: 17 } }),
            };
        });
        this.on("GET", "/policy/map", (call) => {
            const resources = all.resources as Item[];
            const kind = ["user", "role", "device", "resource"].find((one) => call.query.has(one)) ?? "user";
            const wanted = call.query.get(kind) ?? "";
            if (wanted === "nobody") {
                throw invalid(kind, `there is no ${kind} 'nobody'`);
            }
            const node = (what: string, ref: string, label: string, detail = "", more = 0) => ({ id: more > 0 ? `more:${what}` : `${what}:${ref}`, kind: what, ref, label, detail, more });
            const edge = (from: string, to: string, link: string, more: object = {}) => ({ from, to, link, deny: false, mfa: false, now: true, ...more });
            const shown = resources.slice(0, 3).map((one) => node("resource", one.id, String(one.name), `${String(one.cidr)}:${String(one.ports)}`));
            const [first, second, third] = shown.map((one) => one.id);
            const nodes = [
                node("device", "d1", "ben/thinkpad", "active"), node("device", "d2", "ben/phone", "locked"), node("user", "ben", "ben"), node("role", "dba", "dba"), node("role", "staff", "staff"),
                ...shown, node("resource", "", "", "", 124),
            ];
            return {
                focus: kind === "user" ? "user:ben" : kind === "role" ? "role:dba" : kind === "device" ? "device:d1" : first, complete: false, nodes,
                edges: [
                    edge("device:d1", "user:ben", "owner"), edge("device:d2", "user:ben", "owner"), edge("user:ben", "role:dba", "member"), edge("role:dba", "role:staff", "member"),
                    edge("role:dba", first ?? "", "grant", { grant: "1", mfa: true }), edge("role:staff", second ?? "", "grant", { grant: "2", now: false }),
                    edge("user:ben", third ?? "", "grant", { grant: "3", deny: true }), edge("role:staff", "more:resource", "grant"),
                ],
            };
        });
        this.on("GET", "/flows", (call) => this.list(all.flows, call));
        this.flowRoutes();
        this.on("GET", "/network/settings", () => all.network);
        this.on("PUT", "/network/settings", (call) => {
            if (call.ifMatch !== undefined && call.ifMatch !== all.network.version) {
                throw new Refused(412, "stale", "it was changed by somebody else in the meantime: read it again");
            }
            const bad = (call.body.exposedSubnets as string[]).findIndex((subnet) => !/^[0-9a-f.:]+\/\d+$/i.test(subnet));
            if (bad >= 0) {
                throw invalid(`exposedSubnets[${bad}]`, "this is no subnet: write 10.0.1.0/24");
            }
            Object.assign(all.network, call.body, { version: (all.network.version ?? 0) + 1 });
            this.logins.needsSetup = false;
            return all.network;
        });
        this.on("GET", "/network/status", () => ({ running: all.network.enabled, interface: all.network.interface, policyVersion: 412, appliedAt: new Date(Date.now() - 94_000).toISOString(), devices: 6, flows: 23 }));
        this.on("GET", "/network/script", (call) => `#!/bin/sh\n# ${call.query.get("direction")} with ${call.query.get("tool")}; safe to run twice\nset -eu\nsysctl -qw net.ipv4.ip_forward=1\nnft -f - <<'RULES'\ntable inet sekisho\nflush table inet sekisho\ntable inet sekisho {\n    chain postrouting {\n        type nat hook postrouting priority srcnat;\n        ip saddr 10.90.0.0/24 oifname "eth0" masquerade\n    }\n}\nRULES\n`);
        this.on("GET", "/network/mail-template", () => all.template);
        this.on("PUT", "/network/mail-template", (call) => Object.assign(all.template, call.body));
        this.on("POST", "/network/mail-template/preview", (call) => {
            const values: Record<string, string> = { user: "ben", name: "Ben Okafor", device: "thinkpad-ben", addresses: "10.90.0.13", server: "vpn.example.org" };
            const fill = (text: unknown): string => String(text).replace(/\{\{(\w+)\}\}/g, (all, name: string) => values[name] ?? all);
            return { subject: fill(call.body.subject), body: fill(call.body.body) };
        });
    }

    private flowPage(call: Call, flows: FlowRecord[]): unknown {
        const filters = Object.fromEntries([...call.query].filter(([name]) => (FILTERS as readonly string[]).includes(name) || name === "to"));
        if (filters.destination !== undefined && !/^[0-9a-f.:]+(\/\d+)?$/i.test(filters.destination)) {
            throw invalid("destination", "this is no address and no block: write 10.0.1.20 or 10.0.1.0/24");
        }
        const from = call.query.get("from") ?? "";
        const found = flows.filter((one) => fits(one, filters) && one.at >= from);
        const start = Number(call.query.get("cursor") ?? 0);
        const next = start + 50 < found.length ? { next: String(start + 50) } : {};
        // A search for this user looks at more than fits into one answer.
        const limited = filters.user === "nobody" && start === 0;
        return { items: found.slice(start, start + 50), ...next, ...(limited && { next: "50" }), node: "gate-1:8443", limited, scannedBytes: 33_554_432, damagedLines: limited ? 2 : 0 };
    }

    private flowRoutes(): void {
        const settings = (): unknown => ({
            ...this.flowSettings, reserveBytes: 67_108_864, node: "gate-1:8443", files: 12, bytes: 812_000_000, oldest: new Date(Date.now() - 86_400_000 * 9).toISOString(),
            freeBytes: 71_000_000_000, lostEvents: 0,
        });
        this.on("GET", "/flows/log", (call) => this.flowPage(call, this.flowLog));
        this.on("GET", "/me/flows/log", (call, _, login) => this.flowPage(call, this.flowLog.filter((one) => one.user === login.user.name)));
        this.on("GET", "/flows/log/export", () => "time,event\r\n");
        this.on("GET", "/flows/log/settings", settings);
        this.on("PUT", "/flows/log/settings", (call) => {
            if (call.ifMatch !== undefined && call.ifMatch !== this.flowSettings.version) {
                throw new Refused(412, "stale", "it was changed by somebody else in the meantime: read it again");
            }
            if (Number(call.body.days) < 1) {
                throw invalid("days", "is 1 to 3650");
            }
            this.flowSettings = { days: Number(call.body.days), maxBytes: Number(call.body.maxBytes), version: this.flowSettings.version + 1 };
            return settings();
        });
        this.on("GET", "/flows/series", (call) => {
            const to = Date.now();
            const from = Date.parse(call.query.get("from") ?? new Date(to - 864e5).toISOString());
            const step = Math.max(60_000, Math.ceil((to - from) / 120 / 60_000) * 60_000);
            const items = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => {
                const wave = 20 + Math.round(16 * Math.sin(index / 7) + 8 * Math.sin(index / 2.3));
                return {
                    at: new Date(from + index * step).toISOString(), opened: wave, closed: wave - 1, denied: index % 17 === 0 ? 9 : 0, bytesAllowed: wave * 41_000_000, bytesHandedOff: wave * 90_000,
                    bytesToTarget: wave * 4_100_000, bytesToDevice: wave * 37_000_000, challenges: index % 9 === 0 ? 1 : 0, approved: index % 18 === 0 ? 1 : 0, refused: index % 27 === 9 ? 1 : 0,
                    locks: index === 40 ? 1 : 0, received: wave * 4_700_000, sent: wave * 39_000_000,
                };
            });
            return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), stepSeconds: step / 1000, node: "gate-1:8443", items };
        });
        this.on("GET", "/flows/top", (call) => {
            const by = call.query.get("by") ?? "user";
            const names = { user: ["ben", "aiko", "dmitri"], device: ["ben/thinkpad-ben", "aiko/iPhone Aiko"], resource: ["Orders database", "File server"], destination: ["10.0.1.20:5432", "10.0.1.30:445"] }[by] ?? [];
            const items = names.map((name, index) => ({ name, flows: 90 - index * 30, denied: index === names.length - 1 ? 14 : 0, bytesToTarget: 5e8 / (index + 1), bytesToDevice: 2e9 / (index + 1) }));
            return { by, from: call.query.get("from"), to: new Date().toISOString(), node: "gate-1:8443", items };
        });
    }

    private restRoutes(): void {
        const { company: all } = this;
        const now = (): string => new Date().toISOString();
        this.crud("/secrets", () => all.secrets as Item[], "PUT", () => ({ createdAt: now(), changedAt: now() }));
        this.on("POST", "/secrets/{id}/reveal", () => ({ value: "v3ry-s3cret-of-the-mock", expiresAt: new Date(Date.now() + 30_000).toISOString() }), "step-up");
        this.on("POST", "/secrets/rotate-installation-key", () => ({ previous: "9f2c4e810a4be019", mark: "77ab01cd1a4be019", next: "keep a copy of /var/lib/sekisho/master.key apart from your backups" }), "step-up");
        this.on("POST", "/secrets/rotate-key", () => ({ job: "1" }), "step-up");
        this.on("GET", "/audit", (call) => this.list(all.audit, call));
        this.on("GET", "/audit/verify", () => {
            for (const records of [500, 1000, this.log.size]) {
                this.publish("audit.progress", { records, of: this.log.size });
            }
            return { ok: true, records: this.log.size, root: this.log.root().toString("hex"), problems: [] };
        });
        const signed = [400, 900, 1276].map((size, index) => this.log.checkpoint(size, Date.now() - (3 - index) * 5e7));
        this.log.grow(8);
        this.on("GET", "/audit/checkpoint", () => ({ records: this.log.size, checkpoint: this.log.checkpoint(), key: this.log.key }));
        this.on("GET", "/audit/checkpoints", () => ({ items: [...signed].reverse(), total: signed.length }));
        this.on("GET", "/audit/consistency", (call) => {
            const [first, second] = [Number(call.query.get("first")), Number(call.query.get("second"))];
            return { first, second, path: this.log.consistency(first, second) };
        });
        this.on("GET", "/audit/{seq}/proof", (_, [seq]) => ({ seq: Number(seq), size: 1284, root: "9f2c4e81".repeat(8), leaf: "77ab01cd".repeat(8), path: Array.from({ length: 11 }, (_, index) => `${index}a4be019`.slice(-8).repeat(8)) }));
        this.on("GET", "/audit/streams", (call) => this.list(all.streams.items, call));
        this.on("PUT", "/audit/streams", (call) => (all.streams = call.body as unknown as typeof all.streams));
        this.crud("/alert-channels", () => all.channels as Item[], "PUT", () => ({}));
        this.on("POST", "/alert-channels/{id}/test", () => ({ ok: true, detail: "250 accepted" }));
        this.on("GET", "/alert-deliveries", (call) => this.list(all.deliveries, call));
        this.on("POST", "/alert-deliveries/{id}/retry", (_, [wanted]) => Object.assign(this.find(all.deliveries as Item[], wanted), { state: "queued" }));
        this.on("GET", "/mail/settings", () => all.mail);
        this.on("PUT", "/mail/settings", (call) => Object.assign(all.mail, call.body, { password: undefined, hasPassword: true, version: (all.mail.version ?? 0) + 1 }));
        this.on("POST", "/mail/test", () => ({ ok: true, detail: "250 accepted" }));
        this.on("GET", "/status", () => ({
            version: "0.1.0", startedAt: new Date(Date.now() - 86_400_000 * 12).toISOString(),
            nodes: [
                { id: "n1", name: "gate-1:8443", version: "0.1.0", startedAt: new Date(Date.now() - 86_400_000 * 12).toISOString(), seenAt: now(), alive: true, answering: true, state: "well", policyVersion: 412 },
                { id: "n2", name: "gate-2:8443", version: "0.1.0", startedAt: new Date(Date.now() - 86_400_000 * 2).toISOString(), seenAt: new Date(Date.now() - 90_000).toISOString(), alive: false, answering: false, state: "silent", policyVersion: 409 },
                { id: "n3", name: "gate-3:8443", version: "0.1.0", startedAt: new Date(Date.now() - 86_400_000 * 2).toISOString(), seenAt: now(), alive: true, answering: false, state: "failing", policyVersion: 409, failingSince: new Date(Date.now() - 65_000).toISOString(), lastError: "the control socket can't be made: No space left on device", lastErrorAt: now() },
            ],
            health: [
                { name: "Data plane", ok: true, detail: "sekisho0, 23 flows, policy 412" }, { name: "Database", ok: true, detail: "PostgreSQL 17, 3 ms" },
                { name: "Audit log", ok: true, detail: "1 284 records, checkpoint 4 minutes ago" }, { name: "Alerts", ok: false, detail: "1 delivery gave up" },
            ],
            counts: { users: all.users.length, devices: all.devices.length, devicesOnline: 4, flows: 23, grants: all.grants.length, challenges: 1 },
        }));
        this.on("POST", "/backups", () => "a backup of the mock", "step-up");
        this.on("GET", "/licences", () => ({ items: [{ name: "preact", licence: "MIT" }, { name: "Bouncy Castle", licence: "MIT" }, { name: "Javalin", licence: "Apache-2.0" }] }), "any");
    }
}
