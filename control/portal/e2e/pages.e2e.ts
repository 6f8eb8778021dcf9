import { describe, expect, test } from "vitest";
import { overflow, violations } from "./axe";
import { base, browser, logIn, mocked, type Session, tell, visit } from "./browser";

const PAGES = [
    "/", "/approvals", "/me/devices", "/me/setup", "/me/access", "/me/security", "/users", "/roles", "/factors", "/directories", "/tokens", "/tokens?tab=services", "/devices", "/locked",
    "/resources", "/resources/overlaps", "/grants", "/requests", "/explain?subject=ben&target=10.0.1.20:5432", "/explain?subject=ben/thinkpad&target=10.0.1.30:445", "/map", "/map?user=ben", "/network", "/network?tab=subnets", "/network?tab=email",
    "/flows", "/flows?user=nobody&port=443", "/flows?tab=open", "/flows?tab=charts", "/me/flows", "/settings?tab=flows", "/audit", "/audit?tab=checkpoints", "/alerts", "/alerts?tab=deliveries", "/secrets", "/settings", "/settings?tab=mail", "/settings?tab=streams", "/licences", "/device", "/nothing",
];

/** Pages of one thing, and dialogs: reached by what opens them. */
const OPENED: [string, string, string][] = [
    ["/users", "link", "Ben Okafor"],
    ["/devices", "link", "contractor-vm"],
    ["/resources", "link", "Orders database"],
    ["/grants", "link", "dba"],
    ["/grants", "button", "Add grant"],
    ["/resources", "button", "Add resource"],
    ["/resources", "button", "Import"],
    ["/roles", "button", "Add role"],
    ["/factors", "button", "Add rule"],
    ["/alerts", "button", "Add channel"],
    ["/directories", "button", "Connect directory"],
    ["/me/devices", "button", "Add device"],
    ["/devices", "button", "Add device"],
    ["/me/access", "button", "Request"],
    ["/flows", "button", "10.0.1.2:53 udp"],
    ["/", "button", "Search or jump to"],
];

/** Waits until traffic that is told is drawn. */
async function moving({ page }: Session): Promise<void> {
    await expect.poll(async () => {
        await tell("traffic");
        return page.locator("svg.spark, svg.chart").count();
    }).toBeGreaterThan(0);
}

for (const [name, options] of [["light", {}], ["dark", { dark: true }], ["at 360 pixels", { width: 360, height: 740 }]] as const) {
    describe(name, () => {
        test("no page breaks a rule of accessibility, overflows, or complains", { timeout: 240_000 }, async () => {
            await tell("reset");
            const at = await browser(options);
            const found: Record<string, unknown> = {};
            const look = async (what: string): Promise<void> => {
                const wrong = [...(await violations(at)), ...at.complaints.splice(0), ...at.outside.splice(0)];
                const wide = await overflow(at);
                if (wide > 0) {
                    wrong.push(`wider than the screen by ${wide} px`);
                }
                if (wrong.length > 0) {
                    found[what] = wrong;
                }
            };
            await at.page.goto(`${base}/login`);
            await at.page.getByLabel("User name").waitFor();
            await look("/login");
            await logIn(at.page);
            for (const path of PAGES) {
                await visit(at.page, path);
                await look(path);
            }
            if (mocked) {
                await visit(at.page, "/devices");
                await at.page.waitForFunction(() => document.querySelector(".live-dot.off") === null);
                await moving(at);
                await look("/devices with traffic");
                await at.page.getByRole("link", { name: "thinkpad-ben" }).click();
                await at.page.getByText("The last three minutes").waitFor();
                await moving(at);
                await look("a device with traffic");
            }
            if (mocked && !("width" in options)) {
                for (const [path, role, label] of OPENED) {
                    await visit(at.page, path);
                    await at.page.getByRole(role as "link", { name: label }).first().click();
                    if (role === "button") {
                        await at.page.getByRole("dialog").waitFor();
                    } else {
                        await at.page.locator(".crumb").waitFor();
                        await at.page.waitForFunction(() => document.querySelector("main .bone") === null);
                    }
                    await look(`${path} > ${label}`);
                    if (role === "button") {
                        await at.page.keyboard.press("Escape");
                        await at.page.getByRole("dialog").waitFor({ state: "detached" });
                    }
                }
            }
            await at.close();
            expect(found).toEqual({});
        });
    });
}

test("who may little sees little", async () => {
    await tell("reset");
    const at = await browser();
    if (mocked) {
        const { enterPassword, code } = await import("./browser");
        await enterPassword(at.page, "/", "ben");
        await at.page.getByLabel("Code from your authenticator app").fill(code());
        await at.page.getByRole("button", { name: "Continue", exact: true }).click();
        await at.page.locator(".shell").waitFor();
        const links = await at.page.locator(".side .nav a").allInnerTexts();
        expect(links.map((text) => text.split("\n")[0])).toEqual(["Home", "Approvals", "My devices", "Set up WireGuard", "My access", "My flows", "Profile and security", "API tokens", "Requests"]);
        await visit(at.page, "/users");
        await at.page.getByRole("heading", { name: "There is no such page" }).waitFor();
    }
    await at.close();
});
