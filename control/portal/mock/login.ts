import { randomBytes } from "node:crypto";
import type * as Views from "../src/api/types";
import { type Company, id, PASSWORD, TOTP_SECRET } from "./data";
import { type Call, invalid, Refused } from "./http";
import { qrPicture } from "./pictures";
import { totp } from "./totp";


export interface Login {
    id: string;
    user: Views.User;
    csrf: string;
    stage: Views.Session["stage"];
    factorAt: number;
}

interface Person {
    password: string;
    secret: string | undefined;
    pending: string | undefined;
    passkeys: string[];
    factors: Views.Factor[];
    mustChange: boolean;
}

const STEP_UP_MILLIS = 300_000;

/** The mock's idea of who is logged in. Passkeys are recognised by their id; signatures are the real server's work. */
export class Logins {
    readonly open = new Map<string, Login>();
    needsSetup = false;
    private readonly people = new Map<string, Person>();
    private challenge = "";

    constructor(private readonly company: Company) {}

    person(name: string): Person {
        let known = this.people.get(name);
        if (known === undefined) {
            const fresh = name === "newadmin";
            known = {
                password: PASSWORD, secret: fresh ? undefined : TOTP_SECRET, pending: undefined, passkeys: [], mustChange: fresh,
                factors: fresh ? [] : [
                    { id: id(), kind: "totp", name: "Authenticator app", confirmed: true, createdAt: new Date(Date.now() - 8e9).toISOString(), lastUsedAt: new Date(Date.now() - 9e6).toISOString() },
                    { id: id(), kind: "recovery", name: "Recovery codes, 8 left", confirmed: true, createdAt: new Date(Date.now() - 8e9).toISOString() },
                ],
            };
            this.people.set(name, known);
        }
        return known;
    }

    /** Who asks; throws as the gate of the real server does. */
    require(call: Call, needed: "login" | "user" = "user"): Login {
        const login = this.open.get(call.cookie ?? "");
        if (login === undefined) {
            throw new Refused(401, "unauthenticated", "log in first");
        }
        if (call.method !== "GET" && call.csrf !== login.csrf) {
            throw new Refused(403, "csrf", "the X-CSRF-Token header is missing or not that of this login");
        }
        if (needed === "user" && login.stage !== "complete") {
            throw new Refused(403, "login-incomplete", "finish the login first");
        }
        return login;
    }

    requireFresh(login: Login): void {
        if (Date.now() - login.factorAt > STEP_UP_MILLIS) {
            throw new Refused(403, "step-up-required", "confirm with your second factor first");
        }
    }

    /** Lets the second factor grow old, so that a test can meet the question for it. */
    age(): void {
        this.open.forEach((login) => (login.factorAt = 0));
    }

    view(login: Login): Views.Session {
        const { user } = login;
        const whole = login.stage === "complete";
        const factors = this.person(user.name).factors.map(({ id, kind, name }) => ({ id, kind, name }));
        return {
            user: { id: user.id, name: user.name, displayName: user.displayName, ...(user.email && { email: user.email }) },
            permissions: whole ? user.permissions : [], roles: whole ? user.roles : [], stage: login.stage, factors, acceptedKinds: ["passkey", "recovery", "totp"], csrfToken: login.csrf,
            expiresAt: new Date(Date.now() + 28_800_000).toISOString(), idleSeconds: 1800,
            ...(login.factorAt > 0 && { secondFactorAt: new Date(login.factorAt).toISOString() }),
        };
    }

    logIn(call: Call): Login {
        const name = String(call.body.user ?? "");
        const user = this.company.users.find((one) => one.name === name);
        const person = this.person(name);
        if (user === undefined || call.body.password !== person.password) {
            throw new Refused(401, "unauthenticated", "name or password is wrong");
        }
        if (user.state !== "active") {
            throw new Refused(403, "forbidden", `this account is ${user.state}`);
        }
        const login: Login = { id: randomBytes(16).toString("hex"), user, csrf: randomBytes(16).toString("hex"), stage: "factor", factorAt: 0 };
        login.stage = this.next(person);
        this.open.set(login.id, login);
        return login;
    }

    private next(person: Person): Login["stage"] {
        return person.mustChange ? "password" : person.factors.length === 0 ? "enroll" : "factor";
    }

    changePassword(login: Login, body: Record<string, unknown>): void {
        const person = this.person(login.user.name);
        if (body.current !== person.password) {
            throw invalid("current", "this is not your current password");
        }
        if (String(body.next).length < 12) {
            throw invalid("next", "the new password has fewer than 12 characters");
        }
        person.password = String(body.next);
        person.mustChange = false;
        if (login.stage === "password") {
            login.stage = this.next(person);
        }
    }

    checkCode(login: Login, body: Record<string, unknown>): void {
        const { secret } = this.person(login.user.name);
        const ok = body.kind === "recovery" ? body.code === "aaaa-bbbb-cccc" : secret !== undefined && [0, -30_000, 30_000].some((shift) => body.code === totp(secret, Date.now() + shift));
        if (!ok) {
            throw invalid("code", "this code is wrong or has been used");
        }
        this.passed(login);
    }

    private passed(login: Login): void {
        login.stage = "complete";
        login.factorAt = Date.now();
    }

    passkeyOptions(login: Login): Record<string, unknown> {
        this.challenge = randomBytes(32).toString("base64url");
        return {
            challenge: this.challenge, rpId: "localhost", timeout: 60_000, userVerification: "preferred",
            allowCredentials: this.person(login.user.name).passkeys.map((key) => ({ type: "public-key", id: key })),
        };
    }

    checkPasskey(login: Login, credential: unknown): void {
        const given = credential as { id?: string; response?: { clientDataJSON?: string } };
        const client = JSON.parse(Buffer.from(given.response?.clientDataJSON ?? "", "base64url").toString() || "{}") as { challenge?: string; type?: string };
        if (client.challenge !== this.challenge || client.type !== "webauthn.get" || !this.person(login.user.name).passkeys.includes(given.id ?? "")) {
            throw new Refused(401, "unauthenticated", "this passkey is none of yours");
        }
        this.passed(login);
    }

    creationOptions(login: Login): Record<string, unknown> {
        this.challenge = randomBytes(32).toString("base64url");
        return {
            challenge: this.challenge, rp: { id: "localhost", name: "Sekisho" }, timeout: 60_000, attestation: "none",
            user: { id: Buffer.from(login.user.id).toString("base64url"), name: login.user.name, displayName: login.user.displayName || login.user.name },
            pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
            authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
            excludeCredentials: this.person(login.user.name).passkeys.map((key) => ({ type: "public-key", id: key })),
        };
    }

    addPasskey(login: Login, body: Record<string, unknown>): Views.Factor {
        const person = this.person(login.user.name);
        person.passkeys.push((body.credential as { id: string }).id);
        return this.added(login, { id: id(), kind: "passkey", name: String(body.name), confirmed: true, createdAt: new Date().toISOString() });
    }

    startTotp(login: Login): Views.TotpStart {
        this.person(login.user.name).pending = TOTP_SECRET;
        return { id: "new-totp", secret: TOTP_SECRET, uri: `otpauth://totp/Sekisho:${login.user.name}?secret=${TOTP_SECRET}`, qrSvg: qrPicture(TOTP_SECRET) };
    }

    confirmTotp(login: Login, body: Record<string, unknown>): Views.Factor {
        const person = this.person(login.user.name);
        if (person.pending === undefined || body.code !== totp(person.pending)) {
            throw invalid("code", "this code is wrong: is the clock of your phone right?");
        }
        person.secret = person.pending;
        return this.added(login, { id: id(), kind: "totp", name: "Authenticator app", confirmed: true, createdAt: new Date().toISOString() });
    }

    private added(login: Login, factor: Views.Factor): Views.Factor {
        this.person(login.user.name).factors.push(factor);
        if (login.stage === "enroll") {
            this.passed(login);
        }
        return factor;
    }
}
