// The API as the contract has it, in the shape that openapi-typescript gives, so that `npm run api` can replace this file.

type Path<P> = [P] extends [never] ? { path?: never } : { path: P };
type Json<T> = { "application/json": T };
type Read<R, Q = never, P = never> = {
    parameters: { query?: Q; header?: never; cookie?: never } & Path<P>;
    requestBody?: never;
    responses: { 200: { headers: Record<string, unknown>; content: Json<R> } };
};
type Send<B, R, P = never> = {
    parameters: { query?: never; header?: never; cookie?: never } & Path<P>;
    requestBody: { content: Json<B> };
    responses: { 200: { headers: Record<string, unknown>; content: Json<R> } };
};
type Act<R, P = never> = {
    parameters: { query?: never; header?: never; cookie?: never } & Path<P>;
    requestBody?: never;
    responses: { 200: { headers: Record<string, unknown>; content: Json<R> } };
};
type None = Record<string, never>;
type Id = { id: string };
type Paged = { cursor?: string; limit?: number };
type List<T> = { items: T[]; next?: string; total: number };
type S = components["schemas"];

export interface paths {
    "/server": { get: Read<S["ServerInfo"]> };
    "/login": { post: Send<S["LoginRequest"], S["Session"]> };
    "/login/oidc/start": { post: Send<{ directory: string }, { url: string }> };
    "/session": { get: Read<S["Session"]>; delete: Act<None> };
    "/session/password": { post: Send<{ current: string; next: string }, S["Session"]> };
    "/session/factor": { post: Send<{ kind: "totp" | "recovery" | "email"; code: string }, S["Session"]> };
    "/session/factor/email": { post: Act<None> };
    "/session/passkey/options": { post: Act<S["PasskeyOptions"]> };
    "/session/passkey": { post: Send<{ credential: S["PasskeyCredential"] }, S["Session"]> };
    "/sessions": { get: Read<List<S["LoginSession"]>, { user?: string }> };
    "/sessions/{id}": { delete: Act<None, Id> };
    "/device-codes/approve": { post: Send<{ userCode: string; approve: boolean }, None> };
    "/me/factors": { get: Read<List<S["Factor"]>> };
    "/me/factors/totp": { post: Send<{ name: string }, S["TotpStart"]> };
    "/me/factors/totp/{id}/confirm": { post: Send<{ code: string }, S["Factor"], Id> };
    "/me/factors/passkey/options": { post: Send<{ name: string }, S["PasskeyOptions"]> };
    "/me/factors/passkey": { post: Send<{ name: string; credential: S["PasskeyCredential"] }, S["Factor"]> };
    "/me/factors/recovery": { post: Act<{ codes: string[] }> };
    "/me/factors/{id}": { delete: Act<None, Id> };
    "/me": { patch: Send<{ displayName?: string; email?: string }, S["User"]> };
    "/me/devices": { get: Read<List<S["Device"]>>; post: Send<S["NewOwnDevice"], S["DeviceMade"]> };
    "/me/resources": { get: Read<List<S["ReachableResource"]>> };
    "/me/waiting": { get: Read<List<S["Waiting"]>> };
    "/users": {
        get: Read<List<S["User"]>, Paged & { q?: string; role?: string; state?: string; service?: string }>;
        post: Send<S["NewUser"], S["UserMade"]>;
    };
    "/users/{id}": { get: Read<S["User"], never, Id>; patch: Send<S["UserPatch"], S["User"], Id>; delete: Act<None, Id> };
    "/users/{id}/unlock": { post: Act<S["User"], Id> };
    "/users/{id}/disable": { post: Act<S["User"], Id> };
    "/users/{id}/enable": { post: Act<S["User"], Id> };
    "/users/{id}/reset-password": { post: Act<{ password: string }, Id> };
    "/users/{id}/reset-factors": { post: Act<None, Id> };
    "/users/{id}/factors": { get: Read<List<S["Factor"]>, never, Id> };
    "/roles": { get: Read<List<S["Role"]>, Paged & { q?: string }>; post: Send<S["RoleInput"], S["Role"]> };
    "/roles/{id}": { get: Read<S["Role"], never, Id>; put: Send<S["RoleInput"], S["Role"], Id>; delete: Act<None, Id> };
    "/roles/{id}/members": { put: Send<{ users: string[] }, S["Role"], Id> };
    "/service-accounts": {
        get: Read<List<S["ServiceAccount"]>>;
        post: Send<{ name: string; displayName?: string; roles?: string[] }, S["ServiceAccount"]>;
    };
    "/service-accounts/{id}": { delete: Act<None, Id> };
    "/tokens": { get: Read<List<S["Token"]>, { owner?: string }>; post: Send<S["NewToken"], S["TokenMade"]> };
    "/tokens/{id}": { delete: Act<None, Id> };
    "/directories": { get: Read<List<S["Directory"]>>; post: Send<S["DirectoryInput"], S["Directory"]> };
    "/directories/{id}": {
        get: Read<S["Directory"], never, Id>;
        put: Send<S["DirectoryInput"], S["Directory"], Id>;
        delete: Act<None, Id>;
    };
    "/directories/{id}/test": { post: Send<{ user?: string; password?: string }, S["DirectoryTest"], Id> };
    "/challenges": { get: Read<List<S["Challenge"]>, Paged & { scope?: "all"; state?: string }> };
    "/challenges/{id}": { get: Read<S["Challenge"], never, Id> };
    "/challenges/{id}/approve": { post: Send<S["Approval"], S["Challenge"], Id> };
    "/challenges/{id}/deny": { post: Send<{ report: boolean }, S["Challenge"], Id> };
    "/challenges/{id}/link": { post: Send<{ secret: string }, S["Challenge"], Id> };
    "/challenges/{id}/link/approve": { post: Send<{ secret: string }, S["Challenge"], Id> };
    "/challenges/{id}/link/deny": { post: Send<{ secret: string; report: boolean }, S["Challenge"], Id> };
    "/challenges/{id}/passkey/options": { post: Act<S["PasskeyOptions"], Id> };
    "/push/key": { get: Read<{ publicKey: string }> };
    "/push/subscriptions": {
        get: Read<List<S["PushSubscription"]>>;
        post: Send<{ endpoint: string; keys: { p256dh: string; auth: string }; label: string }, S["PushSubscription"]>;
    };
    "/push/subscriptions/{id}": { delete: Act<None, Id> };
    "/network/settings": { get: Read<S["NetworkSettings"]>; put: Send<S["NetworkSettings"], S["NetworkSettings"]> };
    "/network/script": { get: Read<string, { direction: "up" | "down"; tool: "nftables" | "iptables" }> };
    "/network/status": { get: Read<S["NetworkStatus"]> };
    "/network/mail-template": { get: Read<S["MailTemplate"]>; put: Send<S["MailTemplate"], S["MailTemplate"]> };
    "/network/mail-template/preview": { post: Send<S["MailTemplate"], S["MailTemplate"]> };
    "/devices": {
        get: Read<List<S["Device"]>, Paged & { q?: string; state?: string; user?: string }>;
        post: Send<S["NewDevice"], S["DeviceMade"]>;
    };
    "/devices/{id}": {
        get: Read<S["Device"], never, Id>;
        patch: Send<S["DevicePatch"], S["Device"], Id>;
        delete: Act<None, Id>;
    };
    "/devices/{id}/lock": { post: Send<{ reason: string }, S["Device"], Id> };
    "/devices/{id}/unlock": { post: Send<{ comment: string }, S["Device"], Id> };
    "/devices/{id}/approve": { post: Act<S["Device"], Id> };
    "/devices/{id}/disable": { post: Act<S["Device"], Id> };
    "/devices/{id}/enable": { post: Act<S["Device"], Id> };
    "/devices/{id}/disconnect": { post: Act<S["Device"], Id> };
    "/devices/{id}/reset-key": { post: Send<{ publicKey?: string; sendMail?: boolean }, S["DeviceMade"], Id> };
    "/resources": {
        get: Read<List<S["Resource"]>, Paged & { q?: string }>;
        post: Send<S["ResourceInput"], S["Resource"]>;
    };
    "/resources/{id}": {
        get: Read<S["Resource"], never, Id>;
        put: Send<S["ResourceInput"], S["Resource"], Id>;
        delete: Act<None, Id>;
    };
    "/resources/check": { post: Send<{ cidr: string; ports: string; protocol: string }, S["ResourceCheck"]> };
    "/resources/{id}/users": { get: Read<List<S["ResourceUser"]>, never, Id> };
    "/grants": {
        get: Read<List<S["Grant"]>, Paged & { q?: string; resource?: string }>;
        post: Send<S["GrantInput"], S["Grant"]>;
    };
    "/grants/{id}": {
        get: Read<S["Grant"], never, Id>;
        put: Send<S["GrantInput"], S["Grant"], Id>;
        delete: Act<None, Id>;
    };
    "/requests": {
        get: Read<List<S["AccessRequest"]>, Paged & { state?: string }>;
        post: Send<{ resource: string; reason: string; ticket?: string; durationSeconds: number }, S["AccessRequest"]>;
    };
    "/requests/{id}/approve": { post: Send<{ comment?: string }, S["AccessRequest"], Id> };
    "/requests/{id}/deny": { post: Send<{ comment?: string }, S["AccessRequest"], Id> };
    "/requests/{id}/cancel": { post: Send<{ comment?: string }, S["AccessRequest"], Id> };
    "/explain": { get: Read<S["Explanation"], { subject: string; target: string; protocol?: string; at?: string }> };
    "/flows": { get: Read<List<S["Flow"]>, Paged & { q?: string; device?: string; verdict?: string }> };
    "/secrets": { get: Read<List<S["Secret"]>, Paged & { q?: string }>; post: Send<S["SecretInput"], S["Secret"]> };
    "/secrets/{id}": { put: Send<S["SecretInput"], S["Secret"], Id>; delete: Act<None, Id> };
    "/secrets/{id}/reveal": { post: Send<{ reason: string }, { value: string; expiresAt: string }, Id> };
    "/secrets/rotate-key": { post: Act<{ job: string }> };
    "/audit": {
        get: Read<
            List<S["AuditRecord"]>,
            Paged & { actor?: string; action?: string; target?: string; from?: string; to?: string; q?: string }
        >;
    };
    "/audit/{seq}/proof": { get: Read<S["AuditProof"], never, { seq: number }> };
    "/audit/checkpoints": { get: Read<List<S["AuditCheckpoint"]>, Paged> };
    "/audit/verify": { get: Read<S["AuditVerification"]> };
    "/audit/streams": { get: Read<S["AuditStreams"]>; put: Send<S["AuditStreams"], S["AuditStreams"]> };
    "/alert-channels": {
        get: Read<List<S["AlertChannel"]>>;
        post: Send<S["AlertChannelInput"], S["AlertChannel"]>;
    };
    "/alert-channels/{id}": {
        get: Read<S["AlertChannel"], never, Id>;
        put: Send<S["AlertChannelInput"], S["AlertChannel"], Id>;
        delete: Act<None, Id>;
    };
    "/alert-channels/{id}/test": { post: Act<{ ok: boolean; detail: string }, Id> };
    "/alert-deliveries": { get: Read<List<S["AlertDelivery"]>, Paged & { state?: string }> };
    "/alert-deliveries/{id}/retry": { post: Act<S["AlertDelivery"], Id> };
    "/mail/settings": { get: Read<S["MailSettings"]>; put: Send<S["MailSettings"], S["MailSettings"]> };
    "/mail/test": { post: Send<{ to: string }, { ok: boolean; detail: string }> };
    "/status": { get: Read<S["Status"]> };
    "/backups": { post: Act<Blob> };
    "/licences": { get: Read<List<S["Licence"]>> };
}

export interface components {
    schemas: {
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            errors?: { field: string; message: string }[];
        };
        ServerInfo: {
            name: string;
            version: string;
            needsSetup: boolean;
            loginMethods: { id: string; kind: "internal" | "ldap" | "oidc"; label: string }[];
            time: string;
        };
        LoginRequest: { user: string; password: string; directory?: string };
        Session: {
            user: { id: string; name: string; displayName: string; email?: string };
            permissions: string[];
            roles: string[];
            stage: "complete" | "password" | "factor" | "enroll";
            factors: { id: string; kind: "totp" | "passkey" | "recovery" | "email"; name: string }[];
            csrfToken: string;
            secondFactorAt?: string;
            expiresAt: string;
            idleSeconds: number;
        };
        LoginSession: {
            id: string;
            method: string;
            createdAt: string;
            seenAt: string;
            expiresAt: string;
            source: string;
            userAgent: string;
            current: boolean;
        };
        PasskeyOptions: Record<string, unknown>;
        PasskeyCredential: Record<string, unknown>;
        Factor: {
            id: string;
            kind: "totp" | "passkey" | "recovery" | "email";
            name: string;
            confirmed: boolean;
            createdAt?: string;
            lastUsedAt?: string;
        };
        TotpStart: { id: string; secret: string; uri: string; qrSvg: string };
        User: {
            id: string;
            name: string;
            displayName: string;
            email?: string;
            directory: string;
            state: "active" | "disabled" | "locked";
            lockedUntil?: string;
            roles: string[];
            permissions: string[];
            service: boolean;
            createdAt: string;
            lastLoginAt?: string;
            factorKinds: string[];
            version: number;
        };
        NewUser: {
            name: string;
            displayName?: string;
            email?: string;
            password?: string;
            roles?: string[];
            directory?: string;
        };
        UserMade: components["schemas"]["User"] & { initialPassword?: string };
        UserPatch: { displayName?: string; email?: string; roles?: string[] };
        Role: {
            id: string;
            name: string;
            description: string;
            permissions: string[];
            effectivePermissions: string[];
            parents: string[];
            members: number;
            builtIn: boolean;
            version: number;
        };
        RoleInput: { name: string; description?: string; permissions: string[]; parents: string[] };
        Token: {
            id: string;
            name: string;
            owner: string;
            scopes: string[];
            sources: string[];
            createdAt: string;
            expiresAt?: string;
            lastUsedAt?: string;
        };
        NewToken: { name: string; owner?: string; scopes: string[]; expiresAt?: string; sources: string[] };
        TokenMade: components["schemas"]["Token"] & { secret?: string };
        ServiceAccount: {
            id: string;
            name: string;
            displayName: string;
            roles: string[];
            disabled: boolean;
            createdAt: string;
            version: number;
        };
        Directory: {
            id: string;
            name: string;
            kind: "ldap" | "oidc";
            enabled: boolean;
            settings: Record<string, string>;
            secretSet: boolean;
            groupRoles: Record<string, string>;
            version: number;
        };
        DirectoryInput: {
            name: string;
            kind: "ldap" | "oidc";
            enabled: boolean;
            settings: Record<string, string>;
            groupRoles: Record<string, string>;
        };
        DirectoryTest: { ok: boolean; steps: { name: string; ok: boolean; detail: string }[] };
        Challenge: {
            id: string;
            purpose: string;
            user: string;
            device?: string;
            resource?: string;
            target?: string;
            protocol?: string;
            source?: string;
            place?: string;
            choices: number[];
            number?: number;
            state: "open" | "approved" | "denied" | "expired";
            openedAt: string;
            expiresAt: string;
        };
        Waiting: { id: string; resource: string; target: string; number: number; expiresAt: string };
        Approval: { number: number; totp?: string; passkey?: string };
        PushSubscription: { id: string; label: string; createdAt: string; lastUsedAt?: string };
        NetworkSettings: {
            enabled: boolean;
            interface: string;
            listenPort: number;
            publicAddress?: string;
            endpoint?: string;
            addresses: string[];
            dns?: string;
            mtu: number;
            exposedSubnets: string[];
            networkInterfaces: string[];
            mfa: { inactivitySeconds: number; maximumAgeSeconds?: number; timeoutSeconds: number };
            scan: { threshold: number; windowSeconds: number };
            enrollmentRoles: string[];
            maxOwnDevices: number;
            pendingDevices: boolean;
            version?: number;
        };
        NetworkStatus: {
            running: boolean;
            interface?: string;
            policyVersion: number;
            appliedAt?: string;
            error?: string;
            devices: number;
            flows: number;
        };
        MailTemplate: { subject: string; body: string };
        Device: {
            id: string;
            name: string;
            user: string;
            publicKey: string;
            addresses: string[];
            state: "active" | "pending" | "disabled" | "locked" | "expired";
            lock?: { reason: string; at: string; targets: string[]; comment?: string };
            expiresAt?: string;
            createdAt: string;
            lastHandshakeAt?: string;
            endpoint?: string;
            receivedBytes: number;
            sentBytes: number;
            flows: number;
            version: number;
        };
        NewDevice: {
            user: string;
            name: string;
            publicKey?: string;
            addresses?: string[];
            presharedKey?: boolean;
            sendMail?: boolean;
        };
        NewOwnDevice: { name: string; publicKey?: string; presharedKey?: boolean };
        DeviceMade: { device: components["schemas"]["Device"]; config?: string; qrSvg?: string; mailed?: boolean };
        DevicePatch: { name?: string; addresses?: string[]; expiresAt?: string; neverExpires?: boolean };
        Resource: {
            id: string;
            name: string;
            cidr: string;
            ports: string;
            protocol: "tcp" | "udp" | "both";
            decoy: boolean;
            description?: string;
            requestableBy: string[];
            approvals: number;
            approverRole?: string;
            maxDurationSeconds?: number;
            ticketPattern?: string;
            version: number;
        };
        ResourceInput: {
            name: string;
            cidr: string;
            ports: string;
            protocol: "tcp" | "udp" | "both";
            decoy: boolean;
            description?: string;
            requestableBy: string[];
            approvals: number;
            approverRole?: string;
            maxDurationSeconds?: number;
            ticketPattern?: string;
        };
        ResourceCheck: { canonical: string; hints: string[]; overlaps: string[] };
        ResourceUser: { grant: string; to: string; deny: boolean; mfa: boolean; until?: string };
        ReachableResource: {
            id: string;
            name: string;
            cidr: string;
            ports: string;
            protocol: string;
            description?: string;
            access: "granted" | "later" | "requestable" | "forbidden";
            mfa: boolean;
            until?: string;
            weekly?: string;
            requestable: boolean;
            maxDurationSeconds?: number;
            ticketPattern?: string;
        };
        Grant: {
            id: string;
            resource: string;
            to: string;
            deny: boolean;
            mfa: boolean;
            from?: string;
            until?: string;
            weekly?: string;
            durationSeconds?: number;
            comment?: string;
            over?: boolean;
            createdAt: string;
            createdBy?: string;
            version: number;
        };
        GrantInput: {
            resource: string;
            to: string;
            deny: boolean;
            mfa: boolean;
            from?: string;
            until?: string;
            weekly?: string;
            durationSeconds?: number;
            comment?: string;
        };
        AccessRequest: {
            id: string;
            user: string;
            resource: string;
            reason: string;
            ticket?: string;
            durationSeconds: number;
            approvals: number;
            votes: { user: string; approve: boolean; comment: string; at: string }[];
            state: "open" | "approved" | "denied" | "cancelled" | "expired" | "ended";
            mine: boolean;
            openedAt: string;
            expiresAt: string;
            accessUntil?: string;
            version: number;
        };
        Explanation: { verdict: string; reason?: string; rule?: string; resource?: string; user?: string; lines: string[] };
        Flow: {
            id: string;
            device: string;
            user: string;
            source: string;
            destination: string;
            protocol: string;
            openedBy?: string;
            verdict: string;
            grant?: string;
            resource?: string;
            startedAt: string;
            bytesToTarget: number;
            bytesToDevice: number;
            packetsToTarget: number;
            packetsToDevice: number;
        };
        Secret: {
            id: string;
            name: string;
            kind: string;
            description?: string;
            createdAt: string;
            changedAt: string;
            version: number;
        };
        SecretInput: { name: string; kind: string; value?: string; description?: string };
        AuditRecord: {
            seq: number;
            at: string;
            actor: { name: string; id?: string; via: string; source: string };
            action: string;
            target: string;
            details: string;
            hash: string;
        };
        AuditProof: { seq: number; size: number; root: string; leaf: string; path: string[] };
        AuditCheckpoint: { size: number; root: string; at: string; signature: string };
        AuditVerification: { ok: boolean; records: number; root: string; problems: string[] };
        AuditStreams: {
            syslog?: { host: string; port: number; protocol: "udp" | "tcp" | "tls" };
            file?: { path: string };
        };
        AlertChannel: {
            id: string;
            name: string;
            kind: "email" | "http" | "slack" | "ntfy" | "syslog";
            settings: Record<string, string>;
            secretSettings?: string[];
            events: string[];
            enabled: boolean;
            version: number;
        };
        AlertChannelInput: {
            name: string;
            kind: "email" | "http" | "slack" | "ntfy" | "syslog";
            settings: Record<string, string>;
            events: string[];
            enabled: boolean;
        };
        AlertDelivery: {
            id: string;
            channel: string;
            subject: string;
            state: "queued" | "sent" | "dead";
            attempts: number;
            madeAt: string;
            nextAt?: string;
            endedAt?: string;
            lastError: string;
        };
        MailSettings: {
            host: string;
            port: number;
            security: "none" | "starttls" | "tls";
            user?: string;
            hasPassword?: boolean;
            password?: string;
            from: string;
            version?: number;
        };
        Status: {
            version: string;
            startedAt: string;
            nodes: number;
            health: { name: string; ok: boolean; detail: string }[];
            counts: Record<string, number>;
        };
        Licence: { name: string; version: string; licence: string; text?: string };
    };
}
