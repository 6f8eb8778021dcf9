import { signal } from "@preact/signals";
import type { Device } from "../api/types";

/** What an event of topic `device.traffic` says of a device. */
export interface DeviceTraffic {
    /** Its name among all. */
    device: string;
    lastHandshakeAt?: string;
    endpoint?: string;
    place?: string;
    receivedBytes: number;
    sentBytes: number;
    receivedBytesPerSecond: number;
    sentBytesPerSecond: number;
}

/** How fast a device was in one slot. */
export interface Slot {
    received: number;
    sent: number;
}

/** The server tells every other second. */
const SLOT_MILLIS = 2_000;
/** Three minutes. */
export const SLOTS = 90;
/** Whoever was not told of for so long has no rate any more: the last event was missed. */
const FRESH_MILLIS = 8_000;

interface Track {
    latest: DeviceTraffic | undefined;
    latestMillis: number;
    slots: Map<number, Slot>;
}

const QUIET = { receivedBytesPerSecond: 0, sentBytesPerSecond: 0 };

/** What was told of the traffic of the last minutes. It is in this page only; the server keeps no such history. */
export class Traffic {
    /** Counts what was told, so that what shows it is drawn again. */
    readonly told = signal(0);

    private readonly tracks = new Map<string, Track>();

    /** When an answer of the server was first shown. */
    private readonly answered = new WeakMap<Device, number>();

    take(devices: DeviceTraffic[], nowMillis: number): void {
        const slot = Math.floor(nowMillis / SLOT_MILLIS);
        for (const one of devices) {
            const track: Track = this.tracks.get(one.device) ?? { latest: undefined, latestMillis: 0, slots: new Map() };
            track.latest = one;
            track.latestMillis = nowMillis;
            track.slots.set(slot, { received: one.receivedBytesPerSecond, sent: one.sentBytesPerSecond });
            this.tracks.set(one.device, track);
        }
        this.forgetOld(slot);
        this.told.value++;
    }

    private forgetOld(slot: number): void {
        for (const track of this.tracks.values()) {
            for (const known of track.slots.keys()) {
                // Also what lies ahead, when the clock was put back.
                if (known <= slot - SLOTS || known > slot) {
                    track.slots.delete(known);
                }
            }
        }
    }

    /** The device with what was told of it since the server was asked. */
    of(device: Device, nowMillis: number): Device {
        const answeredMillis = this.answered.get(device) ?? nowMillis;
        this.answered.set(device, answeredMillis);
        const track = this.tracks.get(device.device);
        if (track?.latest === undefined) {
            return nowMillis - answeredMillis < FRESH_MILLIS ? device : { ...device, ...QUIET };
        }
        const { device: _, ...latest } = track.latest;
        // Where it came from before is of no use for where it comes from now.
        const { place, ...rest } = device;
        const known = latest.endpoint === undefined ? { place } : { place: latest.place };
        return { ...rest, ...latest, ...(known.place !== undefined && { place: known.place }), ...(nowMillis - track.latestMillis >= FRESH_MILLIS && QUIET) };
    }

    /** The last three minutes, the newest last; nothing when nothing was told of them. */
    line(device: string, nowMillis: number): Slot[] {
        const track = this.tracks.get(device);
        const newest = Math.floor(nowMillis / SLOT_MILLIS);
        const line = bridged(Array.from({ length: SLOTS }, (_, index) => track?.slots.get(newest - SLOTS + 1 + index)));
        return line.some((slot) => slot.received + slot.sent > 0) ? line : [];
    }

    /** The server is asked again: what it says then is newer than what it told. */
    askedAgain(): void {
        this.tracks.forEach((track) => (track.latest = undefined));
        this.told.value++;
    }

    /** Nothing of one person may be shown to the next. */
    forget(): void {
        this.tracks.clear();
        this.told.value++;
    }
}

/** An event may come a moment late: one slot that nothing was told of, between two others or at the end, is no pause. */
function bridged(line: (Slot | undefined)[]): Slot[] {
    return line.map((slot, index) => {
        const isHole = index === line.length - 1 || line[index + 1] !== undefined;
        return slot ?? (isHole ? line[index - 1] : undefined) ?? { received: 0, sent: 0 };
    });
}

export const traffic = new Traffic();
