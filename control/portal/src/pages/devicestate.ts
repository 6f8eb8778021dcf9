import type { Device } from "../api/types";
import type { Tone } from "../ui/parts";

export const DEVICE_TONES: Record<Device["state"], Tone> = {
    active: "ok",
    pending: "warn",
    disabled: "",
    locked: "bad",
    expired: "",
};

/** A device that has shaken hands within this time is online: WireGuard does it every two minutes. */
const ONLINE_MILLIS = 180_000;

export function isOnline(device: Device, nowMillis: number): boolean {
    return device.state === "active" && device.lastHandshakeAt !== undefined && nowMillis - Date.parse(device.lastHandshakeAt) < ONLINE_MILLIS;
}
