import { afterEach, describe, expect, test } from "vitest";
import { askStepUp, stepUpQuestion } from "../src/state/stepup";
import { may, mayAny, session } from "../src/state/session";
import type { Session } from "../src/api/types";

afterEach(() => {
    session.value = null;
});

describe("what somebody may do", () => {
    test("is nothing before the login, and what the server says after it", () => {
        expect(may("VIEW USERS")).toBe(false);
        session.value = { permissions: ["VIEW USERS"] } as unknown as Session;
        expect(may("VIEW USERS")).toBe(true);
        expect(mayAny("MANAGE USERS", "VIEW USERS")).toBe(true);
        expect(mayAny("MANAGE USERS")).toBe(false);
        expect(mayAny()).toBe(true);
    });
});

describe("the question for the second factor", () => {
    test("is open until it is answered", async () => {
        const asked = askStepUp();
        expect(stepUpQuestion.value).toBeDefined();
        stepUpQuestion.value?.answer(true);
        expect(await asked).toBe(true);
        expect(stepUpQuestion.value).toBeUndefined();
    });
});
