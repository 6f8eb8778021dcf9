import { expect, test } from "vitest";
import { weeks } from "../src/format/windows";

const at = (day: number, hour = 0, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();
const iso = (millis: number): string => new Date(millis).toISOString();

test("two weeks begin today, and now is in the first", () => {
    const [first, second] = weeks([], at(2, 12));
    expect(first?.days.map((day) => day.at)).toEqual([2, 3, 4, 5, 6, 7, 8].map((day) => at(day)));
    expect(second?.days[0]?.at).toBe(at(9));
    expect(first?.now).toBeCloseTo(0.5 / 7);
    expect(second?.now).toBeUndefined();
});

test("a window over the end of a week is drawn in both", () => {
    const [first, second] = weeks([{ from: iso(at(8, 12)), until: iso(at(9, 12)) }], at(2));
    expect(first?.parts).toEqual([{ x: expect.closeTo(6.5 / 7), width: expect.closeTo(0.5 / 7) }]);
    expect(second?.parts).toEqual([{ x: 0, width: expect.closeTo(0.5 / 7) }]);
});

test("what lies outside is not drawn, and what reaches out is cut", () => {
    const long = { from: iso(at(1)), until: iso(at(28)) };
    const past = { from: iso(at(1)), until: iso(at(1, 5)) };
    expect(weeks([long, past], at(2)).map((week) => week.parts)).toEqual([[{ x: 0, width: 1 }], [{ x: 0, width: 1 }]]);
});
