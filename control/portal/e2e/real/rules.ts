import { test } from "vitest";
import { visit } from "../browser";
import { scene } from "./scene";

/** Rules for second factors: nobody locks themselves out, and one that holds is asked for. */
export function ruleFlows(): void {
    test("a rule that locks everybody out is refused, one for a role is saved", async () => {
        const { page } = scene;
        await visit(page, "/factors");
        await page.getByRole("button", { name: "Actions of the rule for Everybody" }).click();
        await page.getByRole("menuitem", { name: "Edit" }).click();
        let dialog = page.getByRole("dialog", { name: "Second factors: Everybody" });
        await dialog.getByLabel("A second factor is required").selectOption("always");
        await dialog.getByText("Code by e-mail", { exact: true }).click();
        await dialog.getByText("Passkey", { exact: true }).click();
        await dialog.getByText("Authenticator app", { exact: true }).click();
        await dialog.getByText("This can’t be saved:").waitFor();
        await dialog.getByRole("button", { name: "Save", exact: true }).click();
        await scene.confirmed(dialog.getByRole("alert").getByText(/could not log in any more/).waitFor());
        await dialog.getByRole("button", { name: "Cancel" }).click();

        await page.getByRole("button", { name: "Add rule" }).click();
        dialog = page.getByRole("dialog", { name: "Add a rule" });
        await dialog.getByLabel("For", { exact: true }).selectOption("role:dba");
        await dialog.getByText("Recovery codes", { exact: true }).click();
        await dialog.getByText(/must set one up at the next login: ben/).waitFor();
        await scene.shoot("factor-rules");
        await dialog.getByRole("button", { name: "Add rule" }).click();
        await scene.confirmed(dialog.waitFor({ state: "detached" }));
        await page.getByRole("row", { name: /Role dba/ }).getByText("always").waitFor();
        scene.clean(scene.at, /^409 PUT \/api\/v1\/factor-policies$/, /^403 PUT \/api\/v1\/factor-policies$/);
    });
}
