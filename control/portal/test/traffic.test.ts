import { describe, expect, test } from "vitest";
import type { Device } from "../src/api/types";
import { type DeviceTraffic, SLOTS, Traffic } from "../src/state/devicetraffic";

const NOW = 1_800_000_000_000;
const LAPTOP = { id: "7", device: "alice/laptop", name: "laptop", receivedBytes: 100, sentBytes: 50, receivedBytesPerSecond: 0, sentBytesPerSecond: 0 } as Device;

function told(received: number, sent: number, rest: Partial<DeviceTraffic> = {}): DeviceTraffic {
    return { device: "alice/laptop", receivedBytes: 1_000, sentBytes: 2_000, receivedBytesPerSecond: received, sentBytesPerSecond: sent, ...rest };
}

describe("the traffic of a device", () => {
    test("is what was told last, with endpoint and handshake", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20, { endpoint: "192.0.2.1:5", lastHandshakeAt: "2027-01-15T08:00:00Z" })], NOW);
        expect(traffic.of(LAPTOP, NOW + 1_000)).toMatchObject({
            id: "7", receivedBytes: 1_000, sentBytes: 2_000, receivedBytesPerSecond: 10, sentBytesPerSecond: 20, endpoint: "192.0.2.1:5", lastHandshakeAt: "2027-01-15T08:00:00Z",
        });
    });

    test("comes from where it was told last: what was known of another place is forgotten", () => {
        const traffic = new Traffic();
        const known = { ...LAPTOP, endpoint: "198.51.100.7:5", place: "Vienna, Austria" };
        traffic.take([told(1, 1)], NOW);
        expect(traffic.of(known, NOW)).toMatchObject({ endpoint: "198.51.100.7:5", place: "Vienna, Austria" });
        traffic.take([told(1, 1, { endpoint: "198.51.100.8:5", place: "Graz, Austria" })], NOW);
        expect(traffic.of(known, NOW).place).toBe("Graz, Austria");
        traffic.take([told(1, 1, { endpoint: "192.0.2.1:5" })], NOW);
        expect("place" in traffic.of(known, NOW)).toBe(false);
    });

    test("of others is left as the server said it", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20, { device: "bob/phone" })], NOW);
        expect(traffic.of(LAPTOP, NOW)).toBe(LAPTOP);
        expect(traffic.line(LAPTOP.device, NOW)).toEqual([]);
    });

    test("has no rate any more when its end was missed, and keeps its counters", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20)], NOW);
        expect(traffic.of(LAPTOP, NOW + 7_999).receivedBytesPerSecond).toBe(10);
        expect(traffic.of(LAPTOP, NOW + 8_000)).toMatchObject({ receivedBytesPerSecond: 0, sentBytesPerSecond: 0, receivedBytes: 1_000 });
    });

    test("has no rate any more when nothing was told of it since the server said that it moves", () => {
        const traffic = new Traffic();
        const moving: Device = { ...LAPTOP, receivedBytesPerSecond: 10, sentBytesPerSecond: 20 };
        expect(traffic.of(moving, NOW)).toBe(moving);
        expect(traffic.of(moving, NOW + 7_999)).toBe(moving);
        expect(traffic.of(moving, NOW + 8_000)).toMatchObject({ receivedBytesPerSecond: 0, sentBytesPerSecond: 0, receivedBytes: 100 });
        const askedAgain = { ...moving };
        expect(traffic.of(askedAgain, NOW + 8_000)).toBe(askedAgain);
    });

    test("is the server's again after it was asked again; the line stays", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20)], NOW);
        traffic.askedAgain();
        expect(traffic.of(LAPTOP, NOW)).toBe(LAPTOP);
        expect(traffic.line(LAPTOP.device, NOW)).not.toEqual([]);
        traffic.forget();
        expect(traffic.line(LAPTOP.device, NOW)).toEqual([]);
    });

    test("draws what shows it again", () => {
        const traffic = new Traffic();
        const before = traffic.told.value;
        traffic.take([told(1, 1)], NOW);
        expect(traffic.told.value).toBeGreaterThan(before);
    });
});

describe("the line of the last minutes", () => {
    test("has the newest slot last and moves on with the time", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20)], NOW);
        const line = traffic.line(LAPTOP.device, NOW);
        expect(line).toHaveLength(SLOTS);
        expect(line[SLOTS - 1]).toEqual({ received: 10, sent: 20 });
        expect(traffic.line(LAPTOP.device, NOW + 20_000)[SLOTS - 11]).toEqual({ received: 10, sent: 20 });
    });

    test("goes on at its end until the next event is due, but not after that it has ended", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20)], NOW);
        expect(traffic.line(LAPTOP.device, NOW + 2_000).slice(-1)).toEqual([{ received: 10, sent: 20 }]);
        expect(traffic.line(LAPTOP.device, NOW + 4_000).slice(-1)).toEqual([{ received: 0, sent: 0 }]);
        traffic.take([told(0, 0)], NOW + 2_000);
        expect(traffic.line(LAPTOP.device, NOW + 2_000).slice(-2)).toEqual([{ received: 10, sent: 20 }, { received: 0, sent: 0 }]);
    });

    test("ends after three minutes", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 20)], NOW);
        expect(traffic.line(LAPTOP.device, NOW + (SLOTS - 1) * 2_000)).not.toEqual([]);
        expect(traffic.line(LAPTOP.device, NOW + SLOTS * 2_000)).toEqual([]);
    });

    test("bridges an event that came late, and nothing longer", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 0)], NOW);
        traffic.take([told(30, 0)], NOW + 4_000);
        traffic.take([told(50, 0)], NOW + 10_000);
        expect(traffic.line(LAPTOP.device, NOW + 10_000).slice(-6).map((slot) => slot.received)).toEqual([10, 10, 30, 0, 0, 50]);
    });

    test("forgets what lies ahead when the clock was put back", () => {
        const traffic = new Traffic();
        traffic.take([told(10, 0)], NOW + 3_600_000);
        traffic.take([told(20, 0)], NOW);
        expect(traffic.line(LAPTOP.device, NOW + 3_600_000)).toEqual([]);
        expect(traffic.line(LAPTOP.device, NOW)[SLOTS - 1]).toEqual({ received: 20, sent: 0 });
    });
});
