import createClient from "openapi-fetch";
import { csrfToken, loggedOut } from "../state/session";
import { askStepUp } from "../state/stepup";
import type { paths } from "./schema";
import type { Listing } from "./types";
import { transport } from "./transport";

export const BASE = "/api/v1";

/** The API, typed by its document. Every failure is thrown as ApiError. */
export const api = createClient<paths>({
    baseUrl: typeof location === "undefined" ? `http://localhost${BASE}` : location.origin + BASE,
    credentials: "same-origin",
    fetch: transport({ csrfToken, stepUp: askStepUp, loggedOut }),
});

/** What a call answered. */
export async function got<T>(call: Promise<{ data?: T }>): Promise<T> {
    return (await call).data as T;
}

const LARGEST_PAGE = 500;
const MOST_PAGES = 20;

/** All of a list that is short by nature, page by page; fails rather than leave something out. */
export async function whole<T>(page: (query: { limit: number; cursor?: string }) => Promise<{ data?: Listing<T> }>): Promise<Listing<T>> {
    const items: T[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
        const part = await got(page({ limit: LARGEST_PAGE, ...(cursor !== undefined && { cursor }) }));
        items.push(...part.items);
        cursor = part.next;
        if (cursor === undefined) {
            return { items, total: items.length };
        }
    }
    throw new Error("The list is too long to be shown at once.");
}

/** The header that makes a change fail when somebody else was faster. */
export function ifMatch(version: number | undefined): Record<string, string> {
    return version === undefined ? {} : { "If-Match": `"${version}"` };
}
