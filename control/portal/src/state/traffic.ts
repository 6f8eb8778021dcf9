import { signal } from "@preact/signals";
import type { Traffic } from "../api/types";
import { live } from "./live";
import { invalidate } from "./queries";

/** A node that says nothing for so long is gone, or its counters stand still. */
const SILENT_MILLIS = 20_000;
const MINUTE = 60_000;

/** The newest word of each node. */
export const traffic = signal<Traffic[]>([]);

/** The words of all nodes that still speak, with a new one. */
export function heard(known: Traffic[], news: Traffic): Traffic[] {
    const fresh = known.filter((one) => one.node !== news.node && Date.parse(news.at) - Date.parse(one.at) < SILENT_MILLIS);
    return [...fresh, news].sort((a, b) => a.node.localeCompare(b.node));
}

/** What all nodes together carry. */
export function total(nodes: Traffic[]): Omit<Traffic, "at" | "node"> {
    const sum = (value: (one: Traffic) => number): number => nodes.reduce((all, one) => all + value(one), 0);
    return {
        receivedPerSecond: sum((one) => one.receivedPerSecond), sentPerSecond: sum((one) => one.sentPerSecond),
        flows: sum((one) => one.flows), devicesOnline: sum((one) => one.devicesOnline),
    };
}

let minute = 0;

/** Follows what the nodes say; charts are asked for again once a minute. */
export function followTraffic(): () => void {
    return live.on("traffic", (payload) => {
        const news = payload as Traffic;
        traffic.value = heard(traffic.peek(), news);
        const now = Math.floor(Date.parse(news.at) / MINUTE);
        if (now !== minute) {
            minute = now;
            void invalidate("flows/series", "flows/top");
        }
    });
}
