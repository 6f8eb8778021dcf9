import type { NetworkSettingsInput } from "../api/types";
import { block, holds } from "../format/blocks";

/** Addresses with a colon need brackets before a port. */
function endpoint(address: string | undefined, port: number): string {
    const bare = address?.trim() || "THIS-SERVER";
    return bare.includes(":") && !bare.startsWith("[") ? `[${bare}]:${port}` : `${bare}:${port}`;
}

/** As the server does it: the exposed subnets, then the tunnel's own networks, without those that lie in another. */
function allowedIps(settings: NetworkSettingsInput): string[] {
    const blocks = [...settings.exposedSubnets, ...settings.addresses].map(block).filter((one) => one !== undefined);
    const wanted = blocks.filter((one) => !blocks.some((other) => holds(other, one))).map((one) => one.text);
    return [...new Set(wanted)];
}

/** The configuration that a device would get by these settings. The server writes the real one; keys are not known here. */
export function deviceConfig(settings: NetworkSettingsInput): string {
    const own = settings.addresses.map((address) => (address.includes(":") ? "NEXT-FREE/128" : "NEXT-FREE/32"));
    return [
        "[Interface]",
        "PrivateKey = (of the device)",
        `Address = ${own.join(", ")}`,
        ...(settings.dns ? [`DNS = ${settings.dns}`] : []),
        `MTU = ${settings.mtu}`,
        "",
        "[Peer]",
        "PublicKey = (of this server)",
        `AllowedIPs = ${allowedIps(settings).join(", ")}`,
        `Endpoint = ${endpoint(settings.publicAddress, settings.listenPort)}`,
    ].join("\n");
}
