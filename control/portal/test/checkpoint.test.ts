import { describe, expect, test } from "vitest";
import { MockLog } from "../mock/log";
import { compare, isConsistent, readKey, readNote, signatureOf, tidyNote } from "../src/format/checkpoint";

/** Roots and proofs of the test vectors of Certificate Transparency's reference implementation. */
const ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const REFERENCE: [number, number, string[]][] = [
    [1, 1, []],
    [1, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]],
    [6, 8, [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]],
    [2, 5, [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]],
];

const tree = (size: number): { size: number; root: string } => ({ size, root: ROOTS[size - 1] ?? "" });

describe("consistency", () => {
    test.each(REFERENCE)("the reference's proof from %d to %d holds, and no changed one", async (first, second, path) => {
        expect(await isConsistent(tree(first), tree(second), path)).toBe(true);
        for (let i = 0; i < path.length; i++) {
            const changed = path.with(i, "00".repeat(32));
            expect(await isConsistent(tree(first), tree(second), changed)).toBe(false);
        }
        expect(await isConsistent(tree(first), tree(second), [...path, "00".repeat(32)])).toBe(false);
        expect(await isConsistent({ size: first, root: "00".repeat(32) }, tree(second), path)).toBe(false);
    });

    test("every size of a log is proven in every later one, and in no log that was changed", async () => {
        const log = new MockLog(33);
        const other = new MockLog(33);
        other.tamper(0);
        for (let second = 1; second <= 33; second++) {
            for (let first = 1; first <= second; first++) {
                const older = { size: first, root: log.root(first).toString("hex") };
                const newer = { size: second, root: log.root(second).toString("hex") };
                expect(await isConsistent(older, newer, log.consistency(first, second)), `${first} in ${second}`).toBe(true);
                const forged = { size: second, root: other.root(second).toString("hex") };
                expect(await isConsistent(older, forged, other.consistency(first, second)), `${first} in ${second}, changed`).toBe(false);
            }
        }
    });
});

describe("signed notes", () => {
    const log = new MockLog(7);

    test("a note is read and its signature is right", async () => {
        const note = log.note(7, 1_764_504_000_123);
        expect(readNote(note)).toEqual({ origin: "sekisho.audit", size: 7, root: log.root(7).toString("hex"), at: "2025-11-30T12:00:00.123Z" });
        expect(await signatureOf(note, await readKey(log.key))).toBe("right");
    });

    test("no letter of what is signed can be changed", async () => {
        const note = log.note();
        const key = await readKey(log.key);
        const end = note.indexOf("\n\n");
        for (let i = 0; i < end; i++) {
            const changed = note.slice(0, i) + (note[i] === "A" ? "B" : "A") + note.slice(i + 1);
            expect(await signatureOf(changed, key), `letter ${i}`).toBe("wrong");
        }
    });

    test("the key of another log has not signed it", async () => {
        expect(await signatureOf(log.note(), await readKey(new MockLog(1).key))).toBe("wrong");
    });

    test("the example key of Go's package note is read; a mistyped one is not", async () => {
        const text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        expect((await readKey(text)).name).toBe("PeterNeumann");
        await expect(readKey(text.replace("MQeg", "MQeh"))).rejects.toThrow(/mistyped/);
        await expect(readKey("what is this")).rejects.toThrow(/no key/);
    });

    test.each([
        ["as it was copied", (note: string) => note],
        ["without its last line end", (note: string) => note.trimEnd()],
        ["with line ends of Windows", (note: string) => note.replace(/\n/g, "\r\n")],
        ["as a line of an export", (note: string) => JSON.stringify({ checkpoint: note })],
    ])("a note counts %s", async (_, change) => {
        const note = log.note();
        expect(tidyNote(change(note))).toBe(note);
    });

    test.each(["", "hello", "sekisho.audit\n12\n", '{"seq":1}', "{", "sekisho.audit\nmany\nAAAA\ntimestamp 1\n\n\u2014 sekisho.audit AAAA\n"])("%j is no checkpoint", (text) => {
        expect(() => readNote(tidyNote(text))).toThrow(/no signed checkpoint/);
    });
});

describe("an older checkpoint against today's log", () => {
    const proofs = (log: MockLog) => (first: number, second: number) => Promise.resolve(log.consistency(first, second));

    test("is contained while the log only grows", async () => {
        const log = new MockLog(20);
        const older = log.note();
        log.grow(13);
        expect(await compare(older, log.note(), log.key, proofs(log))).toMatchObject({ kind: "contained", signature: "right" });
        expect(await compare(log.note(), log.note(), log.key, proofs(log))).toMatchObject({ kind: "contained" });
    });

    test("is not when one record of it was changed, whatever proof the server gives", async () => {
        const log = new MockLog(20);
        const older = log.note();
        log.grow(13);
        log.tamper(4);
        expect(await compare(older, log.note(), log.key, proofs(log))).toMatchObject({ kind: "different" });
        expect(await compare(older, log.note(), log.key, () => Promise.resolve([]))).toMatchObject({ kind: "different" });
        expect(await compare(log.note(20), log.note(), log.key, proofs(log))).toMatchObject({ kind: "contained" });
    });

    test("of the same size is not when the log was changed", async () => {
        const log = new MockLog(20);
        const older = log.note();
        log.tamper(19);
        expect(await compare(older, log.note(), log.key, proofs(log))).toMatchObject({ kind: "different" });
    });

    test("counts further than a log whose end is missing", async () => {
        const log = new MockLog(20);
        const older = log.note();
        log.cut(19);
        expect(await compare(older, log.note(), log.key, proofs(log))).toMatchObject({ kind: "shorter" });
    });

    test("of another log is told apart, and so is a log with another key than the one that was kept", async () => {
        const log = new MockLog(20);
        const other = new MockLog(20);
        expect(await compare(other.note(), log.note(), log.key, proofs(log))).toMatchObject({ kind: "foreign" });
        expect(await compare(log.note(), other.note(), log.key, proofs(log))).toMatchObject({ kind: "unsigned" });
    });
});
