import { describe, expect, test } from "vitest";
import { byAddress, decoyOf, lockSentence, portText, summary } from "../src/format/evidence";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();

describe("evidence", () => {
    test("is told address by address, each port once", () => {
        expect(byAddress([
            { destination: "10.0.1.5:443", at: at(1) }, { destination: "[fd00::5]:22", at: at(2) }, { destination: "10.0.1.5:22", at: at(9) },
            { destination: "10.0.1.5:443", at: at(3) }, { destination: "10.0.1.6:0" },
        ])).toEqual([
            { address: "10.0.1.5", ports: [22, 443], last: at(9) },
            { address: "fd00::5", ports: [22], last: at(2) },
            { address: "10.0.1.6", ports: [0], last: undefined },
        ]);
    });

    test("is summed up with the time that it took, where that is known", () => {
        const scan = Array.from({ length: 26 }, (_, index) => ({ destination: `10.0.1.5:${index + 1}`, at: at(index) }));
        expect(summary(scan)).toBe("26 destinations at 1 address in 25 s");
        expect(summary(scan.map(({ destination }) => ({ destination })))).toBe("26 destinations at 1 address");
        expect(summary(scan.slice(0, 1))).toBe("1 destination at 1 address");
        expect(summary([])).toBe("");
    });

    test("shortens ports that follow each other", () => {
        expect(portText([0, 22, 80, 81, 82, 443])).toBe("ping, 22, 80-82, 443");
        expect(portText([0, 1])).toBe("ping, 1");
        expect(portText([])).toBe("");
    });

    test("names the decoy that was touched", () => {
        const decoys = [{ name: "one host", cidr: "10.0.1.66/32" }, { name: "network", cidr: "10.9.0.0/16" }, { name: "six", cidr: "fd00::/64" }];
        expect(decoyOf("10.0.1.66:22", decoys)?.name).toBe("one host");
        expect(decoyOf("10.9.8.7:0", decoys)?.name).toBe("network");
        expect(decoyOf("[fd00::7]:443", decoys)?.name).toBe("six");
        expect(decoyOf("10.0.1.67:22", decoys)).toBeUndefined();
        expect(decoyOf("nonsense", decoys)).toBeUndefined();
    });

    test("has a sentence for a reason that is not known yet", () => {
        const lock = { reason: "new", sentence: "it did something", at: at(0), by: "", targets: [], comment: "" };
        expect(lockSentence(lock)).toBe("Locked: it did something.");
        expect(lockSentence({ ...lock, reason: "decoy" })).toContain("decoy");
    });
});
