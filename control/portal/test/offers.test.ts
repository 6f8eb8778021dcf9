import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/api/problem";
import type { Session } from "../src/api/types";
import { forgetOffers, offer, type Offer, offers, recallOffers, requestPath, withdrawOffer } from "../src/state/offers";
import { session } from "../src/state/session";
import { toasts } from "../src/state/toasts";

const one = (id: string, destination = "10.0.1.5:22", minute = "00"): Offer => ({ id, resource: `Resource ${id}`, destination, at: `2026-01-05T10:${minute}:00Z` });
const answers = (...found: Offer[]) => recallOffers(() => Promise.resolve(found));
const ids = (): string[] => offers.value.map(({ id }) => id);

function is(user: string): void {
    session.value = { user: { id: user } } as unknown as Session;
}

let store: Map<string, string>;

beforeEach(() => {
    store = new Map();
    vi.stubGlobal("localStorage", {
        getItem: (name: string) => store.get(name) ?? null,
        setItem: (name: string, text: string) => store.set(name, text),
    });
    vi.useFakeTimers({ now: Date.parse("2026-01-05T10:30:00Z"), toFake: ["Date"] });
    is("ben");
    forgetOffers();
    toasts.value = [];
});

afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    session.value = null;
});

test("what is denied again is listed once and told once", () => {
    offer(one("1"));
    offer(one("2"));
    offer(one("1", "10.0.1.6:22"));
    expect(offers.value.map(({ id, destination }) => `${id} ${destination}`)).toEqual(["1 10.0.1.6:22", "2 10.0.1.5:22"]);
    expect(toasts.value).toHaveLength(2);
});

test("the list does not grow for ever", () => {
    for (let id = 0; id < 20; id++) {
        offer(one(String(id)));
    }
    expect(offers.value).toHaveLength(5);
    expect(offers.value[0]?.id).toBe("19");
});

test("what was asked for or waved away is gone", () => {
    offer(one("1"));
    withdrawOffer("1");
    expect(offers.value).toEqual([]);
});

test("what was offered before the page was open is shown as what is offered now", async () => {
    await answers(one("1"));
    expect(ids()).toEqual(["1"]);
    expect(toasts.value.map(({ text }) => text)).toEqual(["10.0.1.5:22 was denied to your device. You may ask for Resource 1."]);
});

test("several that were offered before are told as one, newest first", async () => {
    await answers(one("3", "10.0.1.7:22", "09"), one("2", "10.0.1.6:22", "05"), one("1"));
    expect(ids()).toEqual(["3", "2", "1"]);
    expect(toasts.value.map(({ text }) => text)).toEqual(["3 resources were denied to your devices. You may ask for them."]);
});

test("what a page has heard live and reads again is there once, and told once", async () => {
    offer(one("1"));
    offer(one("2", "10.0.1.6:22", "05"));
    await answers(one("2", "10.0.1.6:22", "05"), one("1"));
    offer(one("1"));
    expect(ids()).toEqual(["2", "1"]);
    expect(toasts.value).toHaveLength(2);
});

test("the newer of what is told and what is read stays, also when it came first", async () => {
    offer(one("1", "10.0.1.9:22", "09"));
    await answers(one("1", "10.0.1.5:22", "05"), one("2", "10.0.1.6:22", "01"));
    expect(offers.value.map(({ id, destination }) => `${id} ${destination}`)).toEqual(["1 10.0.1.9:22", "2 10.0.1.6:22"]);
});

test("what was waved away stays away, until it is denied again", async () => {
    offer(one("1"));
    withdrawOffer("1");
    forgetOffers();
    toasts.value = [];
    await answers(one("1"));
    offer(one("1"));
    expect(offers.value).toEqual([]);
    expect(toasts.value).toEqual([]);
    await answers(one("1", "10.0.1.5:22", "12"));
    expect(ids()).toEqual(["1"]);
});

test("what was waved away takes no place of the five that are shown", async () => {
    const found = Array.from({ length: 10 }, (_, index) => one(String(index), "10.0.1.5:22", String(20 - index)));
    for (const gone of found.slice(0, 4)) {
        offer(gone);
        withdrawOffer(gone.id);
    }
    await answers(...found);
    expect(ids()).toEqual(["4", "5", "6", "7", "8"]);
});

test("a browser that keeps nothing takes away what was waved away all the same", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.stubGlobal("localStorage", {
        getItem: () => null,
        setItem: () => {
            throw new DOMException("full", "QuotaExceededError");
        },
    });
    offer(one("1"));
    withdrawOffer("1");
    expect(offers.value).toEqual([]);
    expect(warned).toHaveBeenCalledTimes(1);
});

test("what one person waved away is still offered to another one in the same browser", async () => {
    offer(one("1"));
    withdrawOffer("1");
    forgetOffers();
    is("aiko");
    await answers(one("1"));
    expect(ids()).toEqual(["1"]);
});

test("what was waved away long ago is not kept for ever", () => {
    for (let id = 0; id < 3; id++) {
        offer(one(String(id), "10.0.1.5:22", String(10 + 10 * id)));
        vi.setSystemTime(Date.parse("2026-01-05T10:30:00Z") + id * 3_000_000);
        withdrawOffer(String(id));
    }
    expect(Object.keys(JSON.parse([...store.values()][0] ?? "{}") as object)).toEqual(["ben 2"]);
});

test.each(["{", "null", "[1]", '{"ben 1":"yes"}'])("what this browser kept that can't be read hides nothing: %s", async (text) => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    offer(one("2"));
    withdrawOffer("2");
    store.set([...store.keys()][0] ?? "", text);
    await answers(one("1"));
    expect(ids()).toEqual(["1"]);
});

test("what is read for somebody who has logged out meanwhile is shown to nobody", async () => {
    await recallOffers(() => {
        is("aiko");
        return Promise.resolve([one("1")]);
    });
    expect(offers.value).toEqual([]);
});

test("a server that does not answer takes nothing away", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    offer(one("1"));
    await recallOffers(() => Promise.reject(new ApiError(503, "unavailable", "not now")));
    expect(ids()).toEqual(["1"]);
    expect(warned).toHaveBeenCalledTimes(1);
    await expect(recallOffers(() => Promise.reject(new TypeError("a bug")))).rejects.toThrow("a bug");
});

test("the form is found by the resource, whatever its identity is made of", () => {
    expect(requestPath("a&b")).toBe("/me/access?request=a%26b");
});
