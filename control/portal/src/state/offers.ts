import { signal } from "@preact/signals";
import { go } from "./router";
import { toast } from "./toasts";

/** Something that was denied to a device of this person, and that they may request. */
export interface Offer {
    /** Of the resource. */
    id: string;
    resource: string;
    destination: string;
    at: string;
}

const MOST = 5;

/** Newest first; each resource once. */
export const offers = signal<Offer[]>([]);

/** Shows it at once, and keeps it where it can be found when the notice is gone. */
export function offer(one: Offer): void {
    const known = offers.peek().some((other) => other.id === one.id);
    offers.value = [one, ...offers.peek().filter((other) => other.id !== one.id)].slice(0, MOST);
    if (!known) {
        toast(`${one.destination} was denied to your device. You may ask for ${one.resource}.`, "info", { label: "Request access", run: () => go(requestPath(one.id)) });
    }
}

/** The page with the form for a resource. */
export function requestPath(resource: string): string {
    return `/me/access?request=${encodeURIComponent(resource)}`;
}

export function withdrawOffer(resource: string): void {
    offers.value = offers.peek().filter((one) => one.id !== resource);
}

/** Nothing of one person may be shown to the next. */
export function forgetOffers(): void {
    offers.value = [];
}
