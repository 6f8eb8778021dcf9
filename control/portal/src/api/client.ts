import createClient from "openapi-fetch";
import { csrfToken, loggedOut } from "../state/session";
import { askStepUp } from "../state/stepup";
import type { paths } from "./schema";
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

/** The header that makes a change fail when somebody else was faster. */
export function ifMatch(version: number | undefined): Record<string, string> {
    return version === undefined ? {} : { "If-Match": `"${version}"` };
}
