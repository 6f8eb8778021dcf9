import { beforeEach, describe, expect, test } from "vitest";
import { amend, entryOf, forgetAll, hold, invalidate, optimistic, peek, watch } from "../src/state/queries";

beforeEach(forgetAll);

/** A load that is answered by hand. */
function held<T>() {
    const waiting: { resolve(value: T): void; reject(error: unknown): void }[] = [];
    return { load: () => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject })), waiting };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("queries", () => {
    test("show what is known, then what the server says", async () => {
        const { load, waiting } = held<number>();
        watch("n", load);
        expect(peek("n")).toMatchObject({ data: undefined, loading: true });
        waiting[0]?.resolve(1);
        await settle();
        expect(peek("n")).toMatchObject({ data: 1, loading: false });
        const again = invalidate("n");
        expect(peek("n")).toMatchObject({ data: 1, loading: true });
        waiting[1]?.resolve(2);
        await again;
        expect(peek("n")?.data).toBe(2);
    });

    test("believe the newest answer, not the last to arrive", async () => {
        const { load, waiting } = held<number>();
        watch("n", load);
        void invalidate("n");
        waiting[1]?.resolve(2);
        await settle();
        waiting[0]?.resolve(1);
        await settle();
        expect(peek("n")?.data).toBe(2);
    });

    test("show what an event carries at once, and what the server says after it", async () => {
        const { load, waiting } = held<number[]>();
        amend<number[]>("n", (known) => [1, ...known]);
        expect(peek("n")).toBeUndefined();
        watch("n", load);
        amend<number[]>("n", (known) => [1, ...known]);
        expect(peek("n")?.data).toBeUndefined();
        waiting[0]?.resolve([2]);
        await settle();
        amend<number[]>("n", (known) => [1, ...known]);
        const asked = invalidate("n");
        expect(peek("n")?.data).toEqual([1, 2]);
        waiting[1]?.resolve([3]);
        await asked;
        expect(peek("n")?.data).toEqual([3]);
    });

    test("keep what they had when the server fails", async () => {
        const { load, waiting } = held<number>();
        watch("n", load);
        waiting[0]?.resolve(1);
        await settle();
        const again = invalidate("n");
        waiting[1]?.reject(new Error("gone"));
        await again;
        expect(peek("n")).toMatchObject({ data: 1, error: new Error("gone") });
    });

    test("are asked again by what their key begins with, and no others", async () => {
        const asked: string[] = [];
        for (const key of ["users", "users/7", "users?q", "usersettings"]) {
            watch(key, () => Promise.resolve(asked.push(key)));
        }
        await settle();
        asked.length = 0;
        await invalidate("users");
        expect(asked).toEqual(["users", "users/7", "users?q"]);
    });

    test("that nobody watches are forgotten instead", async () => {
        const leave = watch("n", () => Promise.resolve(1));
        await settle();
        leave();
        await invalidate("n");
        expect(peek("n")?.data).toBeUndefined();
    });

    test("that are drawn and not yet held outlast an event in between", async () => {
        const { load, waiting } = held<number>();
        const drawn = entryOf("n", load);
        await invalidate("n");
        hold(drawn);
        waiting[0]?.resolve(1);
        await settle();
        expect(drawn.state.value.data).toBe(1);
        void invalidate("n");
        waiting[1]?.resolve(2);
        await settle();
        expect(drawn.state.value.data).toBe(2);
    });

    test("that are drawn again are not the first to be forgotten", async () => {
        const load = (): Promise<number> => Promise.resolve(1);
        watch("n", load)();
        await settle();
        for (let other = 1; other < 60; other++) {
            entryOf(`other/${other}`, load);
        }
        entryOf("n", load);
        entryOf("one too many", load);
        expect(peek("n")?.data).toBe(1);
        expect(peek("other/1")).toBeUndefined();
    });

    test("of one person are not shown to the next, also when they arrive later", async () => {
        const { load, waiting } = held<number>();
        const drawn = entryOf("n", load);
        hold(drawn);
        forgetAll();
        waiting[0]?.resolve(1);
        await settle();
        expect(drawn.state.value.data).toBeUndefined();
        expect(peek("n")).toBeUndefined();
    });
});

describe("an optimistic change", () => {
    test("is seen at once and stays when the server agrees", async () => {
        let stored = 1;
        watch("n", () => Promise.resolve(stored));
        await settle();
        const done = optimistic<number>("n", () => 2, () => Promise.resolve((stored = 2)));
        expect(peek("n")?.data).toBe(2);
        await done;
        expect(peek("n")?.data).toBe(2);
    });

    test("is taken back when the server refuses, and the error is told", async () => {
        watch("n", () => Promise.resolve(1));
        await settle();
        const done = optimistic<number>("n", () => 2, () => Promise.reject(new Error("no")));
        expect(peek("n")?.data).toBe(2);
        await expect(done).rejects.toThrow("no");
        expect(peek("n")?.data).toBe(1);
    });
});
