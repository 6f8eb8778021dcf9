import type { Device } from "../api/types";
import { block, holds } from "./blocks";
import { plural } from "./text";
import { span } from "./time";

type Lock = NonNullable<Device["lock"]>;
export type Attempt = Lock["targets"][number];

/** What a device tried at one address. */
export interface Touched {
    address: string;
    /** Each once; 0 is a ping. */
    ports: number[];
    /** When it was last tried, as far as that is known. */
    last: string | undefined;
}

const REASONS: Record<string, string> = {
    scan: "It tried too many destinations in vain: a scan.",
    decoy: "It touched a decoy, where nobody has business.",
    reported: "Its user was asked to approve an access and said: this was not me.",
    admin: "An administrator locked it.",
};

/** Why a device is locked, as a sentence. */
export function lockSentence(lock: Lock): string {
    return REASONS[lock.reason] ?? `Locked: ${lock.sentence}.`;
}

export function addressOf(destination: string): string {
    return destination.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

function portOf(destination: string): number {
    return Number(/:(\d+)$/.exec(destination)?.[1] ?? 0);
}

/** Address by address, in the order in which they were first touched. */
export function byAddress(targets: Attempt[]): Touched[] {
    const found = new Map<string, Touched>();
    for (const { destination, at } of targets) {
        const address = addressOf(destination);
        const known = found.get(address) ?? { address, ports: [], last: undefined };
        const port = portOf(destination);
        if (!known.ports.includes(port)) {
            known.ports.push(port);
        }
        if (at !== undefined && (known.last === undefined || at > known.last)) {
            known.last = at;
        }
        found.set(address, known);
    }
    return [...found.values()].map((one) => ({ ...one, ports: one.ports.sort((a, b) => a - b) }));
}

/** "26 destinations at 1 address in 41 s". */
export function summary(targets: Attempt[]): string {
    if (targets.length === 0) {
        return "";
    }
    const times = targets.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]));
    const seconds = times.length < 2 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000;
    const where = `${plural(targets.length, "destination")} at ${plural(byAddress(targets).length, "address", "addresses")}`;
    return seconds < 1 ? where : `${where} in ${span(seconds)}`;
}

/** `22, 80-85, 443`: ports that follow each other as ranges; 0 is a ping. */
export function portText(ports: number[]): string {
    const parts: string[] = [];
    for (let at = 0; at < ports.length; at++) {
        const first = ports[at] as number;
        let last = first;
        while (first !== 0 && ports[at + 1] === last + 1) {
            last = ports[++at] as number;
        }
        parts.push(first === 0 ? "ping" : last === first ? String(first) : `${first}-${last}`);
    }
    return parts.join(", ");
}

/** The decoy that an attempt touched, among some. */
export function decoyOf<D extends { name: string; cidr: string }>(destination: string, decoys: D[]): D | undefined {
    const host = block(addressOf(destination));
    return host && decoys.find((decoy) => {
        const outer = block(decoy.cidr);
        return outer !== undefined && (outer.text === host.text || holds(outer, host));
    });
}
