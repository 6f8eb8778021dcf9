import { describe, expect, test } from "vitest";
import { PLATFORMS, platformOf, platformsFrom } from "../src/format/platform";

describe("the system at hand", () => {
    test.each([
        ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36", 0, "windows"],
        ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18 Safari/605.1.15", 0, "macos"],
        ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18 Safari/605.1.15", 5, "ios"],
        ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", 5, "ios"],
        ["Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140 Mobile", 5, "android"],
        ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", 0, "linux"],
        ["", 0, "linux"],
    ])("%s", (agent, touch, platform) => {
        expect(platformOf(agent, touch)).toBe(platform);
    });

    test("comes first, and none is missing", () => {
        const order = platformsFrom("android");
        expect(order[0]?.key).toBe("android");
        expect(order.map((one) => one.key).sort()).toEqual(PLATFORMS.map((one) => one.key).sort());
    });
});
