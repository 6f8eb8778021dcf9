import { expect, test } from "vitest";
import { whole } from "../src/api/client";
import type { Listing } from "../src/api/types";

/** A list of numbers as the API pages it. */
function served(amount: number, size: number): (query: { limit: number; cursor?: string }) => Promise<{ data: Listing<number> }> {
    return ({ limit, cursor }) => {
        const from = Number(cursor ?? 0);
        const to = Math.min(amount, from + Math.min(limit, size));
        const items = Array.from({ length: to - from }, (_, index) => from + index);
        return Promise.resolve({ data: { items, total: amount, ...(to < amount && { next: String(to) }) } });
    };
}

test.each([[0, 500], [3, 500], [500, 500], [501, 500], [1_234, 100]])("all %i items of pages of %i are there, in order", async (amount, size) => {
    const all = await whole(served(amount, size));
    expect(all.items).toEqual(Array.from({ length: amount }, (_, index) => index));
    expect(all.total).toBe(amount);
});

test("a list that is too long fails rather than leave something out", async () => {
    await expect(whole(served(10_001, 500))).rejects.toThrow("too long");
});

test("a page that fails fails all of it", async () => {
    const broken = (query: { limit: number; cursor?: string }) => (query.cursor === "2" ? Promise.reject(new Error("gone")) : served(9, 2)(query));
    await expect(whole(broken)).rejects.toThrow("gone");
});
