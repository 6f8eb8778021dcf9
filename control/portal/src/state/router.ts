import { computed, signal } from "@preact/signals";

/** Where the person is: path and query of the address bar. */
export const place = signal(typeof location === "undefined" ? "/" : location.pathname + location.search);

export const path = computed(() => new URL(place.value, "http://x").pathname);
export const query = computed(() => new URL(place.value, "http://x").searchParams);

let guard: (() => boolean) | undefined;

/** Goes to a page of the portal. */
export function go(to: string, options: { replace?: boolean } = {}): void {
    if (guard !== undefined && !guard()) {
        return;
    }
    if (to !== place.peek()) {
        if (options.replace) {
            history.replaceState(null, "", to);
        } else {
            history.pushState(null, "", to);
        }
        const samePage = new URL(to, "http://x").pathname === path.peek();
        place.value = to;
        if (!samePage) {
            window.scrollTo(0, 0);
        }
    }
}

/** Changes a query parameter without a new page; empty values leave the address. */
export function setQuery(name: string, value: string): void {
    setQueries({ [name]: value });
}

/** Changes what a long list shows, which then begins at its start. */
export function setFilter(name: string, value: string): void {
    setQueries({ [name]: value, cursor: "", from: "" });
}

/** Changes query parameters; empty values leave the address. */
export function setQueries(values: Record<string, string>, replace = true): void {
    const url = new URL(place.peek(), "http://x");
    for (const [name, value] of Object.entries(values)) {
        if (value === "") {
            url.searchParams.delete(name);
        } else {
            url.searchParams.set(name, value);
        }
    }
    go(url.pathname + url.search, { replace });
}

/** Follows links to our own pages without a reload. */
export function startRouter(): void {
    addEventListener("popstate", () => {
        place.value = location.pathname + location.search;
    });
    addEventListener("click", (event) => {
        const link = (event.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
        const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
        if (link === null || !plain || event.defaultPrevented || link.target !== "" || link.hasAttribute("download")) {
            return;
        }
        const url = new URL(link.href);
        if (url.origin !== location.origin || url.pathname.startsWith("/api/") || link.getAttribute("href")?.startsWith("#")) {
            return;
        }
        event.preventDefault();
        go(url.pathname + url.search);
    });
}

/** A path with the parameters of a pattern such as `/users/:id`, or undefined when it does not match. */
export function match(pattern: string, actual: string): Record<string, string> | undefined {
    const want = pattern.split("/");
    const have = actual.replace(/(.)\/$/, "$1").split("/");
    if (want.length !== have.length) {
        return undefined;
    }
    const found: Record<string, string> = {};
    for (const [index, part] of want.entries()) {
        const given = have[index] ?? "";
        if (part.startsWith(":")) {
            if (given === "") {
                return undefined;
            }
            found[part.slice(1)] = decodeURIComponentSafe(given);
        } else if (part !== given) {
            return undefined;
        }
    }
    return found;
}

function decodeURIComponentSafe(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        // Not an encoded text, so it stands for itself.
        return text;
    }
}

/** A page after login must be ours: never another origin. */
export function safeReturn(to: string | null): string {
    return to !== null && /^\/(?![/\\])/.test(to) && !to.startsWith("/login") ? to : "/";
}
