import type * as Views from "../src/api/types";
import { PERMISSIONS } from "../src/app/permissions";


/** Who can log in to the mock, for tests and development only. */
export const PASSWORD = "correct horse battery";
export const TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/** The number that the asking side shows. */
export const NUMBER = 64;

const start = Date.now();
const ago = (seconds: number): string => new Date(start - seconds * 1000).toISOString();
const ahead = (seconds: number): string => ago(-seconds);
const ALL = PERMISSIONS.map((one) => one.name);

let ids = 1;
export const id = (): string => `01JD${String(ids++).padStart(8, "0")}`;

const ALERT_IDS = [id(), id(), id()] as const;

function user(name: string, displayName: string, roles: string[], rest: Partial<Views.User> = {}): Views.User {
    return {
        id: id(), name, displayName, email: `${name}@example.org`, directory: "internal", state: "active", roles,
        permissions: roles.includes("admin") ? ALL : roles.includes("auditor") ? ["VIEW AUDIT", "VIEW ALL LOGS", "VIEW NETWORK", "VIEW USERS"] : ["REQUEST", "ADD OWN DEVICES"],
        service: false, createdAt: ago(86_400 * 90), lastLoginAt: ago(2700 * (ids % 40)), factorKinds: ["totp"], version: 1, ...rest,
    };
}

function device(owner: string, name: string, last: number, rest: Partial<Views.Device> = {}): Views.Device {
    const number = 10 + (ids % 200);
    return {
        id: id(), name, user: owner, publicKey: "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", device: `${owner}/${name}`, userId: owner, presharedKey: false, addresses: [`10.90.0.${number}`], state: "active",
        createdAt: ago(86_400 * number), lastHandshakeAt: ago(last), endpoint: `198.51.100.${number}:51820`, ...(number % 2 === 0 && { place: "Vienna, Austria" }),
        receivedBytesPerSecond: 0, sentBytesPerSecond: 0, receivedBytes: 18_400_000 * number, sentBytes: 161_000_000 + 9_300_000 * number, flows: number % 9, version: 1, ...rest,
    };
}

function resource(name: string, cidr: string, ports: string, rest: Partial<Views.Resource> = {}): Views.Resource {
    return { id: id(), name, cidr, ports, protocol: "tcp", decoy: false, description: "", requestableBy: [], approvals: 1, maxDurationSeconds: 28_800, ticketPattern: "", hints: [], createdAt: ago(86_400 * 60), version: 1, ...rest };
}

function grant(to: string, resource: string, rest: Partial<Views.Grant> = {}): Views.Grant {
    return { id: id(), resource, resourceId: resource, to, deny: false, mfa: true, comment: "", over: false, createdAt: ago(86_400 * 30), createdBy: "aiko", version: 1, ...rest };
}

function role(name: string, description: string, permissions: string[], members: number, rest: Partial<Views.Role> = {}): Views.Role {
    return { id: id(), name, description, permissions, effectivePermissions: permissions, parents: [], members, builtIn: false, version: 1, ...rest };
}

function record(seq: number, seconds: number, actor: string, action: string, target: string, details: Record<string, unknown> = {}): Views.AuditRecord {
    return {
        seq, at: ago(seconds), actor, via: "SESSION", source: "192.0.2.14", action, target, details: JSON.stringify(details),
        hash: (seq * 7_919_881).toString(16).padStart(8, "0").repeat(8),
    };
}

export function challenge(owner: string, rest: Partial<Views.Challenge> = {}): Views.Challenge {
    return {
        id: id(), purpose: "network", user: owner, device: "MacBook Aiko", resource: "Orders database", target: "10.0.1.20:5432", protocol: "tcp",
        source: "198.51.100.24", place: "Vienna, Austria", choices: [27, NUMBER, 91], state: "open",
        openedAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 170_000).toISOString(), ...rest,
    };
}

/** A small company behind a checkpoint. */
export function company() {
    const users = [
        user("aiko", "Aiko Tanaka", ["admin"], { factorKinds: ["totp", "passkey"] }),
        user("ben", "Ben Okafor", ["staff", "dba"]),
        user("chloe", "Chloé Martin", ["staff"], { factorKinds: ["passkey"] }),
        user("dmitri", "Dmitri Volkov", ["contractor"], { state: "locked", lockedUntil: ahead(600) }),
        user("elena", "Elena Rossi", ["auditor"], { directory: "corp-ad" }),
        user("farid", "Farid Haddad", ["staff"], { state: "disabled", factorKinds: [] }),
        user("grace", "Grace Kim", ["staff", "dba"], { directory: "corp-ad", factorKinds: ["totp", "passkey"] }),
        user("newadmin", "", ["admin"], { factorKinds: [] }),
    ];
    const targets = Array.from({ length: 26 }, (_, index) => ({ destination: `10.0.1.${index + 1}:445`, at: ago(881 - index * 1.6) }));
    return {
        users,
        roles: [
            role("admin", "Everything", ALL, 1, { builtIn: true }),
            role("auditor", "Sees everything, changes nothing", ["VIEW AUDIT", "VIEW ALL LOGS", "VIEW NETWORK", "VIEW USERS"], 1, { builtIn: true }),
            role("default_wireguard_user", "Gets a device at the first login", ["ADD OWN DEVICES"], 4, { builtIn: true }),
            role("staff", "Everybody who works here", ["REQUEST", "ADD OWN DEVICES"], 4, { parents: ["default_wireguard_user"] }),
            role("dba", "Database administrators", ["REQUEST", "APPROVE REQUESTS"], 2, { parents: ["staff"] }),
            role("contractor", "Outside help, for a time", ["REQUEST"], 1),
        ],
        devices: [
            device("aiko", "MacBook Aiko", 24),
            device("aiko", "iPhone Aiko", 95),
            device("ben", "thinkpad-ben", 61),
            device("chloe", "Surface Chloé", 7_400),
            device("dmitri", "contractor-vm", 900, { state: "locked", lock: { reason: "scan", sentence: "it scanned", at: ago(840), by: "system", targets, endpoint: "203.0.113.77:51820", comment: "" } }),
            device("grace", "Pixel Grace", 130),
            device("grace", "build-box", 400_000, { state: "expired", expiresAt: ago(86_400) }),
            device("farid", "old-laptop", 4_000_000, { state: "disabled" }),
            (({ lastHandshakeAt: _, endpoint: __, place: ___, ...rest }) => rest)(device("chloe", "iPad Chloé", 0, { state: "pending", createdAt: ago(420), receivedBytes: 0, sentBytes: 0, flows: 0 })),
        ] as Views.Device[],
        resources: [
            resource("Intranet", "10.0.1.10", "80,443", { description: "Wiki, calendar, phone book" }),
            resource("Orders database", "10.0.1.20", "5432", { description: "PostgreSQL 17", requestableBy: ["contractor"], approverRole: "dba", maxDurationSeconds: 28_800, ticketPattern: "TK-\\d{6}" }),
            resource("File server", "10.0.1.30", "80,137-139,443,445", { protocol: "both" }),
            resource("Build farm", "10.0.2.0/24", "22,8080,9000-9010", { requestableBy: ["staff"], approvals: 2 }),
            resource("DNS", "10.0.1.2", "53", { protocol: "both" }),
            resource("Old payroll", "10.0.1.66", "*", { decoy: true, protocol: "both", description: "Nothing is here" }),
            resource("Lab IPv6", "fd00:20::/64", "22,443"),
        ],
        grants: [
            grant("role:staff", "Intranet"),
            grant("role:staff", "DNS", { mfa: false, comment: "Machines ask all the time" }),
            grant("role:dba", "Orders database", { weekly: "Mon-Fri 08:00-18:00 Europe/Zurich" }),
            grant("role:staff", "File server"),
            grant("user:dmitri", "Build farm", { from: ago(86_400), until: ahead(5_025), comment: "TK-204411" }),
            grant("user:grace", "Lab IPv6", { from: ahead(86_400 * 2), until: ahead(86_400 * 9) }),
            grant("role:contractor", "File server", { deny: true, mfa: false }),
        ],
        pastLocks: [
            {
                lock: { reason: "decoy", sentence: "it touched a decoy", at: ago(86_400 * 12), by: "system", targets: [{ destination: "10.0.1.66:3389", at: ago(86_400 * 12) }], endpoint: "203.0.113.77:51820", comment: "" },
                unlockedAt: ago(86_400 * 11), unlockedBy: "aiko", comment: "Looked for the payroll server by its old address",
            },
        ] as Views.PastLock[],
        links: [] as (Views.DeviceLink & { of: string; secret: string })[],
        requests: [
            { id: id(), resource: "Orders database", user: "dmitri", reason: "Check the slow invoice report", ticket: "TK-204502", durationSeconds: 7_200, state: "open", approvals: 1, votes: [], mine: false, mayDecide: true, openedAt: ago(340), expiresAt: ahead(3_200), version: 1 },
            { id: id(), resource: "Build farm", user: "chloe", reason: "Release 4.2 needs a rebuild", durationSeconds: 14_400, state: "open", approvals: 2, votes: [{ user: "ben", approve: true, comment: "", at: ago(200) }], mine: false, mayDecide: true, openedAt: ago(900), expiresAt: ahead(2_700), version: 1 },
            { id: id(), resource: "Orders database", user: "ben", reason: "Index maintenance", ticket: "TK-204388", durationSeconds: 3_600, state: "ended", approvals: 1, votes: [{ user: "grace", approve: true, comment: "", at: ago(90_000) }], mine: false, mayDecide: false, openedAt: ago(91_000), expiresAt: ago(80_000), accessUntil: ago(86_000), version: 1 },
        ] as Views.AccessRequest[],
        challenges: [
            challenge("aiko"),
            challenge("aiko", { state: "approved", resource: "Intranet", target: "10.0.1.10:443", openedAt: ago(7_200), expiresAt: ago(7_020) }),
            challenge("aiko", { state: "denied", resource: "File server", target: "10.0.1.30:445", openedAt: ago(90_000), expiresAt: ago(89_800), source: "203.0.113.9" }),
            challenge("ben", { state: "approved", device: "thinkpad-ben", openedAt: ago(1_900), expiresAt: ago(1_700) }),
        ],
        network: {
            enabled: true, interface: "sekisho0", listenPort: 51871, publicAddress: "vpn.example.org", addresses: ["10.90.0.1/24"], dns: "10.0.1.2", mtu: 1420,
            exposedSubnets: ["10.0.1.0/24", "10.0.2.0/24"], networkInterfaces: ["eth0", "eth1"], mfa: { inactivitySeconds: 900, timeoutSeconds: 180 },
            scan: { threshold: 25, windowSeconds: 600 }, enrollmentRoles: ["default_wireguard_user"], maxOwnDevices: 5, pendingDevices: false, version: 3,
        } as Views.NetworkSettings,
        template: {
            subject: "Your access: {{device}}",
            body: "Hello {{name}},\n\nyour device {{device}} is ready. Install the WireGuard app, import the attached file and switch the tunnel on.\n\nIts address is {{addresses}}. When something asks “is this you?”, answer at https://{{server}}/approvals.\n",
        } as Views.MailTemplate,
        secrets: [
            { id: id(), name: "orders-db admin", kind: "database", description: "PostgreSQL superuser", createdAt: ago(86_400 * 60), changedAt: ago(86_400 * 3), version: 2, lost: false },
            { id: id(), name: "switch-core-1", kind: "ssh", description: "Core switch, rack 4", createdAt: ago(86_400 * 200), changedAt: ago(86_400 * 200), version: 1, lost: false },
            { id: id(), name: "registry token", kind: "key", createdAt: ago(86_400 * 12), changedAt: ago(86_400 * 12), version: 1, lost: false },
        ] as Views.Secret[],
        audit: [
            record(1284, 12, "aiko", "challenge.approved", "Intranet", { device: "MacBook Aiko" }),
            record(1283, 840, "", "device.locked", "contractor-vm", { reason: "scan", targets: 26 }),
            record(1282, 1_300, "aiko", "grant.created", "Build farm", { to: "user:dmitri", until: ahead(5_025) }),
            record(1281, 2_100, "grace", "request.approved", "Orders database", { user: "ben" }),
            record(1280, 4_000, "aiko", "role.changed", "dba", { permissions: "REQUEST, APPROVE REQUESTS" }),
            record(1279, 5_200, "chloe", "factor.added", "chloe", { kind: "passkey" }),
            record(1278, 8_800, "aiko", "secret.revealed", "orders-db admin", { reason: "restore test" }),
            record(1277, 9_900, "elena", "audit.exported", "", { first: 1, last: 1276 }),
        ],
        channels: [
            { id: ALERT_IDS[0], name: "Security team", kind: "email", settings: { to: "security@example.org" }, secretSettings: [], events: ["device.locked", "challenge.reported"], enabled: true, version: 1 },
            { id: ALERT_IDS[1], name: "On-call phone", kind: "ntfy", settings: { url: "https://ntfy.example.org", topic: "sekisho" }, secretSettings: [], events: ["device.locked", "server.*", "login.locked-out"], enabled: true, version: 1 },
            { id: ALERT_IDS[2], name: "SIEM", kind: "syslog", settings: { host: "siem.example.org", port: "6514", protocol: "tls" }, secretSettings: [], events: ["device.locked"], enabled: false, version: 1 },
        ] as Views.AlertChannel[],
        deliveries: [
            { id: id(), channel: `alert:${ALERT_IDS[0]}`, subject: "contractor-vm is locked", state: "sent", attempts: 1, madeAt: ago(839), lastError: "" },
            { id: id(), channel: `alert:${ALERT_IDS[1]}`, subject: "contractor-vm is locked", state: "queued", attempts: 2, madeAt: ago(839), nextAt: ahead(40), lastError: "connection refused" },
            { id: id(), channel: `alert:${ALERT_IDS[2]}`, subject: "contractor-vm is locked", state: "dead", attempts: 12, madeAt: ago(90_000), lastError: "certificate expired" },
        ] as Views.AlertDelivery[],
        directories: [
            { id: id(), name: "corp-ad", kind: "ldap", enabled: true, settings: { url: "ldaps://dc1.example.org", baseDn: "dc=example,dc=org" }, secretSet: true, groupRoles: { "cn=dba": "dba", "cn=audit": "auditor" }, version: 1 },
            { id: id(), name: "Partners", kind: "oidc", enabled: true, settings: { issuer: "https://login.example.net", clientId: "sekisho" }, secretSet: true, groupRoles: { partner: "contractor" }, version: 1 },
        ] as Views.Directory[],
        tokens: [
            { id: id(), name: "nightly export", owner: "aiko", scopes: ["VIEW AUDIT"], sources: ["10.0.0.0/8"], createdAt: ago(86_400 * 40), lastUsedAt: ago(3_000), expiresAt: ahead(86_400 * 50) },
            { id: id(), name: "terraform", owner: "aiko", scopes: ["VIEW NETWORK", "MANAGE RESOURCES", "MANAGE GRANTS"], sources: [], createdAt: ago(86_400 * 8) },
        ] as Views.Token[],
        services: [{ id: id(), name: "backup-robot", displayName: "", roles: ["auditor"], disabled: false, createdAt: ago(86_400 * 50), version: 1 }] as Views.ServiceAccount[],
        notices: { mail: true, hasWebhook: false, webhookKind: "json" } as Views.NoticeSettings,
        pushes: [] as Views.PushSubscription[],
        mail: { host: "mail.example.org", port: 587, security: "starttls", user: "sekisho", hasPassword: true, from: "sekisho@example.org", version: 1 } as Views.MailSettings,
        streams: { items: [{ id: id(), name: "SIEM", transport: "tls", host: "siem.example.org", port: 6514, enabled: true, behind: 0 }] } as Views.AuditStreams,
        policies: [
            { scope: "default", required: "privileged", kinds: ["passkey", "recovery", "totp"] },
            { scope: "role:dba", required: "always", kinds: ["passkey", "totp"] },
            { scope: "directory:corp-ad", required: "always", kinds: ["email", "passkey", "recovery", "totp"] },
        ] as Views.FactorPolicy[],
        flows: [] as Views.Flow[],
    };
}

export type Company = ReturnType<typeof company>;

const FLOWS: [string, string, string, string, string, string][] = [
    ["aiko", "MacBook Aiko", "10.0.1.10:443", "tcp", "allowed", "Intranet"],
    ["ben", "thinkpad-ben", "10.0.1.20:5432", "tcp", "held", "Orders database"],
    ["grace", "Pixel Grace", "10.0.1.2:53", "udp", "allowed", "DNS"],
    ["ben", "thinkpad-ben", "10.0.1.20:5432", "tcp", "handed-off", "Orders database"],
    ["dmitri", "contractor-vm", "10.0.1.30:445", "tcp", "denied", ""],
    ["aiko", "iPhone Aiko", "10.0.1.2:53", "udp", "allowed", "DNS"],
    ["grace", "Pixel Grace", "10.0.1.30:445", "tcp", "ended", "File server"],
];

export function flow(index: number, at = Date.now()): Views.Flow {
    const [who, name, destination, protocol, verdict, resource] = FLOWS[index % FLOWS.length] as (typeof FLOWS)[number];
    return {
        id: id(), startedAt: new Date(at).toISOString(), user: who, device: name, source: `10.90.0.${11 + (index % 7)}:${40_000 + (index % 9_000)}`, destination, protocol, verdict,
        openedBy: "device", grant: resource === "" ? "" : `staff: ${resource}`, resource,
        bytesToTarget: verdict === "denied" ? 60 : 900 + ((index * 7_421) % 90_000), bytesToDevice: verdict === "denied" ? 0 : (index * 73_421) % 2_400_000, packetsToTarget: 1 + (index % 400), packetsToDevice: index % 700,
    };
}

/** A flow that has ended, or an attempt that was refused; every third one is news of one that opened. */
export function flowRecord(index: number, at = Date.now(), news = false): Views.FlowRecord {
    const { startedAt: _, ...one } = flow(index, at);
    const denied = one.verdict === "denied";
    const opened = news && !denied && index % 3 === 0;
    return {
        ...one, id: `2026-11-30:${index}`, event: denied ? "denied" : opened ? "opened" : "closed", at: new Date(at).toISOString(), device: `${one.user}/${one.device}`,
        verdict: denied ? "denied" : index % 11 === 0 ? "handed-off" : "allowed", reason: denied ? "no-grant" : "finished", suppressed: denied ? index % 4 : 0,
        ...(!denied && { startedAt: new Date(at - 61_000).toISOString() }),
        ...(denied ? { grant: undefined, resource: undefined } : {}),
    } as Views.FlowRecord;
}
