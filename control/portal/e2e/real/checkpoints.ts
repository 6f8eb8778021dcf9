import { expect, test } from "vitest";
import { settled, visit } from "../browser";
import { scene } from "./scene";

/** Signed checkpoints: kept, compared with a log that grew, and refused when they were changed. */
export function checkpointFlows(): void {
    test("a checkpoint that was kept is contained in the log of later, a changed one is not", async () => {
        const { page } = scene;
        await visit(page, "/audit?tab=checkpoints");
        const note = await page.getByLabel("Signed note").innerText();
        const size = Number(note.split("\n")[1]);
        expect(size).toBeGreaterThan(10);
        await page.getByRole("button", { name: "Keep in this browser" }).click();
        await page.getByRole("status", { name: "Comparison of the kept checkpoint" }).getByText("Today’s log contains it.").waitFor();

        await visit(page, "/roles");
        await page.getByRole("button", { name: "Add role" }).first().click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Name", { exact: true }).fill("witness");
        await dialog.getByRole("button", { name: "Add role" }).click();
        await dialog.waitFor({ state: "detached" });

        await visit(page, "/audit?tab=checkpoints");
        await page.reload();
        await settled(page);
        const kept = page.getByRole("status", { name: "Comparison of the kept checkpoint" });
        await kept.getByText(new RegExp(`Its ${size.toLocaleString("en")} records are unchanged; \\d+ records? came since`)).waitFor();
        const result = page.getByRole("status", { name: "Comparison", exact: true });
        const compare = async (text: string): Promise<void> => {
            await page.getByLabel("Older checkpoint").fill(text);
            await page.getByRole("button", { name: "Compare with today’s log" }).click();
        };
        await compare(note);
        await result.getByText(/records are unchanged/).waitFor();
        await scene.shoot("checkpoints");
        await compare(note.replace(`\n${size}\n`, `\n${size - 1}\n`));
        await result.getByText("This checkpoint is not signed by this log.").waitFor();
        await page.getByRole("button", { name: "Forget it" }).click();
        await kept.waitFor({ state: "detached" });
        scene.clean(scene.at);
    });
}
