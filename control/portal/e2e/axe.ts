import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Session } from "./browser";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Runs axe beside the page's own policy, which lets nothing be added to the page. */
export async function violations({ page }: Session): Promise<string[]> {
    await page.evaluate(AXE);
    const result = (await page.evaluate("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })")) as AxeResults;
    return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target.join(" ")} ${node.any.map((any) => any.message).join("; ")}`).slice(0, 3).join(" | ")}`);
}

/** By how many pixels a page is wider than its screen. */
export async function overflow({ page }: Session): Promise<number> {
    return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
