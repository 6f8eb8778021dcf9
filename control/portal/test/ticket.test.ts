import { describe, expect, test } from "vitest";
import { exampleTicket, fitsTicket } from "../src/format/ticket";

describe("a ticket number", () => {
    test.each([
        ["TK-\\d{6}", "TK-123456", true],
        ["TK-\\d{6}", "TK-12345", false],
        ["TK-\\d{6}", "xTK-123456", false],
        ["TK-\\d{6}", "TK-1234567", false],
        ["A|B", "AB", false],
        ["OPS\\-\\d", "OPS-7", true],
        ["[A\\-Z]+", "A-Z", true],
        ["[A\\-Z]+", "B", false],
        ["", "anything", true],
        ["[A-Z]+-\\d+", "OPS-7", true],
    ])("of the form %s: %s is %s", (pattern, ticket, fits) => {
        expect(fitsTicket(pattern, ticket)).toBe(fits);
    });

    test("is left to the server where a browser can't say", () => {
        expect(fitsTicket("(a+)+b", "a".repeat(60))).toBeUndefined();
        expect(fitsTicket("(", "x")).toBeUndefined();
        expect(fitsTicket("\\p{IsDigit}{3}+", "123")).toBeUndefined();
    });

    test("is never longer than the server takes", () => {
        expect(fitsTicket(".*", "x".repeat(65))).toBe(false);
    });

    test("has an example where the form is simple", () => {
        expect(exampleTicket("TK-\\d{6}")).toBe("TK-123456");
        expect(exampleTicket("OPS\\-[0-9]+")).toBe("OPS-1");
        expect(exampleTicket("[A-Z]{3}\\d+")).toBeUndefined();
        expect(exampleTicket("")).toBeUndefined();
    });
});
