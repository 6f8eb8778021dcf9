import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { base, browser, code, enterPassword, logIn, mocked, type Session, settled, tell } from "./browser";
import { authenticator } from "./passkey";

let at: Session;

beforeEach(async () => {
    await tell("reset");
    at = await browser();
});

afterEach(async () => {
    expect(at.complaints).toEqual([]);
    expect(at.outside).toEqual([]);
    await at.close();
});

describe("login", () => {
    test("takes name, password and code, and arrives where the person wanted to go", async () => {
        await logIn(at.page, "/me/devices");
        await settled(at.page);
        expect(await at.page.locator("h1").innerText()).toBe("My devices");
        expect(new URL(at.page.url()).pathname).toBe("/me/devices");
    });

    test("says what is wrong, forgets the password and stays", async () => {
        await enterPassword(at.page, "/", "aiko", "not the password");
        await at.page.getByRole("alert").waitFor();
        expect(await at.page.getByLabel("Password").inputValue()).toBe("");
        expect(await at.page.getByLabel("User name").inputValue()).toBe("aiko");
    });

    test("shows a wrong code at its field", async () => {
        await enterPassword(at.page);
        const field = at.page.getByLabel("Code from your authenticator app");
        await field.fill("000000");
        await at.page.getByRole("button", { name: "Continue", exact: true }).click();
        await at.page.locator(".field .error").waitFor();
        expect(await field.getAttribute("aria-invalid")).toBe("true");
    });

    test("works with the keyboard alone", async () => {
        const { page } = at;
        await page.goto(base);
        await page.getByLabel("User name").waitFor();
        await page.keyboard.type("aiko");
        await page.keyboard.press("Tab");
        await page.keyboard.type("correct horse battery");
        await page.keyboard.press("Enter");
        await page.getByLabel("Code from your authenticator app").waitFor();
        await page.keyboard.type(code());
        await page.keyboard.press("Enter");
        await page.locator(".shell").waitFor();
        // The first stop is the way past the menu.
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
        await page.keyboard.press("Enter");
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
        await page.keyboard.press("g");
        await page.keyboard.press("d");
        await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();
        await page.keyboard.press("?");
        await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await page.keyboard.press("c");
        await page.getByRole("dialog", { name: "Add a device" }).waitFor();
    });

    test("goes by a passkey once there is one", async () => {
        const { page } = at;
        await authenticator(page);
        await logIn(page, "/me/security");
        await page.getByRole("button", { name: "Add passkey" }).click();
        await page.getByLabel("Name", { exact: true }).last().fill("Test key");
        await page.getByRole("button", { name: "Create" }).click();
        await page.getByText("The passkey is added.").waitFor();
        await page.getByRole("button", { name: "Aiko Tanaka" }).click();
        await page.getByRole("menuitem", { name: "Log out" }).click();
        await enterPassword(page);
        await page.getByRole("button", { name: "Continue with passkey" }).click();
        await page.locator(".shell").waitFor();
    });

    test("is gone after logging out, also for the back button", async () => {
        const { page } = at;
        await logIn(page, "/users");
        await page.getByRole("button", { name: "Aiko Tanaka" }).click();
        await page.getByRole("menuitem", { name: "Log out" }).click();
        await page.getByLabel("User name").waitFor();
        await page.goBack();
        await page.getByLabel("User name").waitFor();
        expect(await page.locator("table").count()).toBe(0);
    });
});

describe.runIf(mocked)("first run", () => {
    test("leads from the one-time password to the first device", async () => {
        const { page } = at;
        await tell("setup");
        await enterPassword(page, "/", "newadmin");
        await page.getByLabel("Current password").fill("correct horse battery");
        const stages = page.getByRole("list", { name: "Steps of the first run" }).getByRole("listitem");
        const tops = await stages.evaluateAll((items) => items.map((item) => item.getBoundingClientRect().top));
        expect(tops, "the steps stand in one row").toEqual(tops.map(() => tops[0]));
        await page.getByLabel("New password", { exact: true }).fill("short");
        await page.getByLabel("New password again").fill("short");
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByText("fewer than 12 characters").waitFor();
        await page.getByLabel("New password", { exact: true }).fill("four odd words together");
        await page.getByLabel("New password again").fill("four odd words together");
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByRole("button", { name: "Use an authenticator app" }).click();
        await page.getByAltText("QR code for your authenticator app").waitFor();
        await page.getByLabel("Code from the app").fill(code());
        await page.getByRole("button", { name: "Confirm" }).click();
        await page.getByLabel("Public address").fill("vpn.example.org");
        await page.getByLabel("Exposed subnets").fill("10.0.1.0/24, nonsense");
        await page.getByRole("button", { name: "Start the network" }).click();
        await page.getByText("this is no subnet").waitFor();
        await page.getByLabel("Exposed subnets").fill("10.0.1.0/24");
        await page.getByRole("button", { name: "Start the network" }).click();
        await page.getByLabel("Name of the device").fill("Phone");
        await page.getByRole("button", { name: "Add the device" }).click();
        await page.getByAltText("QR code with the configuration of Phone").waitFor();
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByRole("button", { name: "Open the portal" }).click();
        await page.locator(".shell").waitFor();
    });
});
