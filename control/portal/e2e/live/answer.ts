import type { Locator, Page } from "playwright-core";
import type { Person } from "../real/person";

/** A question in the page, with what to answer. */
export interface Question {
    card: Locator;
    /** What stands where the access was asked for. */
    number: string;
    /** A number that is offered, too. */
    wrong: string;
}

/** Waits for the question about a resource on the page of approvals. */
export async function question(page: Page, resource: string): Promise<Question> {
    const card = page.getByRole("region", { name: `Approval of ${resource}` });
    await card.waitFor();
    const notice = await page.getByText(new RegExp(`${resource} waits for you\\. Choose \\d\\d where`)).innerText();
    const number = /Choose (\d\d)/.exec(notice)?.[1] ?? "";
    const choices = (await card.locator(".numbers label").allInnerTexts()).map((text) => text.trim());
    return { card, number, wrong: choices.find((one) => one !== number) ?? "" };
}

/** Chooses a number, types a code and sends them. */
export async function send(card: Locator, number: string, code: string): Promise<void> {
    await card.locator(".numbers").getByText(number, { exact: true }).click();
    await card.getByLabel("Code from your authenticator app").fill(code);
    await card.getByRole("button", { name: "Approve", exact: true }).click();
}

/** Approves what a person asks for on this page. */
export async function answer(page: Page, person: Person, resource: string): Promise<void> {
    const { card, number } = await question(page, resource);
    await send(card, number, await person.code(page));
    await page.getByText(`Approved. ${resource} goes on.`).waitFor();
}
