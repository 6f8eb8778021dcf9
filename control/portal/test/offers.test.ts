import { beforeEach, expect, test } from "vitest";
import { forgetOffers, offer, offers, requestPath, withdrawOffer } from "../src/state/offers";
import { toasts } from "../src/state/toasts";

const one = (id: string, destination = "10.0.1.5:22"): Parameters<typeof offer>[0] => ({ id, resource: `Resource ${id}`, destination, at: "2026-01-05T10:00:00Z" });

beforeEach(() => {
    forgetOffers();
    toasts.value = [];
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

test("the form is found by the resource, whatever its identity is made of", () => {
    expect(requestPath("a&b")).toBe("/me/access?request=a%26b");
});
