import { describe, expect, test } from "vitest";
import { senderOf } from "../src/format/delivery";

const ALERTS = [{ id: "2G7", name: "On-call phone" }, { id: "2G8", name: "SIEM" }];

describe("who sends a message", () => {
    test("an alert channel has the name that somebody gave it", () => {
        expect(senderOf("alert:2G7", ALERTS)).toBe("On-call phone");
        expect(senderOf("alert:2G8", ALERTS)).toBe("SIEM");
    });

    test("one that was deleted has none any more", () => {
        expect(senderOf("alert:2G9", ALERTS)).toBe("a channel that is gone");
        expect(senderOf("alert", ALERTS)).toBe("a channel that is gone");
    });

    test("the other ways are said in words, unknown ones as they are", () => {
        expect(["mail", "push:2H1", "webhook", "pigeon"].map((one) => senderOf(one, ALERTS))).toEqual(["Mail", "Notice in a browser", "Webhook of a user", "pigeon"]);
    });
});
