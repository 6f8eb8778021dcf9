import { describe, expect, test } from "vitest";
import { describe as say, formatWeekly, fromFields, parseWeekly, phase, problems, toFields } from "../src/format/validity";

const FROM = "2026-12-01T08:00:00.000Z";
const UNTIL = "2026-12-02T08:00:00.000Z";

describe("the validity of a grant", () => {
    test.each([
        [{}, "always"],
        [{ from: FROM }, "from"],
        [{ until: UNTIL }, "until"],
        [{ from: FROM, until: UNTIL }, "between"],
        [{ durationSeconds: 3600 }, "duration"],
    ])("of %j is shown as %s and comes back the same", (fields, kind) => {
        const validity = fromFields(fields);
        expect(validity.kind).toBe(kind);
        expect(toFields(validity)).toEqual(fields);
    });

    test("sends only what its kind asks for", () => {
        expect(toFields({ kind: "until", from: FROM, until: UNTIL, durationSeconds: 5 })).toEqual({ until: UNTIL });
        expect(toFields({ kind: "always", from: FROM })).toEqual({});
    });

    test.each([
        [{ kind: "from" as const }, "from"],
        [{ kind: "until" as const }, "until"],
        [{ kind: "between" as const, from: UNTIL, until: FROM }, "until"],
        [{ kind: "between" as const, from: FROM, until: FROM }, "until"],
        [{ kind: "duration" as const }, "durationSeconds"],
        [{ kind: "duration" as const, durationSeconds: 0 }, "durationSeconds"],
        [{ kind: "always" as const, weekly: { days: [], start: "08:00", end: "18:00", zone: "UTC" } }, "weekly"],
        [{ kind: "always" as const, weekly: { days: [1], start: "08:00", end: "08:00", zone: "UTC" } }, "weekly"],
    ])("%j is refused at %s", (validity, field) => {
        expect(Object.keys(problems(validity))).toEqual([field]);
    });

    test("that is complete has nothing wrong", () => {
        expect(problems({ kind: "between", from: FROM, until: UNTIL })).toEqual({});
        expect(problems({ kind: "always" })).toEqual({});
    });

    test("lies before, in or after its time", () => {
        const fields = { from: FROM, until: UNTIL };
        expect(phase(fields, Date.parse(FROM) - 1)).toBe("upcoming");
        expect(phase(fields, Date.parse(FROM))).toBe("active");
        expect(phase(fields, Date.parse(UNTIL))).toBe("over");
        expect(phase({}, 0)).toBe("active");
    });

    test("is one sentence in lists", () => {
        const asIs = (text: string | number): string => String(text);
        expect(say({ kind: "until", until: UNTIL, weeklyText: "Mon 08:00-09:00, Tue 10:00-11:00 UTC" }, asIs, asIs)).toBe(
            `Until ${UNTIL}, Mon 08:00-09:00, Tue 10:00-11:00 UTC`,
        );
        expect(say({ kind: "always", weeklyText: "Mon 08:00-09:00 UTC" }, asIs, asIs)).toBe("Mon 08:00-09:00 UTC");
        expect(say({ kind: "always" }, asIs, asIs)).toBe("Always");
    });
});

describe("hours of the week", () => {
    test.each([
        "Mon-Fri 08:00-18:00 Europe/Berlin",
        "Sat-Sun 10:00-12:00 UTC",
        "Mon-Thu+Sat 22:00-06:00 Europe/Zurich",
        "Tue 00:00-12:00 UTC",
    ])("%s come back the same", (text) => {
        const plan = parseWeekly(text);
        expect(plan && formatWeekly(plan)).toBe(text);
    });

    test("days may run over the end of the week, in any order and case", () => {
        expect(parseWeekly("sat-mon 08:00-09:00 UTC")?.days).toEqual([5, 6, 0]);
    });

    test.each(["", "Mon 08:00-09:00", "Foo 08:00-09:00 UTC", "Mon 8-9 UTC", "Mon 08:00-09:00, Tue 10:00-11:00 UTC"])("%j is left as it is written", (text) => {
        expect(parseWeekly(text)).toBeUndefined();
        expect(toFields(fromFields({ weekly: text }))).toEqual(text === "" ? {} : { weekly: text });
    });
});
