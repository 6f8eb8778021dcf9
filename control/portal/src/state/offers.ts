import { signal } from "@preact/signals";
import { ApiError } from "../api/problem";
import type { Offer } from "../api/types";
import { plural } from "../format/text";
import { go } from "./router";
import { session } from "./session";
import { toast } from "./toasts";

export type { Offer };

const MOST = 5;
const DISMISSED = "sekisho-dismissed-offers";
/** Longer than the server remembers an offer. */
const DISMISSED_MILLIS = 3_600_000;

/** Something that was denied to a device of this person, and that they may request. Newest first; each resource once. */
export const offers = signal<Offer[]>([]);

/** Shows it at once, and keeps it where it can be found when the notice is gone. */
export function offer(one: Offer): void {
    if (add(one)) {
        toast(`${one.destination} was denied to your device. You may ask for ${one.resource}.`, "info", { label: "Request access", run: () => go(requestPath(one.id)) });
    }
}

/** Shows what was offered while this page did not listen. Several are told as one. */
export async function recallOffers(read: () => Promise<Offer[]>): Promise<void> {
    const user = session.peek()?.user.id;
    let found: Offer[];
    try {
        found = await read();
    } catch (error) {
        if (!(error instanceof ApiError)) {
            throw error;
        }
        console.warn("what was offered meanwhile can't be read; it is when the page connects again", error);
        return;
    }
    if (session.peek()?.user.id !== user) {
        return;
    }
    const wanted = found.filter(isNews).slice(0, MOST);
    const [only, ...more] = wanted.filter((one) => !offers.peek().some((other) => other.id === one.id));
    if (only === undefined || more.length === 0) {
        wanted.forEach(offer);
        return;
    }
    wanted.forEach(add);
    toast(
        `${plural(more.length + 1, "resource was", "resources were")} denied to your devices. You may ask for them.`, "info",
        { label: "See them", run: () => go("/me/access") },
    );
}

/** @returns whether its resource was not on offer before */
function add(one: Offer): boolean {
    const known = offers.peek().find((other) => other.id === one.id);
    if (!isNews(one) || (known !== undefined && time(known) > time(one))) {
        return false;
    }
    offers.value = [one, ...offers.peek().filter((other) => other !== known)].sort((a, b) => time(b) - time(a)).slice(0, MOST);
    return known === undefined;
}

function time(one: Offer): number {
    return Date.parse(one.at);
}

/** The page with the form for a resource. */
export function requestPath(resource: string): string {
    return `/me/access?request=${encodeURIComponent(resource)}`;
}

/** Takes it away, in this browser also for later if it keeps it. What is denied again after that is offered again. */
export function withdrawOffer(resource: string): void {
    const gone = offers.peek().find((one) => one.id === resource);
    if (gone !== undefined) {
        offers.value = offers.peek().filter((one) => one !== gone);
        const known = Object.entries(dismissed()).filter(([, at]) => at > Date.now() - DISMISSED_MILLIS);
        try {
            localStorage.setItem(DISMISSED, JSON.stringify({ ...Object.fromEntries(known), [mark(gone)]: time(gone) }));
        } catch (error) {
            console.warn("this browser can't keep which offers were waved away", error);
        }
    }
}

/** By person: several may use this browser. */
function mark(one: Offer): string {
    return `${session.peek()?.user.id ?? ""} ${one.id}`;
}

function isNews(one: Offer): boolean {
    const at = dismissed()[mark(one)];
    return at === undefined || at < time(one);
}

/** When what was waved away had been denied. */
function dismissed(): Record<string, number> {
    const text = localStorage.getItem(DISMISSED);
    if (text === null) {
        return {};
    }
    try {
        const found = JSON.parse(text) as Record<string, unknown> | null;
        return Object.fromEntries(Object.entries(found ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === "number"));
    } catch (error) {
        console.warn("which offers this browser waved away can't be read", error);
        return {};
    }
}

/** Nothing of one person may be shown to the next. */
export function forgetOffers(): void {
    offers.value = [];
}
