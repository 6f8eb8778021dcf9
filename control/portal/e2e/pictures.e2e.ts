import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { base, browser, enterPassword, logIn, type Session, tell, visit } from "./browser";

/** The pictures of the documentation: `npm run pictures`. */
const FOLDER = fileURLToPath(new URL("../../../docs/images/", import.meta.url));

async function shoot(at: Session, name: string): Promise<void> {
    await at.page.mouse.move(0, 0);
    await at.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await at.page.screenshot({ path: `${FOLDER}portal-${name}.png` });
    await at.close();
}

describe.runIf(process.env.PICTURES !== undefined)("pictures", () => {
    test("home", async () => {
        await tell("reset");
        const at = await browser();
        await logIn(at.page);
        await visit(at.page, "/");
        await shoot(at, "home");
    });

    test("approval, dark", async () => {
        await tell("reset");
        const at = await browser({ dark: true });
        await logIn(at.page, "/approvals");
        await visit(at.page, "/approvals");
        await at.page.getByText("64", { exact: true }).click();
        await shoot(at, "approval-dark");
    });

    test("approval on a phone", async () => {
        await tell("reset");
        const at = await browser({ width: 390, height: 844, scale: 2 });
        await logIn(at.page, "/approvals");
        await visit(at.page, "/approvals");
        await at.page.getByText("64", { exact: true }).click();
        await shoot(at, "approval-phone");
    });

    test("flows, dark", async () => {
        await tell("reset");
        const at = await browser({ dark: true });
        await logIn(at.page, "/flows");
        await visit(at.page, "/flows");
        await shoot(at, "flows-dark");
    });

    test("grant with its validity", async () => {
        await tell("reset");
        const at = await browser();
        await logIn(at.page, "/grants");
        await visit(at.page, "/grants");
        await at.page.getByRole("button", { name: /of Build farm to user:dmitri/ }).click();
        await at.page.getByRole("menuitem", { name: "Edit" }).click();
        await at.page.getByRole("dialog").waitFor();
        await shoot(at, "grant");
    });

    test("what a grant would do, simulated", async () => {
        await tell("reset");
        const at = await browser({ height: 1000 });
        await logIn(at.page, "/grants?new=1");
        await at.page.getByRole("dialog").waitFor();
        await at.page.getByLabel("Resource").selectOption({ index: 1 });
        await at.page.getByLabel("Role", { exact: true }).selectOption({ index: 1 });
        await at.page.getByRole("button", { name: "Simulate" }).click();
        await at.page.getByRole("region", { name: "What this would do" }).scrollIntoViewIfNeeded();
        await shoot(at, "simulate");
    });

    for (const [name, path] of [["devices", "/devices"], ["resources", "/resources"], ["locked", "/locked"], ["map", "/map?user=ben"], ["explain", "/explain?subject=ben/thinkpad&target=10.0.1.30:445"], ["setup", "/me/setup"], ["charts", "/flows?tab=charts"], ["overlaps", "/resources/overlaps"]] as const) {
        test(name, async () => {
            await tell("reset");
            const at = await browser();
            await logIn(at.page, path);
            await visit(at.page, path);
            if (name === "devices") {
                await at.page.waitForFunction(() => document.querySelector(".live-dot.off") === null);
                await tell("traffic");
                await at.page.locator("svg.spark").first().waitFor();
            }
            await shoot(at, name);
        });
    }

    test("requests on a phone", async () => {
        await tell("reset");
        const at = await browser({ width: 390, height: 844, scale: 2 });
        await logIn(at.page, "/requests");
        await visit(at.page, "/requests");
        await shoot(at, "requests-phone");
    });

    test("palette", async () => {
        await tell("reset");
        const at = await browser();
        await logIn(at.page, "/users");
        await visit(at.page, "/users");
        await at.page.keyboard.press("Control+k");
        await at.page.getByRole("combobox", { name: /Search people/ }).fill("gra");
        await at.page.getByRole("option", { name: /Grace Kim/ }).waitFor();
        await shoot(at, "palette");
    });

    test("first run", async () => {
        await tell("reset");
        await tell("setup");
        const at = await browser();
        await enterPassword(at.page, "/", "newadmin");
        await at.page.getByLabel("Current password").fill("correct horse battery");
        await at.page.getByLabel("New password", { exact: true }).fill("four odd words together");
        await at.page.getByLabel("New password again").fill("four odd words together");
        await at.page.getByRole("button", { name: "Continue" }).click();
        await at.page.getByRole("button", { name: "Use an authenticator app" }).click();
        await at.page.getByLabel("Code from the app").waitFor();
        await shoot(at, "first-run");
        await tell("reset");
    });

    test("login", async () => {
        const at = await browser();
        await at.page.goto(`${base}/login`);
        await at.page.getByLabel("User name").waitFor();
        await shoot(at, "login");
    });
});
