import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { browser, logIn, mocked, type Session, tell, visit } from "./browser";

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

describe.runIf(mocked)("rules for second factors", () => {
    test("a rule for a role says whom it concerns before it is saved", async () => {
        const { page } = at;
        await logIn(page, "/factors");
        await page.getByRole("button", { name: "Add rule" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("For", { exact: true }).selectOption("role:staff");
        await dialog.getByText("Authenticator app", { exact: true }).click();
        await dialog.getByText("Recovery codes", { exact: true }).click();
        await dialog.getByText(/2 people must set one up at the next login: ben, newadmin/).waitFor();
        await dialog.getByRole("button", { name: "Add rule" }).click();
        await dialog.waitFor({ state: "detached" });
        const row = page.getByRole("row", { name: /Role staff/ });
        await row.getByText("always").waitFor();
        expect(await row.getByText("Passkey").count()).toBe(1);
        expect(await row.getByText("Authenticator app").count()).toBe(0);
    });

    test("a rule that would lock its author out is refused, and says how to go on", async () => {
        const { page } = at;
        await logIn(page, "/factors");
        await tell("addressless");
        await page.getByRole("button", { name: "Actions of the rule for Everybody" }).click();
        await page.getByRole("menuitem", { name: "Edit" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByText("Passkey", { exact: true }).click();
        await dialog.getByText("Authenticator app", { exact: true }).click();
        await dialog.getByRole("button", { name: "Save", exact: true }).click();
        await dialog.getByText("Choose one at least; recovery codes alone will not do.").waitFor();
        await dialog.getByText("Code by e-mail", { exact: true }).click();
        await dialog.getByText("This can’t be saved:").waitFor();
        await dialog.getByRole("button", { name: "Save", exact: true }).click();
        await dialog.getByRole("alert").getByText(/With these rules you could not log in any more/).waitFor();
    });

    test("rules that somebody else changed meanwhile are not written over unasked", async () => {
        const { page } = at;
        await logIn(page, "/factors");
        await page.getByRole("button", { name: "Actions of the rule for Role dba" }).click();
        await page.getByRole("menuitem", { name: "Edit" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("A second factor is required").selectOption("privileged");
        await tell("policies");
        await dialog.getByRole("button", { name: "Save", exact: true }).click();
        await dialog.getByText("Somebody else changed this").waitFor();
        await dialog.getByRole("button", { name: "Save mine over it" }).click();
        await dialog.waitFor({ state: "detached" });
        await page.getByRole("row", { name: /Role dba/ }).getByText("from those who manage").waitFor();
    });
});

describe.runIf(mocked)("checkpoints of the audit log", () => {
    const status = (name: string) => at.page.getByRole("status", { name, exact: true });

    test("one that was pasted is contained while the log grows, and not when a record was changed", async () => {
        const { page } = at;
        await logIn(page, "/audit?tab=checkpoints");
        const note = await page.getByLabel("Signed note").innerText();
        expect(note).toMatch(/^sekisho\.audit\n1284\n/);
        await tell("record");
        await page.getByLabel("Older checkpoint").fill(note);
        await page.getByRole("button", { name: "Compare with today’s log" }).click();
        await status("Comparison").getByText(/Its 1,284 records are unchanged; 5 records came since/).waitFor();
        await tell("tamper");
        await page.getByRole("button", { name: "Compare with today’s log" }).click();
        await status("Comparison").getByText("The log was changed.").waitFor();
        await page.getByLabel("Older checkpoint").fill(note.replace("\n1284\n", "\n1283\n"));
        await page.getByRole("button", { name: "Compare with today’s log" }).click();
        await status("Comparison").getByText("This checkpoint is not signed by this log.").waitFor();
        await page.getByLabel("Older checkpoint").fill("sekisho.audit");
        await page.getByRole("button", { name: "Compare with today’s log" }).click();
        await page.getByText(/This is no signed checkpoint/).waitFor();
    });

    test("one that this browser keeps is compared by itself, and a log that was put back is found", async () => {
        const { page } = at;
        await logIn(page, "/audit?tab=checkpoints");
        await page.getByRole("button", { name: "Keep in this browser" }).click();
        await status("Comparison of the kept checkpoint").getByText(/It is the same/).waitFor();
        await tell("restore");
        await visit(page, "/audit");
        await page.getByRole("tab", { name: "Checkpoints" }).click();
        await status("Comparison of the kept checkpoint").getByText("Records are missing.").waitFor();
        await page.getByRole("button", { name: "Forget it" }).click();
        await status("Comparison of the kept checkpoint").waitFor({ state: "detached" });
    });

    test("the server's own earlier ones are checked by a press", async () => {
        const { page } = at;
        await logIn(page, "/audit?tab=checkpoints");
        await page.getByRole("button", { name: "Check the checkpoint of 400 records" }).click();
        await status("Comparison of an earlier checkpoint").getByText(/Its 400 records are unchanged/).waitFor();
    });

    test("a verification says what it found", async () => {
        await logIn(at.page, "/audit");
        await at.page.getByRole("button", { name: "Verify" }).click();
        await at.page.getByText("All 1,284 records are in order").waitFor();
    });
});
