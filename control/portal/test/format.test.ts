import { describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../src/api/passkey";
import { rank, score } from "../src/app/rank";
import { browserName, bytes, initials, list, placed } from "../src/format/text";
import { ago, fromLocalInput, remaining, span, toLocalInput } from "../src/format/time";
import { deviceConfig } from "../src/pages/deviceconfig";
import { tidyCode } from "../src/pages/tidycode";
import { match, safeReturn } from "../src/state/router";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

test("an address has its place in brackets, if there is one", () => {
    expect(placed("198.51.100.24", "Vienna, Austria")).toBe("198.51.100.24 (Vienna, Austria)");
    expect(placed("198.51.100.24", undefined)).toBe("198.51.100.24");
    expect(placed("", undefined)).toBeUndefined();
    expect(placed(undefined, "Vienna")).toBeUndefined();
});

describe("formats", () => {
    test.each([[0, "0 B"], [999, "999 B"], [1_000, "1.00 kB"], [12_345, "12.3 kB"], [999_600, "1.00 MB"], [5e18, "5000 PB"]])("%d bytes are %s", (count, text) => {
        expect(bytes(count)).toBe(text);
    });

    test.each([[0, "0 s"], [59, "59 s"], [60, "1 min"], [3_661, "1 h 1 min"], [90_000, "1 d 1 h"], [86_400, "1 d"], [-5, "0 s"]])("%d seconds are %s", (seconds, text) => {
        expect(span(seconds)).toBe(text);
    });

    test.each([[125, "2:05"], [0.2, "0:01"], [-9, "0:00"], [3_725, "1:02:05"], [100_000, "1 d 3 h"]])("%d seconds are left as %s", (seconds, text) => {
        expect(remaining(at(seconds), NOW)).toBe(text);
    });

    test.each([[-3, "just now"], [-45, "45 seconds ago"], [-119, "1 minute ago"], [7_300, "in 2 hours"], [-86_400, "yesterday"]])("%d seconds from now is %s", (seconds, text) => {
        expect(ago(at(seconds), NOW)).toBe(text);
    });

    test("a local time goes to a field and back", () => {
        expect(fromLocalInput(toLocalInput("2026-12-01T10:30:00.000Z"))).toBe("2026-12-01T10:30:00.000Z");
        expect(fromLocalInput("")).toBeUndefined();
        expect(fromLocalInput("nonsense")).toBeUndefined();
    });

    test.each([["Aiko Tanaka", "AT"], ["aiko", "A"], ["", "?"], ["Ünal-Özgür", "ÜÖ"], ["😀 x", "😀X"]])("initials of %j are %s", (name, text) => {
        expect(initials(name)).toBe(text);
    });

    test("a list may have commas, blanks and lines", () => {
        expect(list(" 10.0.0.0/8,, 10.1.0.0/16;\nfd00::/8 ")).toEqual(["10.0.0.0/8", "10.1.0.0/16", "fd00::/8"]);
    });

    test("a browser is known by its name", () => {
        expect(browserName("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0")).toBe("Edge on Windows");
        expect(browserName("curl/8.9")).toBe("Unknown client");
    });
});

describe("base 64 for passkeys", () => {
    test.each([0, 1, 2, 3, 255])("%d bytes come back the same", (length) => {
        const given = Uint8Array.from({ length }, (_, index) => (index * 37) & 255);
        expect(fromBase64Url(toBase64Url(given))).toEqual(given);
        expect(toBase64Url(given)).not.toMatch(/[+/=]/);
    });
});

describe("the router", () => {
    test.each([
        ["/users", "/users", {}],
        ["/users/:id", "/users/42", { id: "42" }],
        ["/users/:id", "/users/a%20b/", { id: "a b" }],
        ["/users/:id", "/users/%E0%A4%A", { id: "%E0%A4%A" }],
        ["/users/:id", "/users/", undefined],
        ["/users", "/users/42", undefined],
        ["/", "/", {}],
    ])("%s meets %s", (pattern, path, params) => {
        expect(match(pattern, path)).toEqual(params);
    });

    test.each([["/me/devices", "/me/devices"], ["//evil.example", "/"], ["/\\evil.example", "/"], ["https://evil.example", "/"], ["javascript:alert(1)", "/"], ["/login?to=/", "/"], [null, "/"]])(
        "after login %j leads to %s",
        (to, where) => {
            expect(safeReturn(to)).toBe(where);
        },
    );
});

describe("the palette", () => {
    test("prefers beginnings, then words, then parts, then letters in order", () => {
        expect(score("Audit log", "au")).toBeGreaterThan(score("The audit", "au"));
        expect(score("The audit", "au")).toBeGreaterThan(score("Default", "au"));
        expect(score("Default", "au")).toBeGreaterThan(score("Add a user", "au"));
        expect(score("Add a user", "zz")).toBe(0);
    });

    test("keeps groups together, best group first", () => {
        const all = [{ group: "a", name: "Grants" }, { group: "b", name: "Go" }, { group: "a", name: "Users" }];
        expect(rank(all, "go", (one) => one.name).map((one) => one.name)).toEqual(["Go"]);
        expect(rank(all, "", (one) => one.name).map((one) => one.name)).toEqual(["Grants", "Users", "Go"]);
    });
});

describe("the preview of a device's configuration", () => {
    const settings = {
        enabled: true, interface: "sekisho0", listenPort: 51871, publicAddress: "vpn.example.org", addresses: ["10.90.0.1/24"], mtu: 1380, exposedSubnets: ["10.0.1.0/24"],
        networkInterfaces: [], mfa: { inactivitySeconds: 900, timeoutSeconds: 180 }, scan: { threshold: 25, windowSeconds: 600 }, enrollmentRoles: [], maxOwnDevices: 5, pendingDevices: false,
    };

    test("has endpoint, MTU and the subnets, and DNS only when there is one", () => {
        const text = deviceConfig(settings);
        expect(text).toContain("Endpoint = vpn.example.org:51871");
        expect(text).toContain("MTU = 1380");
        expect(text).toContain("AllowedIPs = 10.0.1.0/24, 10.90.0.0/24");
        expect(text).not.toContain("DNS");
        expect(deviceConfig({ ...settings, dns: "10.0.1.2" })).toContain("DNS = 10.0.1.2");
    });

    test("puts IPv6 endpoints in brackets", () => {
        expect(deviceConfig({ ...settings, publicAddress: "2001:db8::1" })).toContain("Endpoint = [2001:db8::1]:51871");
        expect(deviceConfig({ ...settings, addresses: ["fd00::1/64"] })).toContain("AllowedIPs = 10.0.1.0/24, fd00::/64");
    });

    test.each([
        [["10.0.0.0/8", "10.0.1.0/24"], ["10.90.0.1/24"], "10.0.0.0/8"],
        [["0.0.0.0/0"], ["10.90.0.1/24", "fd00:90::1/64"], "0.0.0.0/0, fd00:90::/64"],
        [["10.0.1.77/24", "10.0.1.0/24"], ["10.90.0.1/30"], "10.0.1.0/24, 10.90.0.0/30"],
        [["2001:db8:0:1::/64", "10.0.1"], ["10.90.0.1/24"], "2001:db8:0:1::/64, 10.90.0.0/24"],
    ])("subnets %j and addresses %j give what the server writes", (exposedSubnets, addresses, allowed) => {
        expect(deviceConfig({ ...settings, exposedSubnets, addresses })).toContain(`AllowedIPs = ${allowed}\n`);
    });
});

describe("the code of a command line", () => {
    test.each([["wxyz 2345", "WXYZ-2345"], ["WXYZ-2345-more", "WXYZ-2345"], ["w<x>", "WX"], ["", ""]])("%j is tidied to %j", (typed, code) => {
        expect(tidyCode(typed)).toBe(code);
    });
});
