import { describe, expect, test } from "vitest";
import { flowRecord } from "../mock/data";
import { endOf, explainPath, filtersOf, fits, queryText, since } from "../src/format/flowquery";
import { heard, total } from "../src/state/traffic";
import { path, rowsOf } from "../src/ui/chart";

const NOW = Date.parse("2026-11-30T12:00:30.500Z");
const flow = { ...flowRecord(0, NOW), user: "ben", device: "ben/laptop", destination: "10.0.1.20:5432", protocol: "tcp", verdict: "allowed", bytesToTarget: 10, bytesToDevice: 90 };

describe("filters of flows", () => {
    test("stand in the address, without what is empty; own moments count before a span", () => {
        const query = new URLSearchParams("user=ben&port=&verdict=denied&range=1h&tab=charts&flow=3");
        expect(filtersOf(query, NOW)).toEqual({ user: "ben", verdict: "denied", from: "2026-11-30T11:00:00.000Z" });
        query.set("from", "2026-11-01T00:00:00Z");
        expect(filtersOf(query, NOW).from).toBe("2026-11-01T00:00:00Z");
        expect(queryText({ destination: "10.0.1.0/24" }, { format: "csv" })).toBe("destination=10.0.1.0%2F24&format=csv");
    });

    test("a span is the same for a whole minute", () => {
        expect(since("24h", NOW)).toBe(since("24h", NOW + 29_000));
        expect(since("24h", NOW)).not.toBe(since("24h", NOW + 30_000));
        expect(since("", NOW)).toBeUndefined();
    });

    test.each([
        [{}, true], [{ user: "ben" }, true], [{ user: "be" }, false], [{ device: "ben/laptop" }, true], [{ destination: "10.0.1.20" }, true],
        [{ destination: "10.0.1.0/24" }, true], [{ destination: "10.0.0.0/8" }, true], [{ destination: "10.0.2.0/24" }, false], [{ destination: "fd00::/8" }, false],
        [{ destination: "10.0.1." }, false], [{ port: "5432" }, true], [{ port: "543" }, false], [{ protocol: "udp" }, false], [{ verdict: "allowed" }, true],
        [{ minBytes: "100" }, true], [{ minBytes: "101" }, false], [{ to: "2026-11-30T12:00:30.500Z" }, false], [{ user: "ben", verdict: "denied" }, false],
    ])("%j fits: %s", (filters, expected) => {
        expect(fits(flow, filters)).toBe(expected);
    });

    test("ends of both families come apart", () => {
        expect(endOf("10.0.1.5:443")).toEqual({ address: "10.0.1.5", port: "443" });
        expect(endOf("[fd00::5]:0")).toEqual({ address: "fd00::5", port: "0" });
        expect(fits({ ...flow, destination: "[fd00::5]:443" }, { destination: "fd00::/64" })).toBe(true);
        expect(explainPath({ device: "ben/laptop", destination: "[fd00::5]:0", protocol: "icmp6" })).toBe("/explain?subject=ben%2Flaptop&target=%5Bfd00%3A%3A5%5D%3A0&protocol=icmp");
    });
});

describe("charts", () => {
    test("a line goes from edge to edge and stays within", () => {
        expect(path([0, 10], 10)).toBe("0.0,120.0 L600.0,6.0");
        expect(path([5], 10)).toBe("0.0,63.0");
    });

    test("a table has few rows, the newest first, and loses nothing", () => {
        const times = Array.from({ length: 100 }, (_, index) => new Date(index * 60_000).toISOString());
        const rows = rowsOf(times, [{ name: "Opened", kind: "area", tone: "accent", values: times.map(() => 1), show: String }]);
        expect(rows.length).toBeLessThanOrEqual(24);
        expect(rows[rows.length - 1]?.time).toBe(times[0]);
        expect(rows.reduce((sum, row) => sum + (row.values[0] ?? 0), 0)).toBe(100);
    });
});

describe("the load of nodes", () => {
    const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();
    const word = (node: string, seconds: number, rate: number) => ({ at: at(seconds), node, receivedPerSecond: rate, sentPerSecond: 1, flows: 2, devicesOnline: 3 });

    test("adds up what they last said, without those that went silent", () => {
        const nodes = [word("a", 0, 5), word("b", 1, 7), word("a", 5, 6)].reduce<Parameters<typeof heard>[0]>(heard, []);
        expect(total(nodes)).toEqual({ receivedPerSecond: 13, sentPerSecond: 2, flows: 4, devicesOnline: 6 });
        expect(heard(nodes, word("a", 60, 4))).toHaveLength(1);
    });
});
