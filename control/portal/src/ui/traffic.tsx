import type { Device } from "../api/types";
import { bytes } from "../format/text";
import { traffic, SLOTS } from "../state/devicetraffic";
import { useNow } from "./parts";

/** The device as it is now: with what events told since the server was asked. */
export function useMoving(): (device: Device) => Device {
    const time = useNow();
    traffic.told.value; // drawn again when something is told
    return (device) => traffic.of(device, time);
}

export function rate(bytesPerSecond: number): string {
    return `${bytes(bytesPerSecond)}/s`;
}

/** Counters and, while something moves, rates. */
export function Counters({ device }: { device: Device }) {
    const moves = device.receivedBytesPerSecond + device.sentBytesPerSecond > 0;
    return (
        <span class="two nowrap">
            <span>↓ {bytes(device.receivedBytes)} ↑ {bytes(device.sentBytes)}</span>
            <small>{moves ? <>↓ {rate(device.receivedBytesPerSecond)} ↑ {rate(device.sentBytesPerSecond)}</> : "quiet"}</small>
        </span>
    );
}

/** What a device received and sent in the last three minutes, as one line; wide with room for both directions. */
export function Sparkline({ device, wide }: { device: Device; wide?: boolean }) {
    const time = useNow();
    traffic.told.value; // drawn again when something is told
    const line = traffic.line(device.device, time);
    if (line.length === 0) {
        return <span class="faint">{wide ? "No traffic in the last three minutes." : "none"}</span>;
    }
    const height = wide ? 96 : 24;
    const top = Math.max(...line.map((slot) => (wide ? Math.max(slot.received, slot.sent) : slot.received + slot.sent)));
    const points = (value: (slot: { received: number; sent: number }) => number): string =>
        line.map((slot, index) => `${((index / (SLOTS - 1)) * 100).toFixed(1)},${(height - 1 - (value(slot) / top) * (height - 3)).toFixed(1)}`).join(" L");
    const main = points(wide ? (slot) => slot.received : (slot) => slot.received + slot.sent);
    return (
        <svg
            class={wide ? "chart" : "spark"}
            viewBox={`0 0 100 ${height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`Traffic of ${device.name} in the last three minutes, at most ${rate(top)}`}
        >
            <path class="a" d={`M0,${height} L${main} L100,${height} Z`} />
            <path class="l" d={`M${main}`} />
            {wide && <path class="s" d={`M${points((slot) => slot.sent)}`} />}
        </svg>
    );
}
